use super::*;
use crate::access::{AccessRule, Audience};
use proptest::prelude::*;
use serde_json::json;

fn document() -> Attributes {
    serde_json::from_value(json!({
        "department": "hr", "year": 2024, "draft": false, "tags": ["travel", "trains"],
    }))
    .unwrap()
}

#[test]
fn operators_compare_as_bedrock_does() {
    let cases = [
        (json!({"equals": {"key": "department", "value": "hr"}}), true),
        (json!({"equals": {"key": "department", "value": "HR"}}), false),
        (json!({"equals": {"key": "year", "value": 2024.0}}), true),
        (json!({"equals": {"key": "year", "value": "2024"}}), false),
        (json!({"equals": {"key": "draft", "value": false}}), true),
        (json!({"equals": {"key": "tags", "value": "travel"}}), false),
        (json!({"equals": {"key": "absent", "value": "x"}}), false),
        (json!({"notEquals": {"key": "department", "value": "it"}}), true),
        (json!({"notEquals": {"key": "absent", "value": "x"}}), true),
        (json!({"greaterThan": {"key": "year", "value": 2024}}), false),
        (json!({"greaterThanOrEquals": {"key": "year", "value": 2024}}), true),
        (json!({"lessThan": {"key": "year", "value": 2025}}), true),
        (json!({"lessThanOrEquals": {"key": "year", "value": 2023}}), false),
        (json!({"lessThan": {"key": "department", "value": 9}}), false),
        (json!({"in": {"key": "department", "value": ["it", "hr"]}}), true),
        (json!({"notIn": {"key": "department", "value": ["it", "hr"]}}), false),
        (json!({"notIn": {"key": "absent", "value": ["it"]}}), true),
        (json!({"startsWith": {"key": "department", "value": "h"}}), true),
        (json!({"startsWith": {"key": "year", "value": "2"}}), false),
        (json!({"stringContains": {"key": "department", "value": "r"}}), true),
        (json!({"stringContains": {"key": "tags", "value": "rain"}}), true),
        (json!({"listContains": {"key": "tags", "value": "trains"}}), true),
        (json!({"listContains": {"key": "tags", "value": "rain"}}), false),
        (json!({"listContains": {"key": "department", "value": "hr"}}), false),
        (
            json!({"andAll": [
                {"orAll": [{"equals": {"key": "year", "value": 1}}, {"equals": {"key": "year", "value": 2024}}]},
                {"notEquals": {"key": "draft", "value": true}},
            ]}),
            true,
        ),
        (
            json!({"andAll": [{"equals": {"key": "year", "value": 2024}}, {"equals": {"key": "year", "value": 1}}]}),
            false,
        ),
    ];
    for (json, expected) in cases {
        let filter = parse(&json).unwrap();
        assert_eq!(filter.matches(&document()), expected, "{json}");
        assert_eq!(parse(&filter.to_json()).unwrap(), filter);
    }
}

#[test]
fn a_bad_filter_is_refused_where_it_is_bad() {
    let deep = (0..8).fold(json!({"equals": {"key": "a", "value": 1}}), |inner, _| json!({"andAll": [inner]}));
    let one = json!({"equals": {"key": "a", "value": 1}});
    let cases = [
        (json!("x"), "$: a filter is an object with exactly one operator of equals,"),
        (json!({}), "$: a filter is an object"),
        (json!({"equals": 1, "in": 2}), "$: a filter is an object"),
        (json!({"eq": {"key": "a", "value": 1}}), "$: unknown operator `eq`: use one of equals,"),
        (json!({"equals": 1}), "$.equals: must be an object with `key` and `value`"),
        (json!({"equals": {"value": 1}}), "$.equals: has no `key`"),
        (json!({"equals": {"key": "a"}}), "$.equals: has no `value`"),
        (json!({"equals": {"key": "a", "value": 1, "or": 2}}), "$.equals: has an unknown field `or`"),
        (json!({"equals": {"key": "", "value": 1}}), "$.equals.key: must name an attribute"),
        (json!({"equals": {"key": "groups", "value": "hr"}}), "$.equals.key: `groups` decides access"),
        (json!({"equals": {"key": "a", "value": null}}), "$.equals.value: must be a string, a number"),
        (json!({"in": {"key": "a", "value": []}}), "$.in.value: must be a list of 1 to 500"),
        (json!({"in": {"key": "a", "value": [1, {}]}}), "$.in.value[1]: must be a string, a number"),
        (json!({"greaterThan": {"key": "a", "value": "1"}}), "$.greaterThan.value: must be a number"),
        (json!({"orAll": []}), "$.orAll: must be a list of at least one filter"),
        (json!({"orAll": [one, {"andAll": [{"in": 1}]}]}), "$.orAll[1].andAll[0].in: must be an object"),
        (json!({"orAll": vec![one.clone(); 101]}), "$.orAll[100]: more than 100 conditions"),
        (deep, "$.andAll[0].andAll[0].andAll[0].andAll[0].andAll[0].andAll[0].andAll[0].andAll: nested deeper than 8"),
    ];
    for (json, message) in cases {
        let error = parse(&json).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}\n{message}");
    }
}

