use serde_json::{Value, json};

use super::Call;
use crate::query::{Entropy, QueryError, Scope};

fn evaluate(source: &str, input: Value) -> Result<Value, QueryError> {
    let variables = json!({"name": "Ada", "n": 2});
    let context = json!({"StateMachine": {"Name": "one-two-three"}});
    let scope = Scope {
        input: &input,
        context: &context,
        variables: variables.as_object().unwrap(),
        result: None,
        error_output: None,
    };
    Call::parse(source).unwrap_or_else(|error| panic!("{source}: {error}")).evaluate(&scope, &Entropy::new(0, 1))
}

#[test]
fn values() {
    let cases = [
        ("States.Format('{} is {}, \\{\\} \\'{}\\'', $name, 1.5, $.t)", json!("Ada is 1.5, {} 'x'")),
        ("States.Format('{}', $.o)", json!("{Arg1=1, Arg2=[a, null]}")),
        ("States.Format($.pattern, $n)", json!("<2>")),
        ("States.Format('plain')", json!("plain")),
        ("States.Format('{}{}', true, null)", json!("truenull")),
        ("States.StringToJson('')", json!(null)),
        ("States.StringToJson('{\"number\":20}')", json!({"number": 20})),
        ("States.JsonToString($.o)", json!("{\"Arg1\":1,\"Arg2\":[\"a\",null]}")),
        ("States.Array()", json!([])),
        ("States.Array(1, 'a', $.list, null, $$.StateMachine.Name)", json!([1, "a", [1, 2, 1], null, "one-two-three"])),
        ("States.ArrayPartition($.list, 2)", json!([[1, 2], [1]])),
        ("States.ArrayContains($.list, 2)", json!(true)),
        ("States.ArrayContains($.list, 2.0)", json!(true)),
        ("States.ArrayContains($.list, '2')", json!(false)),
        ("States.ArrayRange(0, 9, 3)", json!([0, 3, 6, 9])),
        ("States.ArrayRange(3, 1, -1)", json!([3, 2, 1])),
        ("States.ArrayRange(3, 1, 1)", json!([])),
        ("States.ArrayRange(5, 5, -1)", json!([5])),
        ("States.ArrayGetItem($.list, 1)", json!(2)),
        ("States.ArrayLength($.list)", json!(3)),
        ("States.ArrayUnique($.list)", json!([1, 2])),
        ("States.Base64Encode('Data to encode')", json!("RGF0YSB0byBlbmNvZGU=")),
        ("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", json!("Data to encode")),
        ("States.Hash('input data', 'SHA-1')", json!("aaff4a450a104cd177d28d18d74485e8cae074b7")),
        ("States.JsonMerge($.o, $.p, false)", json!({"Arg1": 9, "Arg2": ["a", null], "z": 1})),
        ("States.MathAdd(1.49, 1.5)", json!(3)),
        ("States.MathAdd(-2.5, 0)", json!(-2)),
        ("States.StringSplit('This.is+a,test=string', '.+,=')", json!(["This", "is", "a", "test", "string"])),
        ("States.StringSplit(',,,,', ',')", json!([])),
        ("States.StringSplit('Hello\nWorld', '\n')", json!(["Hello", "World"])),
        ("States.StringSplit('a\\\\b', '\\\\')", json!(["a", "b"])),
        (
            "States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), States.MathAdd(States.ArrayLength($.list), -1))",
            json!("three"),
        ),
        ("States.Format( '{}' , $['odd, (name)'] )", json!("found")),
        ("States.ArrayLength($.items[?(@.n > 1)])", json!(1)),
    ];
    let input = json!({
        "t": "x", "o": {"Arg1": 1, "Arg2": ["a", null]}, "p": {"Arg1": 9, "z": 1}, "list": [1, 2, 1],
        "pattern": "<{}>", "odd, (name)": "found", "items": [{"n": 1}, {"n": 2}]
    });
    for (source, expected) in cases {
        assert_eq!(evaluate(source, input.clone()).map_err(|error| error.cause), Ok(expected), "{source}");
    }
}

#[test]
fn refusals() {
    let cases = [
        "States.Format('{}', 1, 2)",
        "States.Format($.pattern)",
        "States.StringToJson('{')",
        "States.StringToJson(1)",
        "States.ArrayPartition($.list, 0)",
        "States.ArrayPartition(1, 1)",
        "States.ArrayRange(0, 1000, 1)",
        "States.ArrayRange(0, 5, 0)",
        "States.ArrayRange(-9223372036854775808, 9223372036854775807, 1)",
        "States.ArrayGetItem($.list, 3)",
        "States.ArrayGetItem($.list, -1)",
        "States.Base64Decode('*')",
        "States.Base64Decode('/w==')",
        "States.Base64Encode($.long)",
        "States.Hash('x', 'CRC')",
        "States.JsonMerge($.o, $.o, true)",
        "States.MathAdd(9223372036854775807, 1)",
        "States.MathAdd(1e300, 1e300)",
        "States.MathRandom(5, 5)",
        "States.MathRandom(-9223372036854775808, 9223372036854775807)",
    ];
    let input = json!({"pattern": "{", "list": [1], "o": {}, "long": "x".repeat(10_001)});
    for source in cases {
        let error = evaluate(source, input.clone()).unwrap_err();
        assert_eq!(error.error, "States.IntrinsicFailure", "{source}");
        assert!(error.cause.starts_with(&format!("The function '{source}' had the following error: ")), "{error}");
    }
}

#[test]
fn missing_argument_is_worded_as_by_aws() {
    let error = evaluate("States.Format('{}', $.no)", json!({"a": 1})).unwrap_err();
    assert_eq!(error.error, "States.Runtime");
    assert_eq!(
        error.cause,
        "The function 'States.Format('{}', $.no)' had the following error: The JsonPath argument for the field '$.no' \
         could not be found in the input '{\"a\":1}'"
    );
}

#[test]
fn randomness_is_drawn_from_entropy() {
    let random = |source: &str| evaluate(source, json!({})).unwrap();
    assert_eq!(random("States.UUID()"), random("States.UUID()"));
    assert_eq!(random("States.MathRandom(0, 999, 3)"), random("States.MathRandom(0, 999, 3)"));
    for seed in 0..200 {
        let drawn = random(&format!("States.MathRandom(-3, 2, {seed})")).as_i64().unwrap();
        assert!((-3..2).contains(&drawn), "{drawn}");
    }
    let both = random("States.Array(States.UUID(), States.UUID())");
    assert_ne!(both[0], both[1]);
}

#[test]
fn syntax_errors() {
    let nested = |depth: usize| "States.Array(".repeat(depth) + &")".repeat(depth);
    assert!(Call::parse(&nested(10)).is_ok());
    let cases = [
        "States.Nope()".to_owned(),
        "States.Array".to_owned(),
        "States.Array(".to_owned(),
        "States.Array(1,)".to_owned(),
        "States.Array(1) x".to_owned(),
        "States.Array('a)".to_owned(),
        "States.Array('a\\".to_owned(),
        "States.Array(x)".to_owned(),
        "States.Array($.a..)".to_owned(),
        "States.UUID(1)".to_owned(),
        "States.ArrayRange(1, 2)".to_owned(),
        "States.Format()".to_owned(),
        "States.Format('{')".to_owned(),
        // Recorded: AWS refuses the definition.
        r#"States.StringToJson('{"text":"An \"escaped double quote\" here"}')"#.to_owned(),
        nested(11),
        nested(4_000),
    ];
    for source in cases {
        assert!(Call::parse(&source).is_err(), "{}", &source[..source.len().min(80)]);
    }
}
