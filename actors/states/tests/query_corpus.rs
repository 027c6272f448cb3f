//! Single evaluations taken out of executions that were recorded on AWS: what one field made of one scope.
//!
//! Only what the recording shows completely is judged: a state whose entry and exit stand in the trace, a task whose
//! request was seen, a condition that was followed. The corpus lies beside the repository; without it the test says so.

#![expect(clippy::unwrap_used, reason = "the unwrap of a test is an assertion")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use cueline_states::query::jsonata::{self, Expression, JsonataLimits, JsonataSession, JsonataTemplate};
use cueline_states::query::path::Path;
use cueline_states::query::template::{Query, Template};
use cueline_states::query::{Entropy, QueryError, Scope};
use serde_json::{Map, Value, json};

type Failure = String;

#[test]
fn recorded_evaluations_give_what_aws_gave() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/asl/cases.jsonl");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: no corpus of recorded executions at {}", file.display());
        return;
    };
    let mut judge = Judge::default();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if case["kind"] == "execution" {
            judge.parses(&case["definition"], "");
            if case["expect"]["trace"].is_array() {
                judge.case(&case);
            }
        }
    }
    println!("equal to AWS: {:?}, not isolated: {:?}", judge.equal, judge.skipped);
    assert!(judge.failures.is_empty(), "{}", judge.failures.join("\n"));
    assert!(judge.equal.values().sum::<usize>() > 200, "the corpus gave too little: {:?}", judge.equal);
}

#[derive(Default)]
struct Judge {
    equal: BTreeMap<&'static str, usize>,
    skipped: BTreeMap<&'static str, usize>,
    failures: Vec<Failure>,
}

/// One visit of one state: what is known before and what was seen after.
struct Visit<'c> {
    id: &'c str,
    name: &'c str,
    state: &'c Value,
    is_jsonata: bool,
    input: &'c Value,
    context: &'c Value,
    variables: &'c Map<String, Value>,
    /// The raw result of the task.
    result: Option<&'c Value>,
    request: Option<&'c Value>,
    exit: &'c Value,
    next: Option<&'c str>,
}

