//! Recorded Step Functions cases: a slice that travels with the source, and the whole corpus where it is at hand.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed expectation is a failed test")]

#[allow(missing_docs, unreachable_pub, dead_code, reason = "shared with the asl-conformance binary")]
mod conformance;

use conformance::{Report, run_file, text_report};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_slice_behaves_as_recorded() {
    let mut report = Report::default();
    run_file(&root().join("tests/data/asl/cases.jsonl"), &mut report).unwrap();
    let total = report.total();
    assert!(total.passed > 30 && total.failed == 0, "{}", text_report(&report, true));
}

#[test]
fn the_corpus_behaves_as_recorded() {
    let file = root().join("../shared/data/asl/cases.jsonl");
    if !file.exists() {
        println!("skipped: the full corpus is not beside the checkout");
        return;
    }
    let mut report = Report::default();
    run_file(&file, &mut report).unwrap();
    let total = report.total();
    // Two differ for good: a size limit that is not ours, and a recording older than RedriveCount.
    assert!(total.failed <= 2, "{}", text_report(&report, true));
}

/// A judge that accepts everything would be no use.
#[test]
fn a_wrong_expectation_is_noticed() {
    let case = r#"{"id":"x","kind":"execution","category":"c","type":"STANDARD","runnable":true,"definition":{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"E","Cause":"C"}}},"input":{},"mocks":{},"expect":EXPECT}"#;
    let directory = std::env::temp_dir().join(format!("cueline-asl-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let judge = |expect: &str| {
        let file = directory.join("case.jsonl");
        std::fs::write(&file, case.replace("EXPECT", expect)).unwrap();
        let mut report = Report::default();
        run_file(&file, &mut report).unwrap();
        (report.total().passed, report.wording.len())
    };
    assert_eq!(judge(r#"{"status":"FAILED","error":"E","cause":"C","state_sequence":["A"]}"#), (1, 0));
    assert_eq!(judge(r#"{"status":"FAILED","error":"E","cause":"other"}"#), (1, 1));
    for wrong in [
        r#"{"status":"SUCCEEDED","error":"E"}"#,
        r#"{"status":"FAILED","error":"F"}"#,
        r#"{"status":"FAILED"}"#,
        r#"{"status":"FAILED","error":"E","output":1}"#,
        r#"{"status":"FAILED","error":"E","state_sequence":["B"]}"#,
        r#"{"status":"FAILED","error":"E","trace":[{"enter":"A","input":1}]}"#,
    ] {
        assert_eq!(judge(wrong), (0, 0), "{wrong}");
    }
    std::fs::remove_dir_all(directory).unwrap();
}
