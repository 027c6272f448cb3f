use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::*;
use crate::query::{Entropy, QueryError, Scope};

/// A scope that lives as long as a test.
struct World {
    input: Value,
    context: Value,
    result: Option<Value>,
    variables: Map<String, Value>,
}

impl World {
    fn new(input: Value) -> Self {
        let variables = json!({"x": 7, "name": "Ada", "list": [1], "nested": {"a": {"b": [[1]]}}});
        let Value::Object(variables) = variables else { unreachable!() };
        Self { input, context: json!({"State": {"Name": "S"}}), result: None, variables }
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            input: &self.input,
            context: &self.context,
            variables: &self.variables,
            result: self.result.as_ref(),
            error_output: None,
        }
    }

    fn evaluate(&self, source: &str) -> Result<Value, QueryError> {
        self.limited(source, &JsonataLimits::default())
    }

    fn limited(&self, source: &str, limits: &JsonataLimits) -> Result<Value, QueryError> {
        let entropy = Entropy::new(1_700_000_000_123, 42);
        JsonataSession::new(self.scope(), &entropy, limits).evaluate(&Expression::parse(source).unwrap(), "Output")
    }
}

fn cause(outcome: Result<Value, QueryError>) -> String {
    let error = outcome.unwrap_err();
    assert_eq!(error.error, "States.QueryEvaluationError");
    assert_eq!(error.field.as_deref(), Some("Output"));
    error.cause
}

#[test]
fn expressions_see_states_and_variables_only() {
    let mut world = World::new(json!({"a": {"b": 1}, "items": [{"p": 1.5, "q": 2}, {"p": 2, "q": 4}]}));
    world.result = Some(json!("done"));
    let cases = [
        ("$states.input.a.b", json!(1)),
        ("$states.context.State.Name & '!'", json!("S!")),
        ("$states.result", json!("done")),
        ("$keys($states)", json!(["input", "context", "result"])),
        ("($s := $states; $s.input.a.b + $x)", json!(8)),
        ("$sum($states.input.items.(p * q))", json!(11)),
        ("$states.input.items[p > 1.7].q", json!(4)),
        ("$states.input.items.p", json!([1.5, 2])),
        ("{'n': 1.0, 'missing': $nothing, 'list': [1, 2.5]}", json!({"n": 1, "list": [1, 2.5]})),
        ("$exists(a)", json!(false)),
        ("$exists($)", json!(false)),
        ("$exists($$)", json!(false)),
        ("-0", json!(0)),
        ("$uppercase($name)", json!("ADA")),
        ("null", Value::Null),
    ];
    for (source, expected) in cases {
        assert_eq!(world.evaluate(source).unwrap().to_string(), expected.to_string(), "{source}");
    }
}

/// The shortcut must not be told from the engine. Adding `[]`-free parentheses takes the shortcut away.
#[test]
fn shortcut_agrees_with_the_engine() {
    let documents = [
        json!({"a": {"b": {"c": 1}}, "z": 1}),
        json!({"a": {"b": [{"c": 1}, {"c": [2, 3]}, {}]}}),
        json!({"a": [{"b": {"c": [1]}}]}),
        json!({"a": {"b": {"c": [[1]]}}}),
        json!({"a": {"b": {"c": []}}}),
        json!({"a": {"b": {"c": [{"d": 1}]}}}),
        json!({"a": {"b": {"c": null}}}),
        json!({"a": {"b": null}}),
        json!({"a": {"b": "text"}}),
        json!({"a": "text"}),
        json!([{"a": {"b": {"c": 9}}}]),
        json!([]),
        json!(null),
        json!("text"),
    ];
    let paths = [
        "$states.input",
        "$states.input.a",
        "$states.input.a.b",
        "$states.input.a.b.c",
        "$states.result.a",
        "$list",
        "$nested.a",
        "$nested.a.b",
        "$nested.a.b.c",
        "$nothing",
        "$nothing.a",
    ];
    for document in documents {
        let world = World::new(document);
        for path in paths {
            assert!(Expression::parse(path).unwrap().shortcut().is_some(), "{path}");
            // The comment also keeps the engine from getting a narrowed document.
            let indirect = format!("($way := {}; $way)", path.replace(".", "/**/."));
            assert!(Expression::parse(&indirect).unwrap().shortcut().is_none());
            let (direct, through) = (world.evaluate(path), world.evaluate(&indirect));
            assert_eq!(direct.clone().ok(), through.ok(), "{path} on {}", world.input);
            let narrowed = world.evaluate(&format!("($way := {path}; $way)"));
            assert_eq!(direct.ok(), narrowed.ok(), "{path} narrowed on {}", world.input);
        }
    }
}

