//! Documents with mistakes: each mistake is found, with its place.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed expectation is a failed test")]

use cueline_states::{Definition, Severity};
use serde_json::{Value, json};

fn check(document: Value, expected: &[(&str, &str)]) {
    let findings: Vec<_> = Definition::validate(&document.to_string())
        .into_iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| (found.path, found.message))
        .collect();
    let matches =
        |(path, message): &(&str, &str)| findings.iter().any(|(at, said)| at == path && said.contains(message));
    let missing: Vec<_> = expected.iter().filter(|wanted| !matches(wanted)).collect();
    assert!(
        missing.is_empty() && findings.len() == expected.len(),
        "{document:#}\nmissing {missing:#?}\nfound {findings:#?}"
    );
    assert_eq!(Definition::parse(&document.to_string()).is_err(), !expected.is_empty());
}

fn states(states: Value) -> Value {
    json!({ "StartAt": "A", "States": states })
}

#[test]
fn a_good_document_has_no_findings() {
    check(states(json!({ "A": { "Type": "Pass", "End": true } })), &[]);
    check(
        json!({ "Comment": "c", "Version": "1.0", "TimeoutSeconds": 5, "QueryLanguage": "JSONata", "StartAt": "A",
        "States": { "A": { "Type": "Succeed", "Output": "{% 1 %}" } } }),
        &[],
    );
}

#[test]
fn the_document_itself() {
    check(json!([]), &[("/", "Expected value of type Object")]);
    check(json!({}), &[("/", "These fields are required: [States, StartAt]")]);
    check(
        json!({ "StartAt": "A", "States": {} }),
        &[("/States", "At least one state"), ("/StartAt", "Missing 'StartAt' target: A")],
    );
    check(
        json!({ "StartAt": 1, "States": { "A": { "Type": "Succeed" } }, "Versoin": "1.0" }),
        &[("/StartAt", "type String"), ("/", "Field 'Versoin' is not supported")],
    );
    check(
        json!({ "QueryLanguage": "SQL", "Version": "2.0", "TimeoutSeconds": 0, "StartAt": "A", "States": { "A": { "Type": "Succeed" } } }),
        &[("/QueryLanguage", "should have one of"), ("/Version", "not supported"), ("/TimeoutSeconds", "at least 1")],
    );
    let text = Definition::validate("{ \"StartAt\": ");
    assert_eq!(text[0].code, "INVALID_JSON_DESCRIPTION");
}