impl Judge {
    fn case(&mut self, case: &Value) {
        let trace = case["expect"]["trace"].as_array().unwrap();
        let language = case["definition"]["QueryLanguage"].as_str().unwrap_or("JSONPath");
        let mut variables = Map::new();
        let mut attempts: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, event) in trace.iter().enumerate() {
            let Some(name) = event["enter"].as_str() else { continue };
            let state = &case["definition"]["States"][name];
            // An execution that failed ends with the entry of the state that failed it.
            let exit = trace.get(at + 1).unwrap_or(&case["expect"]);
            let is_whole = state.is_object()
                && (exit["exit"] == name || exit["evaluation_failed"] == name || exit["error"] == "States.Runtime");
            if !is_whole {
                self.skip("nested or unfinished");
                continue;
            }
            let attempt = attempts.entry(name).or_default();
            let mock = &case["mocks"][name][*attempt];
            *attempt += 1;
            let context = context(case, name);
            let is_jsonata = state["QueryLanguage"].as_str().unwrap_or(language) == "JSONata";
            self.visit(&Visit {
                id: case["id"].as_str().unwrap(),
                name,
                state,
                is_jsonata,
                input: &event["input"],
                context: &context,
                variables: &variables,
                result: mock.get("ok"),
                request: mock["request"].get("parameters").or_else(|| mock["request"].get("input")),
                exit,
                next: trace.get(at + 2).and_then(|event| event["enter"].as_str()),
            });
            if let Some(assigned) = exit["assigned"].as_object() {
                variables.extend(assigned.clone());
            }
        }
    }

    fn skip(&mut self, why: &'static str) {
        *self.skipped.entry(why).or_default() += 1;
    }

    fn visit(&mut self, visit: &Visit<'_>) {
        let kind = visit.state["Type"].as_str().unwrap();
        match (kind, visit.is_jsonata) {
            _ if visit.exit.get("evaluation_failed").is_some() => self.failed_evaluation(visit),
            ("Pass", false) if visit.exit.get("error").is_some() => self.failed_pass(visit),
            ("Fail", false) if visit.exit.get("error").is_some() => self.failed_fail(visit),
            _ if visit.exit.get("error").is_some() => self.skip("not a failure of ours"),
            ("Pass", true) => {
                self.jsonata(visit, "Output", None, visit.exit.get("output"));
                self.jsonata(visit, "Assign", None, visit.exit.get("assigned"));
            }
            ("Task", true) => {
                self.jsonata(visit, "Arguments", None, visit.request);
                if visit.result.is_some() {
                    self.jsonata(visit, "Output", visit.result, visit.exit.get("output"));
                    self.jsonata(visit, "Assign", visit.result, visit.exit.get("assigned"));
                }
            }
            ("Choice", true) => self.conditions(visit),
            ("Pass", false) => self.path_pass(visit),
            ("Task", false) => self.path_task(visit),
            _ => self.skip("another kind of state"),
        }
    }

    fn jsonata(&mut self, visit: &Visit<'_>, field: &'static str, result: Option<&Value>, expected: Option<&Value>) {
        let (Some(template), Some(expected)) = (visit.state.get(field), expected) else { return };
        let outcome = evaluate_jsonata(visit, template, field, result);
        self.compare(visit, field, outcome, expected);
    }

    fn conditions(&mut self, visit: &Visit<'_>) {
        let Some(rules) = visit.state["Choices"].as_array() else { return };
        let (entropy, limits) = (Entropy::new(0, 0), JsonataLimits::default());
        let session = JsonataSession::new(visit.scope(None), &entropy, &limits);
        let mut next = visit.state["Default"].as_str();
        for rule in rules {
            let holds = match &rule["Condition"] {
                Value::String(text) => {
                    session.evaluate_bool(&Expression::parse(jsonata::unwrap(text).unwrap()).unwrap(), "Condition")
                }
                condition => Ok(condition == &Value::Bool(true)),
            };
            if holds.unwrap() {
                next = rule["Next"].as_str();
                break;
            }
        }
        let (found, expected) = (json!(next), json!(visit.next));
        self.compare(visit, "Condition", Ok(found), &expected);
    }

    fn path_pass(&mut self, visit: &Visit<'_>) {
        let Some(selected) = self.selected(visit, "InputPath", visit.input) else { return };
        let result = match (visit.state.get("Result"), visit.state.get("Parameters")) {
            (Some(result), _) => Ok(result.clone()),
            (None, Some(template)) => evaluate_template(visit, template, &selected),
            (None, None) => Ok(selected),
        };
        let result = match result {
            Ok(result) => result,
            Err(error) => return self.compare(visit, "Parameters", Err(error), &visit.exit["output"]),
        };
        let outcome = self.output(visit, &result);
        self.compare(visit, "Pass", outcome, &visit.exit["output"]);
        if let (Some(template), Some(assigned)) = (visit.state.get("Assign"), visit.exit.get("assigned")) {
            let outcome = evaluate_template(visit, template, &result);
            self.compare(visit, "Assign", outcome, assigned);
        }
    }

    fn path_task(&mut self, visit: &Visit<'_>) {
        let Some(selected) = self.selected(visit, "InputPath", visit.input) else { return };
        if let (Some(template), Some(request)) = (visit.state.get("Parameters"), visit.request) {
            let outcome = evaluate_template(visit, template, &selected);
            self.compare(visit, "Parameters", outcome, request);
        }
        let Some(result) = visit.result else { return self.skip("task without a result") };
        let result = match visit.state.get("ResultSelector") {
            Some(template) => evaluate_template(visit, template, result).unwrap(),
            None => result.clone(),
        };
        let outcome = self.output(visit, &result);
        self.compare(visit, "Task", outcome, &visit.exit["output"]);
    }

    fn selected(&mut self, visit: &Visit<'_>, field: &str, document: &Value) -> Option<Value> {
        match visit.state.get(field) {
            None => Some(document.clone()),
            Some(Value::String(path)) => {
                let path = Path::parse(path).unwrap();
                Some(path.select(&visit.scope(None).with_input(document)).ok()?.into_owned())
            }
            Some(_) => Some(json!({})),
        }
    }

    fn output(&mut self, visit: &Visit<'_>, result: &Value) -> Result<Value, QueryError> {
        let mut output = visit.input.clone();
        match visit.state.get("ResultPath") {
            None => output = result.clone(),
            Some(Value::String(path)) => {
                Path::parse_reference(path).unwrap().assign(&mut output, result.clone())?;
            }
            Some(_) => {}
        }
        match visit.state.get("OutputPath") {
            None => Ok(output),
            Some(Value::String(path)) => {
                let path = Path::parse(path).unwrap();
                path.select(&visit.scope(None).with_input(&output)).map(|value| value.into_owned())
            }
            Some(_) => Ok(json!({})),
        }
    }

    /// The cause AWS gave, after its sentence about state and event.
    fn failed_evaluation(&mut self, visit: &Visit<'_>) {
        let cause = own_words(visit.exit["cause"].as_str().unwrap());
        let location = visit.exit["location"].as_str().unwrap_or_default();
        let field = location.split('/').next().unwrap_or_default();
        let Some(template) = visit.state.get(field).filter(|_| visit.is_jsonata && cause.starts_with("The JSONata"))
        else {
            return self.skip("not a failure of ours");
        };
        let result = visit.result.or(Some(&Value::Null));
        let outcome = match (template, field) {
            (Value::String(text), "Items") => {
                let expression = Expression::parse(jsonata::unwrap(text).unwrap()).unwrap();
                let (entropy, limits) = (Entropy::new(0, 0), JsonataLimits::default());
                JsonataSession::new(visit.scope(None), &entropy, &limits).evaluate_as(
                    &expression,
                    jsonata::Expected::Array,
                    field,
                )
            }
            _ => evaluate_jsonata(visit, template, field, result),
        };
        let error = outcome.unwrap_err();
        let found = json!([error.error, error.cause, error.field]);
        self.compare(visit, "failure", Ok(found), &json!([visit.exit["error"], cause, location]));
    }

    fn failed_pass(&mut self, visit: &Visit<'_>) {
        let scope = visit.scope(None);
        let outcome = match (&visit.state["InputPath"], &visit.state["Parameters"]) {
            (Value::String(path), _) => Path::parse(path).unwrap().select(&scope).map(|value| value.into_owned()),
            (_, template) => evaluate_template(visit, template, visit.input),
        };
        self.compare_failure(visit, outcome);
    }

    fn failed_fail(&mut self, visit: &Visit<'_>) {
        let path = visit.state["CausePath"].as_str().unwrap();
        let scope = visit.scope(None);
        let outcome = Query::parse(path).unwrap().evaluate(&scope, &Entropy::new(0, 0), "CausePath");
        self.compare_failure(visit, outcome.map(|value| value.into_owned()));
    }

    fn compare_failure(&mut self, visit: &Visit<'_>, outcome: Result<Value, QueryError>) {
        let error = outcome.unwrap_err();
        let found = json!([error.error, error.cause]);
        let expected = json!([visit.exit["error"], own_words(visit.exit["cause"].as_str().unwrap())]);
        self.compare(visit, "failure", Ok(found), &expected);
    }

    /// Whatever AWS accepted must parse.
    fn parses(&mut self, value: &Value, key: &str) {
        match value {
            Value::Object(members) => {
                // What a Pass state's Result holds is never looked into.
                let templates = members.iter().filter(|(key, _)| *key != "Result");
                templates.for_each(|(key, value)| self.parses(value, key));
            }
            Value::Array(items) => items.iter().for_each(|item| self.parses(item, key)),
            Value::String(text) => {
                let is_query = key.ends_with(".$") || (key.ends_with("Path") && text.starts_with('$'));
                let error = match jsonata::unwrap(text) {
                    Some(source) => Expression::parse(source).err(),
                    None if is_query => Query::parse(text).err(),
                    None => return,
                };
                match error {
                    None => *self.equal.entry("parsed").or_default() += 1,
                    Some(error) => self.failures.push(format!("{key}: {text}: {error}")),
                }
            }
            _ => {}
        }
    }

    fn compare(
        &mut self,
        visit: &Visit<'_>,
        field: &'static str,
        outcome: Result<Value, QueryError>,
        expected: &Value,
    ) {
        match outcome {
            Ok(found) if matches(&found, expected) => *self.equal.entry(field).or_default() += 1,
            // The recording does not hold the whole context object, nor tokens.
            _ if mentions_context(visit.state) => self.skip("unrecorded context"),
            Ok(found) => {
                self.failures.push(format!("{} {} {field}:\n  {found}\n  {expected}", visit.id, visit.name));
            }
            Err(error) => self.failures.push(format!("{} {} {field}: {error}", visit.id, visit.name)),
        }
    }
}