#[test]
fn causes_are_worded_as_by_aws() {
    let world = World::new(json!({"text": "a"}));
    let head = |source: &str| format!("The JSONata expression '{source}' specified for the field 'Output' ");
    for source in ["$doesNotExist", "$states.input.no", "[1][2]", "$states.result"] {
        assert_eq!(cause(world.evaluate(source)), head(source) + "returned nothing (undefined).");
    }
    let source = "$states.input.text + 1";
    assert_eq!(
        cause(world.evaluate(source)),
        head(source)
            + "threw an error during evaluation. T2001: The left side of the + operator must evaluate to a number"
    );
    let source = "$error('no luck')";
    assert!(cause(world.evaluate(source)).starts_with(&(head(source) + "threw an error during evaluation. D3137: ")));

    let entropy = Entropy::new(0, 0);
    let limits = JsonataLimits::default();
    let session = JsonataSession::new(world.scope(), &entropy, &limits);
    let expression = Expression::parse(" $states.input ").unwrap();
    let error = session.evaluate_as(&expression, Expected::Array, "Items").unwrap_err();
    assert_eq!(
        error.cause,
        "The JSONata expression '$states.input' specified for the field 'Items' returned an unexpected result type. \
         Expected 'array', but was 'object' for value: {\"text\":\"a\"}"
    );
    let error = session.evaluate_bool(&Expression::parse("'x'").unwrap(), "Condition").unwrap_err();
    assert!(error.cause.ends_with("Expected 'boolean', but was 'string' for value: \"x\""), "{}", error.cause);
}

#[test]
fn what_is_not_json_is_refused() {
    let world = World::new(json!({}));
    for source in ["$sum", "function($x){$x}", "{'f': $sum}", "[$sum]", "/a/"] {
        assert!(cause(world.evaluate(source)).contains("unsupported result type: function"), "{source}");
    }
    assert!(world.evaluate("1/0").is_err());
}

#[test]
fn numbers_leave_as_they_came() {
    let world = World::new(json!({"big": 9_007_199_254_740_993_i64, "float": 1.0}));
    assert_eq!(world.evaluate("$states.input.big").unwrap(), json!(9_007_199_254_740_993_i64));
    assert_eq!(world.evaluate("$states.input.float + 1").unwrap().to_string(), "2");
    assert_eq!(world.evaluate("1e20").unwrap().to_string(), "1e+20");
    assert_eq!(world.evaluate("$power(2, 53)").unwrap().to_string(), "9007199254740992");
}

#[test]
fn added_and_replaced_functions() {
    let world = World::new(json!({"list": [1, 2, 3]}));
    let cases = [
        ("$partition($states.input.list, 2)", json!([[1, 2], [3]])),
        ("$partition([], 2)", json!([])),
        ("$range(0, 9, 3)", json!([0, 3, 6, 9])),
        ("$range(1, 9, 9)", json!(1)),
        ("$range(3, 1, -1)", json!([3, 2, 1])),
        ("$hash('input data', 'MD5')", json!("812f45842bc6d66ee14572ce20db8e86")),
        ("$parse('[1, 2, \"x\"]')", json!([1, 2, "x"])),
        ("$map(['1', '[2]'], $parse)", json!([1, [2]])),
        ("$pad('ab', 5, '-*')", json!("ab-*-")),
        ("$pad('ab', -4)", json!("  ab")),
        ("$pad('abc', 2)", json!("abc")),
        ("$map(['a', 'b'], function($v){$pad($v, 2)})", json!(["a ", "b "])),
        ("$millis()", json!(1_700_000_000_123_i64)),
        ("$now()", json!("2023-11-14T22:13:20.123Z")),
        ("$now('[Y0001]-[M01]-[D01]')", json!("2023-11-14")),
        ("$random(7) = $random(7)", json!(true)),
        ("$random() = $random()", json!(false)),
        ("$count($distinct($map([1..50], $random)))", json!(50)),
        ("$uuid() = $uuid()", json!(false)),
        ("$length($uuid())", json!(36)),
        ("$sort($shuffle([3, 1, 2]))", json!([1, 2, 3])),
        ("$exists($partition($nothing, 2))", json!(false)),
        ("'[3]' ~> $parse", json!([3])),
    ];
    for (source, expected) in cases {
        assert_eq!(world.evaluate(source).map_err(|error| error.cause), Ok(expected), "{source}");
    }
}

#[test]
fn eval_is_out_of_reach() {
    let world = World::new(json!({}));
    let ways = ["$eval('1')", "($e := $eval; $e('1'))", "'1' ~> $eval", "$map(['1'], $eval)", "$eval('1', {})"];
    for source in ways {
        assert!(cause(world.evaluate(source)).contains("$eval is not supported"), "{source}");
    }
}

