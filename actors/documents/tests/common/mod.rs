//! What the test files share.
#![allow(dead_code, reason = "each test file uses its part")]

use cueline_documents::evaluation::ManifestRow;
use cueline_documents::{Hints, Limits, parse};
use cueline_domain::document::Document;
use std::path::{Path, PathBuf};

/// The samples in the repository.
pub(crate) fn own_data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// A larger collection that developers may keep beside the checkout.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/documents");
    if folder.join("manifest.jsonl").exists() {
        return Some(folder);
    }
    println!("skipped: no shared document collection at {}", folder.display());
    None
}

pub(crate) fn load_manifest(folder: &Path) -> Vec<ManifestRow> {
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    manifest.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn parse_sample(path: &str) -> Document {
    let bytes = std::fs::read(own_data().join(path)).unwrap();
    let document = parse(&bytes, &Hints { name: path, media_type: None }, &Limits::default()).unwrap();
    check_invariants(&document, path);
    document
}

/// What must be true of every document.
pub(crate) fn check_invariants(document: &Document, name: &str) {
    assert!(!document.blocks.is_empty(), "{name}: a document has blocks");
    let mut at = 0;
    for block in &document.blocks {
        assert!(block.start >= at && block.end > block.start, "{name}: blocks are ordered and do not overlap");
        let between = document.text.get(at..block.start).expect("blocks lie on character boundaries");
        assert!(between.trim().is_empty(), "{name}: only white space is between blocks, not {between:?}");
        let text = document.text.get(block.start..block.end).expect("blocks lie on character boundaries");
        assert_eq!(text.trim(), text, "{name}: blocks do not begin or end with white space");
        at = block.end;
    }
    assert!(document.text[at..].trim().is_empty(), "{name}: nothing follows the last block");
    assert!(!document.text.contains(['\r', '\0']), "{name}: line ends are unified, NUL is gone");
}

/// A repeatable source of numbers (xorshift).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

/// A PDF whose pages draw the given content; `/F1` is Helvetica, `/Im1` a black picture.
pub(crate) fn pdf(pages: &[&str]) -> Vec<u8> {
    let count = pages.len();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Count {count} /Kids [{}] >>",
            (0..count).map(|page| format!("{} 0 R ", 5 + 2 * page)).collect::<String>()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream"
            .to_owned(),
    ];
    for (index, content) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /Im1 4 0 R >> >> >>",
            6 + 2 * index
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).into_bytes());
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").into_bytes());
    }
    bytes.extend(
        format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF", objects.len() + 1).into_bytes(),
    );
    bytes
}

/// A zip of the given parts.
pub(crate) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A Word file with the given body.
pub(crate) fn docx(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    zip(&[("word/document.xml", document.as_bytes())])
}