impl Visit<'_> {
    fn scope<'s>(&'s self, result: Option<&'s Value>) -> Scope<'s> {
        Scope { input: self.input, context: self.context, variables: self.variables, result, error_output: None }
    }
}

/// The cause without the sentence about state and event.
fn own_words(cause: &str) -> &str {
    cause.split_once("). ").map_or(cause, |(_, rest)| rest)
}

fn context(case: &Value, state: &str) -> Value {
    json!({
        "Execution": {"Input": case["input"]},
        "State": {"Name": state, "RetryCount": 0},
        "StateMachine": {"Name": "<*>"},
    })
}

fn mentions_context(state: &Value) -> bool {
    let text = state.to_string();
    text.contains("$$") || text.contains("states.context") || text.contains("{% $states %}")
}

fn evaluate_jsonata(
    visit: &Visit<'_>,
    template: &Value,
    field: &str,
    result: Option<&Value>,
) -> Result<Value, QueryError> {
    let (entropy, limits) = (Entropy::new(0, 0), JsonataLimits::default());
    let session = JsonataSession::new(visit.scope(result), &entropy, &limits);
    session.evaluate_template(&JsonataTemplate::parse(template).unwrap(), field)
}

fn evaluate_template(visit: &Visit<'_>, template: &Value, input: &Value) -> Result<Value, QueryError> {
    let scope = visit.scope(None).with_input(input);
    Template::parse(template).unwrap().evaluate(&scope, &Entropy::new(0, 0))
}

/// Equality in which `<*>` stands for anything and `1` is `1.0`.
fn matches(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (_, Value::String(any)) if any == "<*>" => true,
        (Value::String(any), _) if any == "<*>" => true,
        (Value::String(found), Value::String(expected)) if expected.contains("<*>") => {
            let pattern = expected.split("<*>").map(regex::escape).collect::<Vec<_>>().join("(?s:.+)");
            regex::Regex::new(&format!("^{pattern}$")).unwrap().is_match(found)
        }
        (Value::Number(found), Value::Number(expected)) => found.as_f64() == expected.as_f64(),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, expected)| matches(found, expected))
        }
        (Value::Object(found), Value::Object(expected)) => {
            found.len() == expected.len()
                && found.iter().all(|(key, value)| expected.get(key).is_some_and(|expected| matches(value, expected)))
        }
        _ => found == expected,
    }
}