#[test]
fn a_sidecar_sets_attributes_and_groups() {
    let sidecar = Sidecar::parse(
        r#"{"metadataAttributes": {
            "department": {"value": {"type": "STRING", "stringValue": "hr"}, "includeForEmbedding": true},
            "year": {"value": {"type": "NUMBER", "numberValue": 2024}},
            "draft": false,
            "tags": {"value": {"type": "STRING_LIST", "stringListValue": ["travel", "trains"]}},
            "groups": ["staff", "hr"]
        }}"#
        .as_bytes(),
    )
    .unwrap();
    assert_eq!(sidecar.attributes, document());
    assert_eq!(sidecar.embedded_text(), "department: hr");
    assert_eq!(sidecar.access_rule("acme", Audience::Public), AccessRule::of_groups("acme", ["hr", "staff"]));
    assert_eq!(Sidecar::default().access_rule("acme", Audience::Public), AccessRule::public("acme"));
}

#[test]
fn a_bad_sidecar_is_refused_with_the_name_of_the_attribute() {
    let cases = [
        ("{", "metadata file is not JSON: EOF while parsing"),
        ("{}", "metadata file has no object `metadataAttributes`"),
        (r#"{"metadataAttributes": {"": 1}}"#, "attribute name `` must have 1 to 2048 bytes"),
        (r#"{"metadataAttributes": {"a": null}}"#, "attribute `a` is null: leave it out"),
        (r#"{"metadataAttributes": {"a": [1]}}"#, "attribute `a` is a list with members that are no strings"),
        (r#"{"metadataAttributes": {"a": {"x": 1}}}"#, "attribute `a` must be a string, number"),
        (
            r#"{"metadataAttributes": {"a": {"value": {"type": "DATE"}}}}"#,
            "attribute `a` has a `type` that is none of STRING",
        ),
        (
            r#"{"metadataAttributes": {"a": {"value": {"type": "NUMBER"}}}}"#,
            "attribute `a` is a NUMBER without `numberValue`",
        ),
        (
            r#"{"metadataAttributes": {"a": {"value": {"type": "NUMBER", "numberValue": "1"}}}}"#,
            "attribute `a` has a `numberValue` that is no NUMBER",
        ),
        (
            r#"{"metadataAttributes": {"Groups": ["hr"]}}"#,
            "attribute `Groups` looks like `groups`, which decides access",
        ),
        (r#"{"metadataAttributes": {" groups": ["hr"]}}"#, "attribute ` groups` looks like `groups`"),
        (
            r#"{"metadataAttributes": {"groups": ["hr"], "groups": []}}"#,
            "metadata file names `groups` twice in one object: keep one of them",
        ),
        (
            r#"{"metadataAttributes": {"groups": ["hr"]}, "metadataAttributes": {}}"#,
            "metadata file names `metadataAttributes` twice",
        ),
        (r#"{"metadataAttributes": {"groups": 7}}"#, "attribute `groups` must be a list of group names"),
        (r#"{"metadataAttributes": {"groups": ["hr", " "]}}"#, "attribute `groups` has a group name that is empty"),
    ];
    for (json, message) in cases {
        let error = Sidecar::parse(json.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn an_empty_list_of_groups_means_nobody() {
    let sidecar = Sidecar::parse(br#"{"metadataAttributes": {"groups": []}}"#).unwrap();
    assert_eq!(sidecar.access_rule("acme", Audience::Public), AccessRule::of_groups("acme", [""; 0]));
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(text in r#"[{}\[\]":,a-z0-9]{0,60}"#, operator in "(equals|in|andAll|x)", value in "(1|null|\\[\\]|\"a\"|\\{\\})") {
        if let Ok(json) = serde_json::from_str(&text) {
            let _ = parse(&json).map(|filter| filter.matches(&document()));
        }
        if let Ok(json) = serde_json::from_str(&format!(r#"{{"{operator}": {{"key": "a", "value": {value}}}}}"#)) {
            let _ = parse(&json).map(|filter| filter.matches(&document()));
        }
        let _ = Sidecar::parse(text.as_bytes());
    }
}
