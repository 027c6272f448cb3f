//! What a stranger does in the first ten minutes, on the real binary.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(feature = "system")]

use std::{fs, path::Path, time::Duration};

use cueline_tests::system::Cueline;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);

fn samples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples")
}

fn with_samples() -> (tempfile::TempDir, Cueline) {
    let scratch = tempfile::tempdir().unwrap();
    let data = scratch.path().join("data");
    fs::create_dir_all(data.join("inbox")).unwrap();
    for sample in fs::read_dir(samples()).unwrap().flatten() {
        fs::copy(sample.path(), data.join("inbox").join(sample.file_name())).unwrap();
    }
    let cueline = Cueline::on(&data);
    (scratch, cueline)
}

fn ask(cueline: &Cueline, question: &str) -> Value {
    cueline.json(&["ask", question]).unwrap()
}

fn is_refusal(answer: &Value) -> bool {
    answer.get("notInDocuments").or_else(|| answer.get("not_in_documents")).and_then(Value::as_bool) == Some(true)
}

#[test]
fn files_become_answers_with_citations_and_follow_their_files() {
    let (_scratch, mut cueline) = with_samples();
    cueline.up().unwrap();
    let documents = cueline.settled(6, PATIENCE).unwrap();
    assert!(documents.iter().all(|document| document["state"] == "searchable"), "{documents:#?}");

    for (question, document, words) in [
        ("Within how many days must expense claims be submitted?", "expenses.md", "30 days"),
        ("How many orders were queued by the shops?", "incident-2025-03.txt", "1,284 orders"),
        ("What is the emergency number inside the building?", "safety-handbook.pdf", "5555"),
        ("How many days a week may colleagues work remotely?", "remote-work.docx", "three days"),
    ] {
        let answer = ask(&cueline, question);
        let cited = &answer["citations"][0];
        assert_eq!(cited["document"], document, "{question}: {answer:#}");
        assert!(cited["quote"].as_str().unwrap().contains(words), "{question}: {answer:#}");
    }
    let answer = ask(&cueline, "Where are solvents stored?");
    assert_eq!(answer["citations"][0]["page"], 2, "{answer:#}");
    assert!(is_refusal(&ask(&cueline, "Who won the chess world championship in 1972?")));

    // Overwritten: the old version is never cited again.
    let expenses = cueline.inbox().join("expenses.md");
    let text = fs::read_to_string(&expenses).unwrap().replace("within 30 days", "within 45 days");
    fs::write(&expenses, text).unwrap();
    eventually(|| {
        let answer = ask(&cueline, "Within how many days must expense claims be submitted?");
        answer["citations"][0]["quote"].as_str().is_some_and(|quote| quote.contains("45 days"))
    });

    // Deleted: gone.
    fs::remove_file(cueline.inbox().join("safety-handbook.pdf")).unwrap();
    eventually(|| is_refusal(&ask(&cueline, "What is the emergency number inside the building?")));
    cueline.stop().unwrap();

    // What changed while nobody looked is found at the start.
    fs::write(cueline.inbox().join("parking.txt"), "Parking permits are issued by the front desk in building C.")
        .unwrap();
    cueline.up().unwrap();
    eventually(|| {
        let answer = ask(&cueline, "Who issues parking permits?");
        answer["citations"][0]["document"] == "parking.txt"
    });
    let verified = cueline.json(&["executions", "verify", "--all"]).unwrap();
    assert_eq!(verified["mismatches"].as_array().map(Vec::len), Some(0), "{verified:#}");
    assert!(verified["verified"].as_u64().unwrap() >= 7, "{verified:#}");
}

#[test]
fn an_execution_is_replayed_without_calls_and_forked_with_another_question() {
    let (_scratch, mut cueline) = with_samples();
    cueline.up().unwrap();
    cueline.settled(6, PATIENCE).unwrap();
    ask(&cueline, "How many orders were queued by the shops?");
    let listed = cueline.json(&["executions", "list", "--workflow", "rag-ask"]).unwrap();
    let items = listed.as_array().or_else(|| listed["items"].as_array()).unwrap();
    let id = items[0]["execution"].as_str().unwrap();

    let replayed = cueline.json(&["executions", "replay", id]).unwrap();
    assert_eq!(replayed["status"], "SUCCEEDED", "{replayed:#}");
    assert!(replayed.get("difference").is_none_or(Value::is_null), "{replayed:#}");

    let input = r#"{"collection": "default", "question": "How long is the warranty of the Cadence keyboard?"}"#;
    let forked = cueline.json(&["executions", "fork", id, "--from", "1", "--input", input, "--wait"]).unwrap();
    let fork = forked["execution"].as_str().unwrap();
    let shown = cueline.json(&["executions", "show", fork]).unwrap();
    assert_eq!(shown["status"], "SUCCEEDED", "{shown:#}");
    assert!(shown["output"]["text"].as_str().unwrap().contains("Cadence"), "{shown:#}");
    assert_eq!(shown["origin"]["execution"], id);
}