#[test]
fn arrows_lead_somewhere() {
    check(
        states(json!({ "A": { "Type": "Pass", "Next": "B" } })),
        &[("/States/A/Next", "Missing 'Next' target: B"), ("/", "no terminal state")],
    );
    check(
        states(json!({ "A": { "Type": "Pass", "End": true }, "B": { "Type": "Pass", "End": true } })),
        &[("/States/B", "State \"B\" is not reachable.")],
    );
    check(
        states(json!({ "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Pass", "Next": "A" } })),
        &[("/", "Workflow has no terminal state")],
    );
    check(
        states(
            json!({ "A": { "Type": "Choice", "Default": "Y", "Choices": [{ "Variable": "$.x", "IsNull": true, "Next": "X" }] },
        "B": { "Type": "Succeed" } }),
        ),
        &[
            ("/States/A/Choices[0]/Next", "target: X"),
            ("/States/A/Default", "target: Y"),
            ("/States/B", "not reachable"),
        ],
    );
    check(
        states(
            json!({ "A": { "Type": "Task", "Resource": "r", "End": true, "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "X" }] } }),
        ),
        &[("/States/A/Catch[0]/Next", "Missing 'Next' target: X")],
    );
    check(
        states(json!({ "A": { "Type": "Pass" }, "B": { "Type": "Pass", "Next": "A", "End": true } })),
        &[
            ("/States/A", "One of these fields is required: [Next, End]"),
            ("/States/B", "Only one of these"),
            ("/States/B", "not reachable"),
        ],
    );
    check(
        states(json!({ "A": { "Type": "Succeed", "Next": "B", "End": true }, "B": { "Type": "Fail" } })),
        &[("/States/A", "Field 'Next' is not supported"), ("/States/A", "Field 'End' is not supported")],
    );
}

#[test]
fn fields_belong_to_their_state() {
    check(
        states(json!({ "A": { "Type": "Nap", "End": true } })),
        &[("/States/A/Type", "should have one of these values")],
    );
    check(states(json!({ "A": { "End": true } })), &[("/States/A", "These fields are required: [Type]")]);
    check(
        states(json!({ "A": { "Type": "Pass", "End": true, "Retry": [], "TimeoutSeconds": 3, "InputPaht": "$" } })),
        &[
            ("/States/A", "Field 'Retry' is not supported"),
            ("/States/A", "Field 'TimeoutSeconds' is not"),
            ("/States/A", "'InputPaht'"),
        ],
    );
    check(
        states(json!({ "A": { "Type": "Pass", "End": true, "Output": {} } })),
        &[(
            "/States/A",
            "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
        )],
    );
    check(
        states(
            json!({ "A": { "Type": "Pass", "QueryLanguage": "JSONata", "End": true, "InputPath": "$.a", "Parameters": {} } }),
        ),
        &[
            ("/States/A", "field 'InputPath' is only supported for the 'JSONPath'"),
            ("/States/A", "field 'Parameters' is only"),
        ],
    );
    check(
        json!({ "QueryLanguage": "JSONata", "StartAt": "A", "States": { "A": { "Type": "Pass", "QueryLanguage": "JSONPath", "End": true } } }),
        &[("/States/A", "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")],
    );
}

#[test]
fn tasks() {
    check(
        states(json!({ "A": { "Type": "Task", "End": true } })),
        &[("/States/A", "These fields are required: [Resource]")],
    );
    check(
        states(
            json!({ "A": { "Type": "Task", "Resource": "", "End": true, "TimeoutSeconds": 5, "HeartbeatSeconds": 5, "Credentials": {} } }),
        ),
        &[
            ("/States/A/Resource", "must not be empty"),
            ("/States/A/HeartbeatSeconds", "smaller than 'TimeoutSeconds'"),
            ("/States/A/Credentials", "The field 'RoleArn' is required but was missing"),
        ],
    );
    check(
        states(
            json!({ "A": { "Type": "Task", "Resource": "r", "End": true, "TimeoutSeconds": 1.5, "TimeoutSecondsPath": "$.t", "HeartbeatSeconds": "x" } }),
        ),
        &[
            ("/States/A", "Only one of these fields is allowed: [TimeoutSeconds, TimeoutSecondsPath]"),
            ("/States/A/HeartbeatSeconds", "Expected value of type Integer"),
        ],
    );
    check(
        states(json!({ "A": { "Type": "Task", "Resource": "r", "End": true,
        "Retry": [{ "ErrorEquals": ["States.ALL", "E"], "MaxAttempts": -1 }, { "BackoffRate": 0.5, "JitterStrategy": "SOME", "Wait": 1 }],
        "Catch": [{ "ErrorEquals": [] , "Next": "A" }, { "ErrorEquals": ["E"] }] } })),
        &[
            ("/States/A/Retry[0]/ErrorEquals", "must appear alone"),
            ("/States/A/Retry[0]/ErrorEquals", "only appear in the last"),
            ("/States/A/Retry[0]/MaxAttempts", "at least 0"),
            ("/States/A/Retry[1]", "required: [ErrorEquals]"),
            ("/States/A/Retry[1]/BackoffRate", "at least 1"),
            ("/States/A/Retry[1]/JitterStrategy", "[FULL, NONE]"),
            ("/States/A/Retry[1]", "Field 'Wait' is not supported"),
            ("/States/A/Catch[0]/ErrorEquals", "must not be empty"),
            ("/States/A/Catch[1]", "required: [Next]"),
        ],
    );
}

#[test]
fn expressions() {
    check(
        states(
            json!({ "A": { "Type": "Pass", "End": true, "InputPath": "a", "ResultPath": "$.a[*]", "Parameters": { "x.$": "nope", "y.$": "States.Nope()" } } }),
        ),
        &[
            ("/States/A/InputPath", "valid JSONPath"),
            ("/States/A/ResultPath", "valid JSONPath"),
            (
                "/States/A/Parameters",
                "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call",
            ),
            ("/States/A/Parameters", "The value for the field 'y.$' must be"),
        ],
    );
    check(
        states(json!({ "A": { "Type": "Pass", "End": true, "Assign": { "ok": 1, "states": 2, "1x.$": "$.a" } } })),
        &[("/States/A/Assign", "'states': it is reserved"), ("/States/A/Assign", "'1x': it must begin with a letter")],
    );
    check(
        json!({ "QueryLanguage": "JSONata", "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "r", "End": true,
        "Arguments": { "a": ["{% ( %}"] }, "TimeoutSeconds": "5" } } }),
        &[("/States/A/Arguments/a[0]", "valid JSONata expression"), ("/States/A/TimeoutSeconds", "between {% and %}")],
    );
}

