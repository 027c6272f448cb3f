//! Same request, same key; anything else, another one.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn parsed(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap()
}

fn key(request: &Map<String, Value>) -> CacheKey {
    CacheKey::of("tenant", &["one", "two"], request)
}

#[test]
fn one_way_of_writing() {
    for (request, expected) in [
        (
            r#"{"model":"m","b":{"z":1,"a":[true,null,"x\u0041\n"]}}"#,
            r#"{"b":{"a":[true,null,"xA\n"],"z":1},"model":"m"}"#,
        ),
        (r#"{"n":1.0,"t":1e2,"u":-0.0,"v":0.70,"w":-3.0}"#, r#"{"n":1,"t":100,"u":0,"v":0.7,"w":-3}"#),
        (r#"{"seed":9007199254740993}"#, r#"{"seed":9007199254740993}"#),
        (r#"{"seed":18446744073709551615,"x":1e19}"#, r#"{"seed":18446744073709551615,"x":10000000000000000000}"#),
        (r#"{"user":"u","metadata":{},"stream":true,"stream_options":{},"store":false}"#, "{}"),
        (r#"{"safety_identifier":"s","prompt_cache_key":"p","service_tier":"flex","temperature":null}"#, "{}"),
        (r#"{"messages":[{"user":"kept","name":null}]}"#, r#"{"messages":[{"name":null,"user":"kept"}]}"#),
    ] {
        assert_eq!(canonical(&parsed(request)), expected);
    }
}

#[test]
fn parts_of_a_key_cannot_move_into_each_other() {
    let request = object(json!({"model": "m"}));
    let none: [&str; 0] = [];
    let keys = [
        CacheKey::of("ab", &["c"], &request),
        CacheKey::of("a", &["bc"], &request),
        CacheKey::of("ab", &["c", ""], &request),
        CacheKey::of("ab", &["", "c"], &request),
        CacheKey::of("abc", &none, &request),
        CacheKey::of("ab", &["c"], &object(json!({}))),
    ];
    for (at, one) in keys.iter().enumerate() {
        assert!(keys.iter().skip(at + 1).all(|other| one != other), "{at}");
    }
    assert_eq!(keys[0].to_string().len(), 64);
    assert!(format!("{:?}", keys[0]).contains(&keys[0].to_string()));
}

#[test]
fn what_is_not_given_twice_says_why() {
    let told = |request: Value, rules: CacheRules| {
        let mut whole = object(json!({"model": "m", "temperature": 0, "messages": [{"role": "user", "content": "x"}]}));
        whole.extend(object(request));
        cacheability(&whole, rules).err().map(|why| why.to_string())
    };
    let content = |parts: Value| json!({"messages": [{"role": "user", "content": parts}]});
    for (request, why) in [
        (json!({}), None),
        (json!({"temperature": 0.0, "n": 1, "tools": [], "logprobs": false, "store": false}), None),
        (json!({"stream": true, "user": "u", "metadata": {"task": "t"}, "seed": 3, "modalities": ["text"]}), None),
        (json!({"some_future_field": null}), None),
        (content(json!([{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": "data:,x"}}])), None),
        (content(json!([{"type": "file", "file": {"file_data": "x", "filename": "f"}}])), None),
        (json!({"temperature": 0.1}), Some("temperature is 0.1; write 0")),
        (json!({"temperature": null}), Some("temperature is absent, which is 1; write 0")),
        (json!({"temperature": "0"}), Some("temperature is \"0\"")),
        (json!({"n": 2}), Some("n is 2; ask for one")),
        (json!({"tools": [{}]}), Some("tools are offered")),
        (json!({"functions": [{}]}), Some("functions are offered")),
        (json!({"tools": {}}), Some("tools are offered")),
        (json!({"logprobs": true}), Some("logprobs is asked for")),
        (json!({"top_logprobs": 2}), Some("top_logprobs is asked for")),
        (json!({"store": true}), Some("store is true")),
        (json!({"audio": {"voice": "v"}}), Some("audio asks for more than text")),
        (json!({"modalities": ["text", "audio"]}), Some("modalities asks")),
        (json!({"web_search_options": {}}), Some("web_search_options is not known")),
        (json!({"messages": [{"role": "assistant", "audio": {"id": "a"}}]}), Some("messages[0].audio refers")),
        (
            content(json!([{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": "https://x"}}])),
            Some("messages[0].content[1] refers"),
        ),
        (content(json!([{"type": "file", "file": {"file_id": "f"}}])), Some("messages[0].content[0] refers")),
        (content(json!([{"type": "video_url"}])), Some("messages[0].content[0] refers")),
    ] {
        let found = told(request.clone(), CacheRules::default());
        match why {
            None => assert_eq!(found, None, "{request}"),
            Some(why) => assert!(found.as_ref().is_some_and(|found| found.starts_with(why)), "{request}: {found:?}"),
        }
    }
    let any = CacheRules { any_temperature: true, tools: true };
    assert_eq!(told(json!({"temperature": 1, "tools": [{}], "functions": [{}]}), any), None);
}

/// Names and values from few, so that equal ones come up.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop::sample::select(vec!["1", "1.0", "10e-1", "-0.0", "0", "0.5", "5e-1", "1e300", "9007199254740993", "-7"])
            .prop_map(|number| serde_json::from_str(number).unwrap()),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["", "a", "A", "é", "e\u{301}", "\"", "1"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let name = prop::sample::select(vec!["a", "b", "model", "user", "é"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..3)
                .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

fn request() -> impl Strategy<Value = Map<String, Value>> {
    let name = prop::sample::select(vec!["model", "messages", "user", "stream", "seed", "x"]);
    prop::collection::vec((name, value()), 0..4)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Equality told another way: by looking at both, not by writing them.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (one.as_i128(), other.as_i128()) {
            (Some(one), Some(other)) => one == other,
            (None, None) => one.as_f64() == other.as_f64(),
            (Some(whole), None) => is_whole(whole, other.as_f64().unwrap()),
            (None, Some(whole)) => is_whole(whole, one.as_f64().unwrap()),
        },
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len() && one.iter().all(|(name, one)| other.get(name).is_some_and(|two| same(one, two)))
        }
        _ => one == other,
    }
}

fn is_whole(whole: i128, float: f64) -> bool {
    float.fract() == 0.0 && float.abs() < 1e30 && float as i128 == whole
}

fn same_request(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let kept = |of: &Map<String, Value>| -> Map<String, Value> {
        let mut kept = of.clone();
        kept.retain(|name, value| !["user", "stream"].contains(&name.as_str()) && !value.is_null());
        kept
    };
    same(&Value::from(kept(one)), &Value::from(kept(other)))
}

/// As another client might write it: fields in reverse, whole numbers with a point.
fn rewritten(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_i64().filter(|whole| whole.abs() < 1 << 53) {
            Some(whole) => Value::from(whole as f64),
            None => value.clone(),
        },
        Value::Array(values) => values.iter().map(rewritten).collect(),
        Value::Object(fields) => fields.iter().rev().map(|(name, value)| (name.clone(), rewritten(value))).collect(),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn keys_are_equal_when_the_canonical_forms_are_and_only_then(one in request(), other in request()) {
        prop_assert_eq!(key(&one) == key(&other), canonical(&one) == canonical(&other));
        prop_assert_eq!(canonical(&one) == canonical(&other), same_request(&one, &other));
    }

    #[test]
    fn how_a_request_is_written_does_not_matter(one in request()) {
        let mut other = object(rewritten(&Value::from(one.clone())));
        other.insert("user".to_owned(), json!("somebody else"));
        other.insert("stream".to_owned(), json!(true));
        prop_assert_eq!(canonical(&one), canonical(&other));
        let again = parsed(&canonical(&one));
        prop_assert_eq!(canonical(&again), canonical(&one), "a canonical form is its own");
    }

    #[test]
    fn tenants_and_targets_never_share(
        request in request(), tenants in ("[a-c]{0,3}", "[a-c]{0,3}"),
        targets in (prop::collection::vec("[a-c]{0,2}", 0..3), prop::collection::vec("[a-c]{0,2}", 0..3)),
    ) {
        let one = CacheKey::of(&tenants.0, &targets.0, &request);
        let other = CacheKey::of(&tenants.1, &targets.1, &request);
        prop_assert_eq!(one == other, tenants.0 == tenants.1 && targets.0 == targets.1);
    }
}