#[test]
fn two_processes_cannot_share_a_data_directory() {
    let (_scratch, mut cueline) = with_samples();
    cueline.up().unwrap();
    let (code, _, errors) = cueline.run(&["up", "--admin", "127.0.0.1:0"]).unwrap();
    assert_eq!(code, 5, "{errors}");
    assert!(errors.contains("another"), "{errors}");
}

#[test]
fn a_command_without_a_running_process_says_what_to_do() {
    let scratch = tempfile::tempdir().unwrap();
    let cueline = Cueline::on(&scratch.path().join("data"));
    let (code, _, errors) = cueline.run(&["ask", "anything?"]).unwrap();
    assert_eq!(code, 3, "{errors}");
    assert!(errors.contains("cueline up"), "{errors}");
}

#[test]
fn a_named_workflow_outlives_the_process() {
    let scratch = tempfile::tempdir().unwrap();
    let mut cueline = Cueline::on(&scratch.path().join("data"));
    cueline.up().unwrap();
    let text = br#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"said": "hello"}, "End": true}}}"#;
    for _ in 0..2 {
        let (status, defined) = cueline.http("PUT", "/admin/v1/definitions/hello", &[], text).unwrap();
        assert_eq!(status, 200, "{defined}");
    }
    cueline.kill().unwrap();
    cueline.up().unwrap();
    let run = cueline.json(&["start", "hello", "--wait"]).unwrap();
    assert_eq!(run["output"]["said"], "hello", "{run:#}");
}

#[test]
fn the_program_carries_its_samples_and_keeps_its_directory_to_itself() {
    use std::os::unix::fs::PermissionsExt;

    let scratch = tempfile::tempdir().unwrap();
    let data = scratch.path().join("data");
    let mut cueline = Cueline::on(&data);
    cueline.up_with(&["--sample"]).unwrap();
    assert_eq!(cueline.settled(6, PATIENCE).unwrap().len(), 6);
    for (name, wanted) in [("", 0o700), ("objects", 0o700), ("index", 0o700), ("cueline.db", 0o600), ("token", 0o600)] {
        let mode = fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, wanted, "{name:?} has mode {mode:o}");
    }
    let found = cueline.json(&["search", "What happens if I lose my company credit card?"]).unwrap();
    assert!(!found["passages"].as_array().unwrap().is_empty(), "{found:#}");
    assert!(found["passages"][0]["text"].as_str().is_some_and(|text| !text.is_empty()), "{found:#}");
    cueline.stop().unwrap();
    cueline.up_with(&["--sample"]).unwrap();
    let notes = cueline.json(&["status"]).unwrap()["notes"].to_string();
    assert!(notes.contains("samples skipped"), "{notes}");
}

#[test]
fn a_fork_shows_what_it_was_given_and_a_refusal_shows_what_is_close() {
    let (_scratch, mut cueline) = with_samples();
    cueline.up().unwrap();
    cueline.settled(6, PATIENCE).unwrap();
    let answer = ask(&cueline, "How many orders were queued by the shops?");
    let input = r#"{"question": "How long is the warranty of the Cadence keyboard?"}"#;
    let id = answer["execution"].as_str().unwrap();
    assert!(id.starts_with("ask-"), "{answer:#}");
    let fork = cueline.json(&["executions", "fork", id, "--from", "1", "--input", input, "--wait"]).unwrap();
    assert!(fork["input"]["question"].as_str().unwrap().contains("Cadence"), "{fork:#}");
    assert_eq!(fork["origin"]["input"], fork["input"]);
    let (code, out, errors) = cueline.run(&["ask", "Which keyboard won the chess world championship?"]).unwrap();
    assert_eq!(code, 0, "{errors}");
    if out.contains("do not answer") {
        assert!(out.contains("closest passages"), "{out}");
    }
}

fn eventually(mut holds: impl FnMut() -> bool) {
    for _ in 0..200 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(holds(), "did not come to be within 20 seconds");
}