#[test]
fn choices_and_waits() {
    check(
        states(json!({ "A": { "Type": "Choice", "Default": "B", "Choices": [] }, "B": { "Type": "Succeed" } })),
        &[("/States/A/Choices", "must not be empty")],
    );
    check(
        states(json!({ "A": { "Type": "Choice", "Choices": [
            { "Variable": "$.x", "Next": "B" },
            { "Variable": "$.x", "StringEquals": "a", "NumericEquals": 1, "Next": "B" },
            { "StringEquals": 5, "Next": "B" },
            { "Not": { "Variable": "$.x", "IsNull": "yes", "Next": "B" }, "Next": "B" },
            { "Condition": true, "Variable": "$.x", "IsNull": true, "Next": "B" },
            { "And": [{ "Variable": "$.x", "TimestampEquals": "noon" }] }
        ] }, "B": { "Type": "Succeed" } })),
        &[
            ("/States/A/Choices[0]", "Exactly one operator is required"),
            ("/States/A/Choices[1]", "found [StringEquals, NumericEquals]"),
            ("/States/A/Choices[2]", "required: [Variable]"),
            ("/States/A/Choices[2]/StringEquals", "type String"),
            ("/States/A/Choices[3]/Not/IsNull", "type Boolean"),
            ("/States/A/Choices[3]/Not", "Field 'Next' is not supported"),
            ("/States/A/Choices[4]", "field 'Condition' is only supported for the 'JSONata'"),
            ("/States/A/Choices[5]/And[0]/TimestampEquals", "RFC3339"),
            ("/States/A/Choices[5]", "required: [Next]"),
        ],
    );
    check(
        states(json!({ "A": { "Type": "Wait", "End": true } })),
        &[("/States/A", "One of these fields is required: [Seconds")],
    );
    check(
        states(json!({ "A": { "Type": "Wait", "Seconds": -1, "Timestamp": "noon", "End": true } })),
        &[
            ("/States/A", "Only one of these fields is allowed: [Seconds, Timestamp]"),
            ("/States/A/Seconds", "at least 0"),
            ("/States/A/Timestamp", "String does not match RFC3339 timestamp"),
        ],
    );
    check(
        states(json!({ "A": { "Type": "Fail", "Error": "e", "ErrorPath": "$.e", "CausePath": 1 } })),
        &[
            ("/States/A", "Only one of these fields is allowed: [Error, ErrorPath]"),
            ("/States/A/CausePath", "type String"),
        ],
    );
}

#[test]
fn scopes_inside_states() {
    check(
        states(json!({ "A": { "Type": "Parallel", "End": true, "Branches": [
            { "StartAt": "X", "States": { "X": { "Type": "Pass", "Next": "A" } } },
            { "States": { "A": { "Type": "Succeed" } } },
            5
        ] } })),
        &[
            ("/States/A/Branches[0]/States/X/Next", "Missing 'Next' target: A"),
            ("/States/A/Branches[0]", "no terminal state"),
            ("/States/A/Branches[1]", "required: [StartAt]"),
            ("/States/A/Branches[1]/States/A", "Duplicate state name: A"),
            ("/States/A/Branches[2]", "type Object"),
        ],
    );
    check(
        states(json!({ "A": { "Type": "Map", "End": true, "MaxConcurrency": -1, "Label": "a b", "ItemReader": {},
            "ItemProcessor": { "ProcessorConfig": { "Mode": "FAST" }, "QueryLanguage": "JSONata", "StartAt": "X", "States": { "X": { "Type": "Succeed" } } } } })),
        &[
            ("/States/A/MaxConcurrency", "at least 0"),
            ("/States/A/Label", "1 to 40 characters"),
            ("/States/A/ItemProcessor/ProcessorConfig/Mode", "[INLINE, DISTRIBUTED]"),
            ("/States/A/ItemProcessor", "Field 'QueryLanguage' is not supported"),
            ("/States/A", "Field 'ItemReader' is only supported"),
            ("/States/A", "Field 'Label' is only supported"),
            ("/States/A/ItemReader", "required: [Resource]"),
        ],
    );
    check(
        states(json!({ "A": { "Type": "Map", "End": true } })),
        &[("/States/A", "One of these fields is required: [ItemProcessor, Iterator]")],
    );
}

#[test]
fn hashes_ignore_formatting_and_key_order() {
    let one = Definition::parse(r#"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"End":true}}}"#).unwrap();
    let other = Definition::parse(
        "{ \"States\": {\"A\": {\"End\":true, \"Seconds\": 1.0,\"Type\":\"Wait\"}},\n \"StartAt\":\"A\"}",
    )
    .unwrap();
    let third = Definition::parse(r#"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":2,"End":true}}}"#).unwrap();
    assert_eq!(one.hash(), other.hash());
    assert_ne!(one.hash(), third.hash());
    assert_eq!(one.hash().len(), 64);
}

#[test]
fn deep_and_huge_documents_are_refused_not_fatal() {
    let mut scope = json!({ "StartAt": "leaf", "States": { "leaf": { "Type": "Succeed" } } });
    for depth in 0..60 {
        let name = format!("level{depth}");
        scope =
            json!({ "StartAt": name, "States": { name: { "Type": "Parallel", "Branches": [scope], "End": true } } });
    }
    let findings = Definition::validate(&scope.to_string());
    assert!(!findings.is_empty());
    assert!(Definition::parse(&"[".repeat(1_000_000)).is_err());
}

#[test]
fn warnings_do_not_refuse() {
    let document = states(
        json!({ "A": { "Type": "Pass", "Result": { "x.$": "$.y" }, "Next": "B" }, "B": { "Type": "Fail", "Cause": "$.why" } }),
    );
    let findings = Definition::validate(&document.to_string());
    assert_eq!(
        findings.iter().map(|found| (found.severity, found.code)).collect::<Vec<_>>(),
        [(Severity::Warning, "PASS_RESULT_IS_STATIC"), (Severity::Warning, "NO_DOLLAR")]
    );
    assert!(Definition::parse(&document.to_string()).is_ok());
}
