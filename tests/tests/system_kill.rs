//! Mixed files dropped at once while the process is killed at random moments: every file ends in its final state once,
//! with the chunks of an undisturbed run.
//!
//! `CUELINE_KILL_FILES` and `CUELINE_KILLS` set the size; the defaults fit a test run, 2000 and 50 are the full story.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(feature = "system")]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use cueline_tests::system::{Cueline, Draw, bodies_begun};
use serde_json::Value;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

fn drop_files(inbox: &Path, count: usize) {
    fs::create_dir_all(inbox).unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples");
    let binary: Vec<(String, Vec<u8>)> = ["safety-handbook.pdf", "remote-work.docx"]
        .map(|name| (name.rsplit('.').next().unwrap().to_owned(), fs::read(samples.join(name)).unwrap()))
        .to_vec();
    let mut draw = Draw::new(1);
    for at in 0..count {
        let words: Vec<String> = (0..60 + draw.next() % 400).map(|_| format!("word{}", draw.next() % 5_000)).collect();
        let text = words.join(" ");
        let (kind, body) = match at % 10 {
            0 => ("html", format!("<html><body><h1>Page {at}</h1><p>{text}</p></body></html>").into_bytes()),
            1 => ("csv", format!("id,text\n{at},{text}\n{at},again\n").into_bytes()),
            2 => (binary[0].0.as_str(), binary[0].1.clone()),
            3 => (binary[1].0.as_str(), binary[1].1.clone()),
            4 => ("bin", vec![0, 159, 146, 150, at as u8]),
            5 => ("json", serde_json::json!({"id": at, "text": text}).to_string().into_bytes()),
            6 => ("txt", Vec::new()),
            7 => ("txt", text.into_bytes()),
            _ => ("md", format!("# Note {at}\n\n{text}\n\n## More\n\n{text}\n").into_bytes()),
        };
        fs::write(inbox.join(format!("file-{at:05}.{kind}")), body).unwrap();
    }
}

/// What must not depend on kills: where each file ended, why, and as which chunks.
type Ending = (String, String, Vec<String>);

fn endings(cueline: &Cueline, documents: &[Value]) -> BTreeMap<String, Ending> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let ending = |document: &Value| {
        let key = text(&document["key"]);
        let (status, shown) = cueline.http("GET", &format!("/admin/v1/documents/{key}"), &[], &[]).unwrap();
        assert_eq!(status, 200, "{shown:#}");
        let chunks: Vec<String> = shown["chunk_ids"].as_array().into_iter().flatten().map(text).collect();
        assert_eq!(
            document["chunks"].as_u64(),
            Some(chunks.len() as u64),
            "what the ledger counts is visible: {shown:#}"
        );
        (key, (text(&document["state"]), text(&document["error"]["code"]), chunks))
    };
    documents.iter().map(ending).collect()
}

#[test]
fn killing_the_process_loses_nothing_and_repeats_no_result() {
    let files = number("CUELINE_KILL_FILES", 150);
    let kills = number("CUELINE_KILLS", 6);
    let patience = Duration::from_secs(60 + files as u64 / 2);
    let scratch = tempfile::tempdir().unwrap();

    let mut calm = Cueline::on(&scratch.path().join("calm"));
    drop_files(&calm.inbox(), files);
    let began = Instant::now();
    calm.up().unwrap();
    let documents = calm.settled(files, patience).unwrap();
    let calm_time = began.elapsed();
    let undisturbed = endings(&calm, &documents);
    calm.stop().unwrap();

    let mut cueline = Cueline::on(&scratch.path().join("killed"));
    cueline.set("RUST_LOG", "warn,cueline_runtime::worker=debug");
    drop_files(&cueline.inbox(), files);
    let mut draw = Draw::new(std::process::id().into());
    let window = (calm_time.as_millis() as u64 / kills.max(1) as u64).clamp(30, 1_500);
    for _ in 0..kills {
        cueline.up().unwrap();
        std::thread::sleep(Duration::from_millis(draw.next() % (2 * window)));
        cueline.kill().unwrap();
    }
    cueline.up().unwrap();
    let documents = cueline.settled(files, patience).unwrap();
    let disturbed = endings(&cueline, &documents);
    assert_eq!(disturbed.len(), files);
    assert_eq!(disturbed, undisturbed, "states and chunk ids");
    let chunks: usize = disturbed.values().map(|(_, _, chunks)| chunks.len()).sum();
    println!("{chunks} chunk ids, equal to those of the undisturbed run");

    let verified = cueline.json(&["executions", "verify", "--all"]).unwrap();
    println!("verified: {verified}");
    assert_eq!(verified["mismatches"].as_array().map(Vec::len), Some(0), "{verified:#}");
    cueline.stop().unwrap();
    let begun = bodies_begun(&cueline.log());
    let again: usize = begun.values().map(|times| times - 1).sum();
    println!("{files} files, {kills} kills, calm run {calm_time:?}");
    println!("{} task bodies, {again} of them begun once more after a kill", begun.len());
    assert!(begun.len() >= files, "the log names the bodies: {}", begun.len());
}

#[test]
fn purging_every_queue_in_the_middle_of_a_run_loses_nothing() {
    let files = number("CUELINE_KILL_FILES", 150).min(300);
    let scratch = tempfile::tempdir().unwrap();
    let mut cueline = Cueline::on(&scratch.path().join("data"));
    drop_files(&cueline.inbox(), files);
    cueline.up().unwrap();
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(150));
        let (code, _, errors) = cueline.run(&["queues", "purge", "--all"]).unwrap();
        assert_eq!(code, 0, "{errors}");
    }
    let documents = cueline.settled(files, Duration::from_secs(120)).unwrap();
    assert_eq!(documents.len(), files);
    cueline.stop().unwrap();
}
