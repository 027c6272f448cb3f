use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::*;

fn evaluate(path: &str, input: &Value) -> Option<Value> {
    let variables = json!({"v": {"limit": 10, "list": [8.95, 22.99]}});
    let scope = Scope {
        input,
        context: &json!({"State": {"Name": "S"}}),
        variables: variables.as_object().unwrap(),
        result: None,
        error_output: None,
    };
    let path = Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    path.evaluate(&scope).unwrap().map(Cow::into_owned)
}

fn store() -> Value {
    json!({
        "store": {
            "book": [
                {"category": "reference", "author": "Nigel Rees", "title": "Sayings", "price": 8.95},
                {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword", "price": 12.99},
                {"category": "fiction", "author": "Herman Melville", "title": "Moby", "isbn": "0-553", "price": 8.99},
                {"category": "fiction", "author": "Tolkien", "title": "Rings", "isbn": "0-395", "price": 22.99}
            ],
            "bicycle": {"color": "red", "price": 19.95}
        },
        "a-b": 1, "b c": 2, "1a": 3, "$id": 4, "ü": 5, "it's": 6, "Test\\\"\"Name\"": 7,
        "list": [0, 1, 2, 3, 4], "mixed": [1, "1", null, true, {"k": null}, {}, [1]], "null": null
    })
}

#[test]
fn definite_paths_find_a_value_or_nothing() {
    let cases = [
        ("$.store.bicycle.color", Some(json!("red"))),
        ("$['store']['bicycle'][\"color\"]", Some(json!("red"))),
        ("$.store.book[1].title", Some(json!("Sword"))),
        ("$.store.book[-1].title", Some(json!("Rings"))),
        ("$.store.book[-5]", None),
        ("$.store.book[4]", None),
        ("$.store.book.title", None),
        ("$.store[0]", None),
        ("$.no.such", None),
        ("$.null", Some(Value::Null)),
        ("$.null.x", None),
        ("$.a-b", Some(json!(1))),
        ("$.['b c']", Some(json!(2))),
        ("$.1a", Some(json!(3))),
        ("$.$id", Some(json!(4))),
        ("$.ü", Some(json!(5))),
        (r"$['it\'s']", Some(json!(6))),
        (r#"$['Test\""Name"']"#, Some(json!(7))),
        ("$.store.bicycle['price','color','no']", Some(json!({"price": 19.95, "color": "red"}))),
        ("$$.State.Name", Some(json!("S"))),
        ("$v.limit", Some(json!(10))),
        ("$v['limit']", Some(json!(10))),
        ("$w", None),
    ];
    for (path, expected) in cases {
        assert_eq!(evaluate(path, &store()), expected, "{path}");
        assert!(Path::parse(path).unwrap().is_definite(), "{path}");
    }
}

#[test]
fn other_paths_find_a_list() {
    let cases = [
        ("$.store.book[*].price", json!([8.95, 12.99, 8.99, 22.99])),
        ("$.store.*.color", json!(["red"])),
        ("$.no.such[*]", json!([])),
        ("$w[*]", json!([])),
        ("$.list[1:3]", json!([1, 2])),
        ("$.list[-2:]", json!([3, 4])),
        ("$.list[:2]", json!([0, 1])),
        ("$.list[:-3]", json!([0, 1])),
        ("$.list[9:]", json!([])),
        ("$.list[3:1]", json!([])),
        // Jayway ignores the step.
        ("$.list[0:5:2]", json!([0, 1, 2, 3, 4])),
        ("$.list[0, 2, 9, -1]", json!([0, 2, 4])),
        ("$..price", json!([8.95, 12.99, 8.99, 22.99, 19.95])),
        ("$..book[0].title", json!(["Sayings"])),
        (
            "$.store.book[*]['title','isbn']",
            json!([
                {"title": "Sayings"}, {"title": "Sword"}, {"title": "Moby", "isbn": "0-553"}, {"title": "Rings", "isbn": "0-395"}
            ]),
        ),
        ("$['a-b','1a'].x", json!([])),
        ("$.store.book[?(@.price < $v.limit)].title", json!(["Sayings", "Moby"])),
        ("$.store.book[?(@.price < $.store.bicycle.price && @.isbn)].title", json!(["Moby"])),
        ("$.store.book[?(!@.isbn)].title", json!(["Sayings", "Sword"])),
        ("$.store.book[?(!(@.isbn || @.price > 10))].title", json!(["Sayings"])),
        ("$.store.book[?(@.author =~ /.*ees/)].title", json!(["Sayings"])),
        ("$.store.book[?(@.author =~ /ees/)].title", json!([])),
        ("$.store.book[?(@.author =~ /TOL.+/i)].title", json!(["Rings"])),
        ("$.store.book[?(@.price in $v.list)].title", json!(["Sayings", "Rings"])),
        ("$.store.book[?(@.category in ['reference', 'x'])].title", json!(["Sayings"])),
        ("$.store.book[?(@.category nin ['fiction'])].title", json!(["Sayings"])),
        ("$.store.book[?(@.title contains 'ord')].title", json!(["Sword"])),
        ("$.store.book[?('Sword' == @.title)].price", json!([12.99])),
        ("$.store.book[?(@['price']>=12.99)].price", json!([12.99, 22.99])),
        ("$..[?(@.isbn)].title", json!(["Moby", "Rings"])),
        ("$.store.bicycle[?(@.color == 'red')].price", json!([19.95])),
        ("$.list[?(@ > 2)]", json!([3, 4])),
        ("$.mixed[?(@ == 1)]", json!([1])),
        ("$.mixed[?(@ == null)]", json!([null])),
        ("$.mixed[?(@.k == null)]", json!([{"k": null}])),
        ("$.mixed[?(@.k)]", json!([{"k": null}])),
        ("$.store.book[?(@.price > 10)][0]", json!([])),
    ];
    for (path, expected) in cases {
        assert_eq!(evaluate(path, &store()), Some(expected), "{path}");
        assert!(!Path::parse(path).unwrap().is_definite(), "{path}");
    }
}

#[test]
fn plain_paths_borrow() {
    let input = store();
    let scope =
        Scope { input: &input, context: &Value::Null, variables: &Map::new(), result: None, error_output: None };
    for path in ["$", "$.store.book[0]"] {
        assert!(matches!(Path::parse(path).unwrap().evaluate(&scope), Ok(Some(Cow::Borrowed(_)))), "{path}");
    }
}

#[test]
fn rfc_9535_agrees_where_both_speak() {
    let documents = [
        store(),
        json!({"a": [{"b": 1}, {"b": 2, "c": [1, 2]}, 3, null, "x"], "c": {"b": {"b": 5}}}),
        json!([[1, 2], [3], [], {"b": [4]}]),
        json!({}),
    ];
    let paths = [
        "$",
        "$.a",
        "$.a[0]",
        "$.a[-1]",
        "$.a[*]",
        "$.a[*].b",
        "$.a[*].c[*]",
        "$.*",
        "$.*.*",
        "$[*]",
        "$[*][*]",
        "$[0][1]",
        "$..b",
        "$..c",
        "$..[0]",
        "$..[*]",
        "$..*",
        "$.a[1:]",
        "$.a[:2]",
        "$.a[-2:]",
        "$.a[1:3]",
        "$.a[0,1]",
        "$.a[0,0]",
        "$.a[?(@.b)]",
        "$.a[?(@.b == 1)]",
        "$.a[?(@.b != 1)]",
        "$.a[?(@.b > 1)]",
        "$.a[?(@.b >= 1 && @.c)]",
        "$.a[?(@ == 'x')]",
        "$.a[?(@ == null)]",
        "$.a[?(@.c[*])]",
        "$.a[?(@.c[1] == 2)]",
        "$.a[?(!@.b)]",
        "$.a[?(@.b == 1 || @.b == 2)].b",
        "$.store.book[?(@.price < $.store.bicycle.price)]",
        "$.store.book[?(@.category == 'fiction')].price",
        "$['store']['book'][*]['title']",
    ];
    for document in &documents {
        for path in paths {
            let theirs = serde_json_path::JsonPath::parse(path).unwrap().query(document).all();
            let theirs: Vec<Value> = theirs.into_iter().cloned().collect();
            let ours = match (evaluate(path, document), Path::parse(path).unwrap().is_definite()) {
                (Some(value), true) => vec![value],
                (Some(Value::Array(list)), false) => list,
                (None, true) => Vec::new(),
                other => panic!("{path}: {other:?}"),
            };
            assert_eq!(ours, theirs, "{path} on {document}");
        }
    }
}

#[test]
fn complaints_are_worded_as_by_aws() {
    let input = json!({"a": {"b": 1}});
    let scope =
        Scope { input: &input, context: &Value::Null, variables: &Map::new(), result: None, error_output: None };
    let select = |path: &str| Path::parse(path).unwrap().select(&scope).unwrap_err();
    assert_eq!(select("$.NoSuch").cause, "Invalid path '$.NoSuch' : No results for path: $['NoSuch']");
    assert_eq!(select("$.a.x").cause, "Invalid path '$.a.x' : No results for path: $['a']['x']");
    assert_eq!(select("$.x.y.z").cause, "Invalid path '$.x.y.z' : Missing property in path $['x']");
    let error = Path::parse("$.x").unwrap().require(&scope, "CausePath").unwrap_err();
    let cause =
        r#"The JSONPath '$.x' specified for the field 'CausePath' could not be found in the input '{"a":{"b":1}}'"#;
    assert_eq!(
        (error.error, error.cause.as_str(), error.field.as_deref()),
        ("States.Runtime", cause, Some("CausePath"))
    );
}

#[test]
fn long_input_is_cut_in_a_message() {
    let input = json!({"a": "ü".repeat(100_000)});
    let scope =
        Scope { input: &input, context: &Value::Null, variables: &Map::new(), result: None, error_output: None };
    assert!(Path::parse("$.x").unwrap().require(&scope, "f").unwrap_err().cause.len() < 17_000);
}

#[test]
fn assignment_makes_objects_and_changes_nothing_when_refused() {
    let cases = [
        ("$", json!({"a": 1}), Ok(json!("new"))),
        ("$.b", json!({"a": 1}), Ok(json!({"a": 1, "b": "new"}))),
        ("$.a", json!({"a": 1, "b": 2}), Ok(json!({"a": "new", "b": 2}))),
        ("$.b.c['d e']", json!({}), Ok(json!({"b": {"c": {"d e": "new"}}}))),
        ("$.a.b", json!({"a": null}), Ok(json!({"a": {"b": "new"}}))),
        ("$.a", json!(null), Ok(json!({"a": "new"}))),
        ("$.a[1]", json!({"a": [1, 2]}), Ok(json!({"a": [1, "new"]}))),
        ("$.a[1].b", json!({"a": [1, {}]}), Ok(json!({"a": [1, {"b": "new"}]}))),
        ("$.a[2]", json!({"a": [1, 2]}), Err(r#"Unable to apply step "[2]" to input [1,2]"#)),
        ("$.new[0]", json!({}), Err(r#"Unable to apply step "[0]" to input null"#)),
        ("$.a", json!("text"), Err(r#"Unable to apply step "a" to input "text""#)),
        ("$.x.a", json!({"x": [1]}), Err(r#"Unable to apply step "a" to input [1]"#)),
    ];
    for (path, before, expected) in cases {
        let mut target = before.clone();
        let outcome = Path::parse_reference(path).unwrap().assign(&mut target, json!("new"));
        match expected {
            Ok(after) => assert_eq!((outcome, target), (Ok(()), after), "{path}"),
            Err(cause) => {
                let error = outcome.unwrap_err();
                assert_eq!((error.error, error.cause.as_str()), ("States.ResultPathMatchFailure", cause), "{path}");
                assert_eq!(target, before, "{path}");
            }
        }
    }
}

#[test]
fn reference_paths_hold_names_and_indexes() {
    for path in ["$", "$$.a", "$v.a", "$.a-b[0]['c']", "$.a[-1]"] {
        assert!(Path::parse_reference(path).is_ok(), "{path}");
    }
    for path in ["$.*", "$..a", "$.a[*]", "$.a[1:]", "$.a[0,1]", "$['a','b']", "$.a[?(@.b)]"] {
        assert!(Path::parse_reference(path).is_err(), "{path}");
    }
}

#[test]
fn syntax_errors_know_their_place() {
    let cases = [
        ("", 0),
        ("a", 0),
        (" $", 0),
        ("$.", 2),
        ("$..", 3),
        ("$.a.", 4),
        ("$.a b", 3),
        ("$.a[", 4),
        ("$.a[]", 4),
        ("$.a['b]", 4),
        ("$.a['b'", 7),
        ("$.a[1", 5),
        ("$.a[99999999999999999999]", 4),
        ("$.a.length()", 10),
        ("$.a[?@.b]", 5),
        ("$.a[?(@.b]", 9),
        ("$.a[?(@.b == )]", 13),
        ("$.a[?(@.b =~ /(/)]", 13),
        ("$.a[?(@.b =~ /x)]", 13),
        ("$.a[?()]", 6),
        ("$$$", 2),
        ("$$a", 2),
        ("$1", 1),
        ("$.a]", 3),
        ("$.a)", 3),
    ];
    for (path, offset) in cases {
        let error = Path::parse(path).map(|path| path.source).unwrap_err();
        assert_eq!(error.offset, Some(offset), "{path}: {error}");
    }
}

/// On a small stack and within a bounded time, whatever the outcome.
fn survives(name: &str, run: impl FnOnce() + Send + 'static) {
    let began = Instant::now();
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(run).unwrap();
    assert!(thread.join().is_ok(), "{name} panicked");
    assert!(began.elapsed() < Duration::from_secs(5), "{name} took {:?}", began.elapsed());
}

#[test]
fn hostile_texts_are_refused() {
    for (name, text) in [
        ("segments", "$".to_owned() + &".a".repeat(100_000)),
        ("short segments", "$".to_owned() + &".a".repeat(5_000)),
        ("descents", "$".to_owned() + &"..*".repeat(1_000)),
        ("parentheses", "$[?(".to_owned() + &"(".repeat(5_000)),
        ("negations", "$[?(".to_owned() + &"!".repeat(5_000)),
        ("filters", "$".to_owned() + &"[?(@".repeat(3_000)),
        ("lists", "$[?(@ in ".to_owned() + &"[".repeat(5_000)),
        ("repetition", "$[?(@ =~ /((a{100}){100}){100}/)]".to_owned()),
        ("groups", format!("$[?(@ =~ /{}a{}/)]", "(".repeat(5_000), ")".repeat(5_000))),
    ] {
        survives(name, move || drop(Path::parse(&text).unwrap_err()));
    }
}

#[test]
fn hostile_evaluations_end() {
    survives("backtracking", || {
        let text = "a".repeat(10_000) + "!";
        assert_eq!(evaluate("$[?(@ =~ /(a+)+$/)]", &json!([text])), Some(json!([])));
    });
    let refused = |path: String, document: Value| {
        let scope =
            Scope { input: &document, context: &Value::Null, variables: &Map::new(), result: None, error_output: None };
        assert_eq!(Path::parse(&path).unwrap().evaluate(&scope).unwrap_err().error, "States.Runtime");
    };
    let wide = || json!(vec![vec![vec![0; 20]; 20]; 20]);
    let chain = || (0..60).fold(json!([1, 2]), |value, _| json!([value]));
    survives("descents", move || refused("$".to_owned() + &"..*".repeat(20), chain()));
    survives("filters of the whole", move || refused("$..[?($..[?($..[?(@ == 1)])])]".to_owned(), wide()));
    survives("copies", move || {
        let deep = (0..100).fold(json!(vec![0; 10_000]), |value, _| json!({ "a": value }));
        refused("$..*".to_owned(), deep);
    });
}