#[test]
fn same_entropy_gives_same_values_across_a_session() {
    let world = World::new(json!({}));
    let run = || {
        let (entropy, limits) = (Entropy::new(5, 9), JsonataLimits::default());
        let session = JsonataSession::new(world.scope(), &entropy, &limits);
        let template =
            json!({"a": "{% $uuid() %}", "b": ["{% $random() %}", "{% $shuffle([1..9]) %}"], "c": "{% $uuid() %}"});
        session.evaluate_template(&JsonataTemplate::parse(&template).unwrap(), "Output").unwrap()
    };
    let first = run();
    assert_eq!(first, run());
    assert_ne!(first["a"], first["c"]);
}

#[test]
fn templates_name_the_field_below() {
    let world = World::new(json!({"a": 1}));
    let (entropy, limits) = (Entropy::new(0, 0), JsonataLimits::default());
    let session = JsonataSession::new(world.scope(), &entropy, &limits);
    let fill = |template: Value| session.evaluate_template(&JsonataTemplate::parse(&template).unwrap(), "Output");
    let filled = fill(json!({"z": ["{% $states.input.a %}", "plain {% x %}"], "k{% 1 %}": {"n": null}})).unwrap();
    assert_eq!(filled.to_string(), r#"{"z":[1,"plain {% x %}"],"k{% 1 %}":{"n":null}}"#);
    let error = fill(json!({"z": [1, {"y": "{% $no %}"}]})).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("Output/z[1]/y"));
    assert!(error.cause.contains("for the field 'Output/z[1]/y' returned nothing (undefined)."));
}

#[test]
fn every_syntax_error_of_a_template_is_reported() {
    let template = json!({"a": "{% 1 + %}", "b": ["{% $x %}", "{%%}"], "c": "{% ( %}"});
    let errors = JsonataTemplate::parse(&template).unwrap_err();
    let places: Vec<_> = errors.iter().map(|error| error.at.as_str()).collect();
    assert_eq!(places, ["/a", "/b[1]", "/c"]);
}

#[test]
fn parsed_things_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Expression>();
    shared::<JsonataTemplate>();
    shared::<JsonataLimits>();
}

#[test]
fn cancelled_token_ends_an_evaluation() {
    let cancel = Cancel::new();
    cancel.cancel();
    let limits = JsonataLimits { cancel: Some(cancel), ..JsonataLimits::default() };
    let outcome = World::new(json!({})).limited("$sum([1..100].($ * 2))", &limits);
    assert!(cause(outcome).contains("U1003"));
}

/// On a small stack and within a bounded time, whatever the outcome.
fn survives(name: &str, run: impl FnOnce() + Send + 'static) {
    let began = Instant::now();
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap();
    assert!(thread.join().is_ok(), "{name} panicked");
    assert!(began.elapsed() < Duration::from_secs(20), "{name} took {:?}", began.elapsed());
}

#[test]
fn hostile_texts_are_refused_at_parsing() {
    for (name, text) in [
        ("parentheses", "(".repeat(30_000)),
        ("brackets", "[".repeat(30_000)),
        ("minus", "-".repeat(30_000) + "1"),
        ("sum", "1".to_owned() + &"+1".repeat(10_000)),
        ("steps", "$a".to_owned() + &".a".repeat(10_000)),
        ("long", " 1 ".to_owned() + &"+1".repeat(100_000)),
    ] {
        survives(name, move || drop(Expression::parse(&text).unwrap_err()));
    }
}

#[test]
fn hostile_evaluations_end() {
    let nothing_large = [
        "$sum([1..1000000])",
        "[1..10000001]",
        "($f:=function($n){1+$f($n+1)};$f(0))",
        "($f:=function($n){$f($n+1)};$f(0))",
        "$map([1..1000000], function($x){$x*2})",
        "$pad('x', 5e8)",
        "$pad('x', 1e10)",
        "$pad('x', -1e300)",
        "$reduce([1..9000], function($a,$x){[[$a]]})",
        "$range(0, 1e18, 1)",
        "$reduce([1..25], function($a,$x){[$a,$a]}, [1])",
        "$reduce([1..40], function($a,$x){$a & $a}, 'xxxxxxxxxxxxxxxx')",
    ];
    let limits = JsonataLimits { time: Duration::from_millis(100), ..JsonataLimits::default() };
    for source in nothing_large {
        let limits = limits.clone();
        survives(source, move || {
            let outcome = World::new(json!({})).limited(source, &limits);
            let error = outcome.map(|value| value.to_string().len()).unwrap_err();
            assert_eq!(error.error, "States.QueryEvaluationError");
        });
    }
    survives("backtracking", || {
        let text = "a".repeat(36) + "!";
        let world = World::new(json!({ "text": text }));
        assert_eq!(world.evaluate("$contains($states.input.text, /^(a+)+$/)").unwrap(), json!(false));
    });
}
