//! Whether the engine does what AWS did.

use super::{
    case::Case,
    matching::{cause_matches, difference, field, text_matches},
    play::{Played, Player},
    test_state,
};
use cueline_states::{Definition, Diagnostic, Status};
use serde_json::{Value, json};

/// The verdict on one case.
#[derive(Debug)]
pub enum Outcome {
    /// As recorded. Wording that differs is noted but does not count.
    Passed {
        wording: Option<String>,
    },
    Failed(Vec<String>),
    /// Cannot be run, and why.
    Skipped(String),
}

pub fn judge(case: &Case) -> Outcome {
    if !case.runnable {
        return Outcome::Skipped("its mocks are not complete".into());
    }
    match case.kind.as_str() {
        "execution" => execution(case),
        "validation" => validation(case),
        "test_state" => test_state::judge(case),
        other => Outcome::Skipped(format!("unknown kind {other}")),
    }
}

fn execution(case: &Case) -> Outcome {
    let definition = match Definition::parse(&case.definition_text()) {
        Ok(definition) => definition,
        Err(findings) => return Outcome::Failed(vec![format!("the definition is rejected: {}", listed(&findings))]),
    };
    let name = case.execution_name.as_deref().unwrap_or("execution");
    let played = Player::new(&case.mocks, case.machine_type == "EXPRESS").execute(&definition, name, &case.input);
    let mut wrong = Vec::new();
    if let Some(stuck) = &played.stuck {
        wrong.push(stuck.clone());
    }
    check_end(case, &played, &mut wrong);
    wrong.extend(played.wrong_requests.iter().cloned());
    check_order(case, &played, &mut wrong);
    check_trace(case, &played, &mut wrong);
    if wrong.is_empty() { Outcome::Passed { wording: wording(case, &played) } } else { Outcome::Failed(wrong) }
}

fn check_end(case: &Case, played: &Played, wrong: &mut Vec<String>) {
    let status = match played.state.status() {
        Status::Running => "RUNNING",
        Status::Succeeded => "SUCCEEDED",
        Status::Failed => "FAILED",
        Status::Aborted => "ABORTED",
        Status::TimedOut => "TIMED_OUT",
    };
    let failure = played.state.failure().cloned().unwrap_or_default();
    if case.expect.status.as_deref() != Some(status) {
        let expected = case.expect.status.as_deref().unwrap_or_default();
        wrong.push(format!("expected {expected}, got {status} {} {}", failure.error, failure.cause));
    }
    let expected_error = case.expect.error.as_deref().unwrap_or_default();
    if status != "SUCCEEDED" && !text_matches_or_any(expected_error, &failure.error) {
        wrong.push(format!("expected error {expected_error:?}, got {:?}: {}", failure.error, failure.cause));
    }
    if let Some(expected) = &case.expect.output {
        let output = played.state.output().map_or(Value::Null, |output| Value::clone(output));
        wrong.extend(difference(expected, &output).map(|why| format!("output {why}")));
    }
}

pub fn text_matches_or_any(expected: &str, actual: &str) -> bool {
    expected == "<*>" || text_matches(expected, actual)
}

fn check_order(case: &Case, played: &Played, wrong: &mut Vec<String>) {
    let entered = |root: bool| -> Vec<&str> {
        played.entered.iter().filter(|(frame, _)| !root || *frame == 0).map(|(_, name)| name.as_str()).collect()
    };
    for (expected, root) in [(&case.expect.state_sequence, false), (&case.expect.top_level_sequence, true)] {
        if let Some(expected) = expected
            && *expected != entered(root)
        {
            wrong.push(format!("expected the states {expected:?}, got {:?}", entered(root)));
        }
    }
    // A branch cut short by a failing sibling has AWS's timing.
    let counts = case.expect.entered_counts.as_ref().filter(|_| case.expect.status.as_deref() == Some("SUCCEEDED"));
    for (name, expected) in counts.into_iter().flatten() {
        let actual = played.entered.iter().filter(|(_, entered)| entered == name).count();
        if *expected != json!(actual) {
            wrong.push(format!("expected {name} to be entered {expected} times, got {actual}"));
        }
    }
}

fn check_trace(case: &Case, played: &Played, wrong: &mut Vec<String>) {
    let Some(expected) = &case.expect.trace else { return };
    let mut actual = played.trace.iter();
    for line in expected {
        let Some(next) = actual.next() else {
            wrong.push(format!("trace ends before {}", Value::Object(line.clone())));
            return;
        };
        for key in ["enter", "exit", "evaluation_failed", "input", "output", "assigned", "error"] {
            let (Some(expected), actual) = (line.get(key), &next[key]) else { continue };
            if let Some(why) = difference(expected, actual) {
                wrong.push(format!("trace {key} of {}: {why}", name_of(line)));
                return;
            }
        }
        if line.contains_key("exit") && !line.contains_key("assigned") && next.get("assigned").is_some() {
            wrong.push(format!("trace: {} assigned {}", name_of(line), next["assigned"]));
        }
    }
    if let Some(more) = actual.next() {
        wrong.push(format!("trace goes on: {more}"));
    }
}

fn name_of(line: &serde_json::Map<String, Value>) -> &str {
    ["enter", "exit", "evaluation_failed"].iter().find_map(|key| line.get(*key)?.as_str()).unwrap_or_default()
}

fn wording(case: &Case, played: &Played) -> Option<String> {
    let expected = case.expect.cause.as_ref()?;
    let actual = &played.state.failure()?.cause;
    (!cause_matches(expected, actual)).then(|| format!("expected {expected}, got {actual:?}"))
}

fn validation(case: &Case) -> Outcome {
    let express = case.machine_type == "EXPRESS";
    let text = case.definition_text();
    let findings = if express { Definition::validate_express(&text) } else { Definition::validate(&text) };
    let errors: Vec<_> =
        findings.into_iter().filter(|found| found.severity == cueline_states::Severity::Error).collect();
    let result = if errors.is_empty() { "ACCEPT" } else { "REJECT" };
    if case.expect.result.as_deref() != Some(result) {
        let expected = case.expect.result.as_deref().unwrap_or_default();
        return Outcome::Failed(vec![format!("expected {expected}, got {result}: {}", listed(&errors))]);
    }
    Outcome::Passed { wording: validation_wording(case, &errors) }
}

fn validation_wording(case: &Case, errors: &[Diagnostic]) -> Option<String> {
    let said =
        |expected: &str| errors.iter().any(|error| expected.contains(&error.message) && expected.contains(&error.path));
    if let Some(message) = case.expect.message.as_deref().filter(|message| !said(message)) {
        return Some(format!("expected {message:?}, got {}", listed(errors)));
    }
    let missing = case.expect.diagnostics.iter().flatten().find(|expected| {
        !errors.iter().any(|error| {
            field(expected, "code") == error.code
                && field(expected, "message") == error.message.as_str()
                && field(expected, "location") == error.path.as_str()
        })
    })?;
    Some(format!("expected {missing:?}, got {}", listed(errors)))
}

pub fn listed(findings: &[Diagnostic]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
