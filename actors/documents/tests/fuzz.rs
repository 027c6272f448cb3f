//! Seeded damage: cut and flipped sample files never panic, and whatever they give keeps the invariants.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly and say why it is skipped")]

mod common;

use common::{Dice, check_invariants, load_manifest, own_data};
use cueline_documents::{Hints, Limits, parse};

/// More with `CUELINE_FUZZ_ROUNDS=1000 cargo test --release -p cueline-documents --test fuzz`.
fn rounds() -> usize {
    std::env::var("CUELINE_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12)
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let own = load_manifest(&own_data()).into_iter().map(|row| own_data().join(row.path));
    let shared = common::shared_data().filter(|_| rounds() > 100);
    let shared = shared.iter().flat_map(|folder| load_manifest(folder).into_iter().map(|row| folder.join(row.path)));
    own.chain(shared).map(|path| (path.to_string_lossy().into_owned(), std::fs::read(path).unwrap())).collect()
}

fn survives(bytes: &[u8], name: &str) {
    if let Ok(document) = parse(bytes, &Hints { name, media_type: None }, &Limits::default()) {
        check_invariants(&document, name);
    }
}

#[test]
fn cut_files_never_panic() {
    let mut dice = Dice(0x5eed);
    for (name, bytes) in samples() {
        for _ in 0..rounds() {
            survives(&bytes[..dice.roll(bytes.len())], &name);
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let mut dice = Dice(0xf11b);
    for (name, bytes) in samples() {
        for _ in 0..rounds() {
            let mut damaged = bytes.clone();
            for _ in 0..=dice.roll(20) {
                let at = dice.roll(damaged.len());
                damaged[at] = dice.roll(256) as u8;
            }
            survives(&damaged, &name);
        }
    }
}

/// Compressed parts hide most damage behind a checksum, so their XML is damaged before packing.
#[test]
fn damaged_word_xml_never_panics() {
    let body = "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>\
        <w:r><w:t>Head</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/><w:vMerge w:val=\"restart\"/></w:tcPr>\
        <w:p><w:r><w:t>a &amp; b</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let mut dice = Dice(0xd0c);
    for _ in 0..rounds() * 20 {
        let mut damaged = body.as_bytes().to_vec();
        for _ in 0..=dice.roll(6) {
            let at = dice.roll(damaged.len());
            if at == 0 {
                continue;
            }
            match dice.roll(3) {
                0 => damaged[at] = dice.roll(256) as u8,
                1 => drop(damaged.remove(at)),
                _ => damaged.truncate(at),
            }
        }
        survives(&common::docx(&String::from_utf8_lossy(&damaged)), "damaged.docx");
    }
}
