use super::*;
use proptest::prelude::*;
use serde_json::{Map, json};

/// Read from text, so that the cases show what they mean: names may be given twice, numbers keep their spelling.
const CASES: &str = include_str!("cases.txt");

fn problems(found: &[PatternProblem]) -> String {
    found.iter().map(|problem| format!("{} {}", problem.path, problem.code)).collect::<Vec<_>>().join("; ")
}

#[test]
fn patterns_mean_what_the_reference_says() {
    let mut count = 0;
    let mut wrong = vec![];
    for line in CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        count += 1;
        let (kind, rest) = line.split_at(2);
        let (pattern, rest) = rest.split_once(" ~ ").unwrap();
        let read = EventPattern::parse_text(pattern, MAX_CHARACTERS);
        let as_expected = match (kind, read) {
            ("+ ", Ok(pattern)) => pattern.matches(&serde_json::from_str(rest).unwrap()),
            ("- ", Ok(pattern)) => !pattern.matches(&serde_json::from_str(rest).unwrap()),
            ("! ", Err(found)) => problems(&found) == rest,
            _ => false,
        };
        if !as_expected {
            let refused = EventPattern::parse_text(pattern, MAX_CHARACTERS).map(|_| "valid".to_owned());
            wrong.push(format!("{line}\n    {:?}", refused.map_err(|found| problems(&found))));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 150, "{count}");
}

#[test]
fn every_mistake_is_told_with_its_place_value_and_fix() {
    let pattern = json!({
        "a": "x",
        "b": [{"wildcard": "**"}, {"numeric": ["=", 6e9]}, {"cidr": "x"}],
        "$or": [{"c": []}, {"d": [[1]]}],
    });
    let found = EventPattern::parse(&pattern).unwrap_err();
    assert_eq!(
        problems(&found),
        "/a pattern.leaf_not_a_list; /b/0/wildcard pattern.wildcard_stars; /b/1/numeric/1 pattern.numeric_range; \
         /b/2/cidr pattern.cidr; /$or/0/c pattern.empty; /$or/1/d/0 pattern.nested_list"
    );
    assert_eq!((found[0].value.as_str(), found[0].fix.as_str()), ("\"x\"", "write [\"x\"]"));
    assert!(found.iter().all(|problem| !problem.fix.is_empty() && problem.value.chars().count() <= 60));
    assert_eq!(found[0].to_string(), "/a: pattern.leaf_not_a_list: \"x\": write [\"x\"]");
}

#[test]
fn a_pattern_has_a_size() {
    let sized = |length: usize| json!({"a": ["雨".repeat(length - r#"{"a":[""]}"#.len())]});
    assert!(EventPattern::parse(&sized(2_048)).is_ok());
    let found = EventPattern::parse(&sized(2_049)).unwrap_err();
    assert_eq!(problems(&found), " pattern.too_long");
    assert!(EventPattern::parse_within(&sized(2_049), 4_096).is_ok());
    let spaced = format!("{{\"a\":{}[1]}}", " ".repeat(2_048));
    assert_eq!(problems(&EventPattern::parse_text(&spaced, MAX_CHARACTERS).unwrap_err()), " pattern.too_long");
}

#[test]
fn alternatives_multiply_to_a_thousand_at_most() {
    let ten = |name: &str| (0..10).map(|value| json!({name: [value]})).collect::<Vec<_>>();
    let thousand = json!({"x": {"$or": ten("a")}, "y": {"$or": ten("b")}, "z": {"$or": ten("c")}});
    let pattern = EventPattern::parse(&thousand).unwrap();
    assert_eq!(pattern.conjunctions.len(), 1_000);
    assert!(pattern.matches(&json!({"x": {"a": 3}, "y": {"b": 9}, "z": {"c": 0}})));
    let more = json!({
        "w": {"$or": [{"d": [1]}, {"e": [1]}]}, "x": {"$or": ten("a")}, "y": {"$or": ten("b")}, "z": {"$or": ten("c")},
    });
    assert_eq!(problems(&EventPattern::parse(&more).unwrap_err()), "/z/$or pattern.too_many_combinations");
    let wide = json!({"$or": (0..1_001).map(|value| json!({"a": [value]})).collect::<Vec<_>>()});
    let found = EventPattern::parse_within(&wide, usize::MAX).unwrap_err();
    assert_eq!(problems(&found), "/$or pattern.too_many_combinations");
}

/// Ten factors of ten would be ten billion conjunctions; they are refused without being written out.
#[test]
fn an_explosion_of_alternatives_is_refused_at_once() {
    let ten = |name: String| (0..10).map(|value| json!({name.as_str(): [value]})).collect::<Vec<_>>();
    let fields: Map<String, Value> =
        (0..10).map(|field| (format!("f{field}"), json!({"$or": ten(format!("n{field}"))}))).collect();
    let found = EventPattern::parse_within(&Value::Object(fields), usize::MAX).unwrap_err();
    assert_eq!(problems(&found), "/f3/$or pattern.too_many_combinations");
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| (0..depth).fold(json!(["x"]), |inner, _| json!({"a": inner}));
    let event = |depth: usize| (0..depth).fold(json!("x"), |inner, _| json!({"a": inner}));
    let pattern = EventPattern::parse(&nested(MAX_DEPTH - 1)).unwrap();
    assert!(pattern.matches(&event(MAX_DEPTH - 1)));
    assert!(!pattern.matches(&event(MAX_DEPTH)));
    assert_eq!(problems(&EventPattern::parse(&nested(MAX_DEPTH)).unwrap_err()), " pattern.too_deep");
    let unreadable = format!("{}{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    assert_eq!(problems(&EventPattern::parse_text(&unreadable, usize::MAX).unwrap_err()), " pattern.not_json");
    let arrays = |depth: usize| (0..depth).fold(json!("x"), |inner, _| Value::Array(vec![inner]));
    let pattern = EventPattern::parse(&json!({"a": ["x"]})).unwrap();
    assert!(pattern.matches(&json!({"a": arrays(MAX_DEPTH)})));
    assert!(!pattern.matches(&json!({"a": arrays(500)})));
}

/// A search that tries every combination of elements would need 300^5 steps.
#[test]
fn independent_arrays_do_not_multiply() {
    let elements = |last: usize| (0..300).map(|at| json!({"x": 1, "y": usize::from(at == last)})).collect::<Vec<_>>();
    let fields = json!({"x": [1], "y": [1]});
    let pattern = json!({"a": fields, "b": fields, "c": fields, "d": fields, "e": fields});
    let pattern = EventPattern::parse(&pattern).unwrap();
    let event = |e: usize| json!({"a": elements(299), "b": elements(0), "c": elements(7), "d": elements(150), "e": elements(e)});
    assert!(pattern.matches(&event(299)));
    assert!(!pattern.matches(&event(1_000)));
}

#[test]
fn wide_arrays_are_read_once() {
    let pattern = EventPattern::parse(&json!({"a": {"b": {"x": [1], "y": [1]}, "c": [1]}})).unwrap();
    let inner = |at: usize| json!([{"x": 1, "y": 0}, {"x": 0, "y": at % 2}]);
    let event = json!({"a": (0..20_000).map(|at| json!({"b": inner(at), "c": 1})).collect::<Vec<_>>()});
    assert!(!pattern.matches(&event));
}

#[test]
fn a_wildcard_with_many_stars_takes_no_detours() {
    let pattern = EventPattern::parse(&json!({"a": [{"wildcard": format!("{}b", "a*".repeat(500))}]})).unwrap();
    assert!(!pattern.matches(&json!({"a": "a".repeat(100_000)})));
    assert!(pattern.matches(&json!({"a": format!("{}b", "a".repeat(100_000))})));
}

#[test]
fn huge_numbers_are_numbers() {
    let matches = |pattern: Value, event: &str| {
        EventPattern::parse(&pattern).unwrap().matches(&serde_json::from_str(event).unwrap())
    };
    assert!(matches(json!({"a": [u64::MAX]}), r#"{"a":18446744073709551615}"#));
    assert!(!matches(json!({"a": [u64::MAX]}), r#"{"a":18446744073709551614}"#));
    assert!(!matches(json!({"a": [{"anything-but": u64::MAX}]}), r#"{"a":18446744073709551615}"#));
    assert!(matches(json!({"a": [{"anything-but": u64::MAX}]}), r#"{"a":18446744073709551614}"#));
    assert!(matches(json!({"a": [i64::MIN]}), r#"{"a":-9223372036854775808}"#));
    assert!(matches(json!({"a": [f64::MAX]}), r#"{"a":1.7976931348623157e308}"#));
    assert!(!matches(json!({"a": [{"numeric": [">", 0]}]}), r#"{"a":1.7976931348623157e308}"#));
}

#[test]
fn only_objects_are_events() {
    let pattern = EventPattern::parse(&json!({"a": [{"exists": false}]})).unwrap();
    assert!(pattern.matches(&json!({})));
    for event in [json!([]), json!([{}]), json!(null), json!("a"), json!(1)] {
        assert!(!pattern.matches(&event), "{event}");
    }
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[0-9a-f:.]{0,12}".prop_map(Value::from),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[ab]", "[ab.]{0,3}", "\\PC{0,3}", Just("$or".to_owned()), Just("prefix".to_owned())]
}

fn event() -> impl Strategy<Value = Value> {
    let value = leaf().prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((name(), inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    });
    proptest::collection::vec((name(), value), 1..5).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

/// Anything that looks like a pattern, mostly wrong.
fn attempt() -> impl Strategy<Value = Value> {
    let operator = prop_oneof![
        Just("prefix"),
        Just("suffix"),
        Just("anything-but"),
        Just("wildcard"),
        Just("equals-ignore-case"),
        Just("numeric"),
        Just("exists"),
        Just("cidr"),
    ];
    let operand = prop_oneof![
        leaf(),
        "[ab*\\\\]{0,6}".prop_map(Value::from),
        (0..9_i32).prop_map(|number| json!([">", number, "<", 5])),
        "[ab*]{0,4}".prop_map(|text| json!({"wildcard": [text]})),
        "[ab]{0,2}".prop_map(|text| json!({"equals-ignore-case": text})),
        Just(json!("10.0.0.0/9")),
    ];
    let test = prop_oneof![leaf(), (operator, operand).prop_map(|(operator, operand)| json!({operator: operand}))];
    let condition = proptest::collection::vec(test, 0..4).prop_map(Value::from);
    let value = condition.prop_recursive(4, 20, 4, |inner| {
        proptest::collection::vec((name(), inner), 0..4).prop_map(|fields| {
            let object = Value::Object(fields.into_iter().collect());
            if object.get("a").is_some() { json!({"$or": [object, {"b": [1]}]}) } else { object }
        })
    });
    proptest::collection::vec((name(), value), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

/// A pattern that asks for the value of every leaf that lies in no array, and for one value of each array of leaves. Names
/// that are no plain names are left out: `$or` has a meaning of its own, and names with dots can be the same path.
fn own_pattern(event: &Value) -> Option<Value> {
    match event {
        Value::Object(fields) => {
            let plain = |name: &str| !name.contains('.') && name != "$or";
            let own: Map<String, Value> = fields
                .iter()
                .filter(|(name, _)| plain(name))
                .filter_map(|(name, value)| Some((name.clone(), own_pattern(value)?)))
                .collect();
            (!own.is_empty()).then_some(Value::Object(own))
        }
        Value::Array(values) => {
            values.iter().find(|value| !value.is_object() && !value.is_array()).map(|value| json!([value]))
        }
        leaf => Some(json!([leaf])),
    }
}

proptest! {
    #[test]
    fn a_pattern_of_its_own_values_matches_an_event(event in event()) {
        if let Some(pattern) = own_pattern(&event) {
            let pattern = EventPattern::parse_within(&pattern, usize::MAX).unwrap();
            prop_assert!(pattern.matches(&event));
        }
    }

    #[test]
    fn neither_reading_nor_matching_panics(attempt in attempt(), event in event()) {
        match EventPattern::parse(&attempt) {
            Ok(pattern) => _ = pattern.matches(&event),
            Err(found) => prop_assert!(!found.is_empty()),
        }
        if let Ok(pattern) = EventPattern::parse(&event) {
            pattern.matches(&attempt);
        }
    }

    #[test]
    fn anything_but_is_the_opposite_of_the_same_test(pattern in "[ab*]{1,5}", text in "[abAB]{0,6}") {
        for operator in ["prefix", "suffix", "wildcard", "equals-ignore-case"] {
            let event = json!({"a": text});
            let plain = EventPattern::parse(&json!({"a": [{operator: pattern}]}));
            let opposite = EventPattern::parse(&json!({"a": [{"anything-but": {operator: pattern}}]}));
            prop_assert_eq!(plain.map(|plain| plain.matches(&event)).ok(), opposite.map(|plain| !plain.matches(&event)).ok());
        }
    }
}
