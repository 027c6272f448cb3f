//! Attributes and access as terms of keyword fields.
//!
//! A field of its own for every attribute would let the first document decide its type for all, and a collection run out of
//! fields. So each attribute is one term of one keyword field, which says type, name and value:
//!
//! | attribute | term |
//! |---|---|
//! | `department`: `"hr"` | `s10:department:hr` |
//! | `year`: `2024` | `n4:year:c09fa00000000000`, in the order of the numbers |
//! | `draft`: `true` | `b5:draft:true` |
//! | `tags`: `["a", "b"]` | `l4:tags:a`, `l4:tags:b` |
//!
//! The length before the name keeps one name from reaching into another. So every test of a [`Filter`] means here what it
//! means in memory, types included.

use cueline_domain::{
    access::{AccessRule, Audience, Clearance},
    filter::{AttributeValue, Attributes, Filter, Scalar, Test},
};
use serde_json::{Value, json};

/// The field of attributes.
pub(super) const ATTRIBUTES: &str = "attributes";
/// The field of the tenant.
pub(super) const TENANT: &str = "tenant";
/// The field of who of the tenant.
pub(super) const AUDIENCE: &str = "audience";

const PUBLIC: &str = "public";

/// Every attribute as it is indexed.
pub(super) fn attributes(attributes: &Attributes) -> Vec<String> {
    let mut terms = Vec::with_capacity(attributes.len());
    for (name, value) in attributes {
        match value {
            AttributeValue::Boolean(value) => terms.push(boolean(name, *value)),
            AttributeValue::Number(value) => terms.push(number(name, *value)),
            AttributeValue::String(value) => terms.push(text(name, value)),
            AttributeValue::StringList(values) => terms.extend(values.iter().map(|value| member(name, value))),
        }
    }
    terms
}

/// Who may see it, as it is indexed.
pub(super) fn audience(rule: &AccessRule) -> Vec<String> {
    match &rule.audience {
        Audience::Public => vec![PUBLIC.to_owned()],
        Audience::Groups(groups) => groups.iter().map(|group| in_group(group)).collect(),
    }
}

/// The clauses that every hit must pass.
pub(super) fn clauses(clearance: &Clearance, filter: Option<&Filter>) -> Vec<Value> {
    let mut clauses = vec![json!({"term": {TENANT: clearance.tenant()}})];
    if let Some(groups) = clearance.groups() {
        let allowed: Vec<String> =
            std::iter::once(PUBLIC.to_owned()).chain(groups.iter().map(|group| in_group(group))).collect();
        clauses.push(json!({"terms": {AUDIENCE: allowed}}));
    }
    clauses.extend(filter.map(query));
    clauses
}

fn query(filter: &Filter) -> Value {
    match filter {
        Filter::AndAll(filters) => json!({"bool": {"filter": filters.iter().map(query).collect::<Vec<_>>()}}),
        // Without a minimum, a list of none would let everything pass.
        Filter::OrAll(filters) if filters.is_empty() => json!({"match_none": {}}),
        Filter::OrAll(filters) => json!({
            "bool": {"should": filters.iter().map(query).collect::<Vec<_>>(), "minimum_should_match": 1},
        }),
        Filter::Compare { key, test } => compare(key, test),
    }
}

fn compare(key: &str, test: &Test) -> Value {
    let any = |values: &[Scalar]| json!({"terms": {ATTRIBUTES: values.iter().map(|value| scalar(key, value)).collect::<Vec<_>>()}});
    let not = |query: Value| json!({"bool": {"must_not": [query]}});
    let numbers = |low: Value, high: Value| {
        let mut range = json!({"range": {ATTRIBUTES: low}});
        if let (Some(range), Value::Object(high)) = (range["range"][ATTRIBUTES].as_object_mut(), high) {
            range.extend(high);
        }
        range
    };
    // Between the first and the last number of this name; `g` follows every hexadecimal digit.
    let (first, end) = (prefix('n', key), format!("{}g", prefix('n', key)));
    let (from_first, to_end) = (json!({"gte": first}), json!({"lt": end}));
    match test {
        Test::Equals(value) => json!({"term": {ATTRIBUTES: scalar(key, value)}}),
        Test::NotEquals(value) => not(json!({"term": {ATTRIBUTES: scalar(key, value)}})),
        Test::In(values) => any(values),
        Test::NotIn(values) => not(any(values)),
        Test::GreaterThan(limit) => numbers(json!({"gt": number(key, *limit)}), to_end),
        Test::GreaterThanOrEquals(limit) => numbers(json!({"gte": number(key, *limit)}), to_end),
        Test::LessThan(limit) => numbers(from_first, json!({"lt": number(key, *limit)})),
        Test::LessThanOrEquals(limit) => numbers(from_first, json!({"lte": number(key, *limit)})),
        Test::StartsWith(start) => json!({"prefix": {ATTRIBUTES: text(key, start)}}),
        Test::StringContains(part) => {
            let with = |kind| format!("{}*{}*", escaped(&prefix(kind, key)), escaped(part));
            let wildcard = |pattern: String| json!({"wildcard": {ATTRIBUTES: {"value": pattern}}});
            json!({"bool": {"should": [wildcard(with('s')), wildcard(with('l'))], "minimum_should_match": 1}})
        }
        Test::ListContains(value) => json!({"term": {ATTRIBUTES: member(key, value)}}),
    }
}

fn scalar(name: &str, value: &Scalar) -> String {
    match value {
        Scalar::String(value) => text(name, value),
        Scalar::Number(value) => number(name, *value),
        Scalar::Boolean(value) => boolean(name, *value),
    }
}

fn prefix(kind: char, name: &str) -> String {
    format!("{kind}{}:{name}:", name.len())
}

fn text(name: &str, value: &str) -> String {
    prefix('s', name) + value
}

fn member(name: &str, value: &str) -> String {
    prefix('l', name) + value
}

fn boolean(name: &str, value: bool) -> String {
    format!("{}{value}", prefix('b', name))
}

/// A number so written that the order of texts is the order of numbers.
fn number(name: &str, value: f64) -> String {
    // Zero has two signs and is one number.
    let bits = (value + 0.0).to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    format!("{}{ordered:016x}", prefix('n', name))
}

fn in_group(group: &str) -> String {
    format!("group:{group}")
}

/// A text that a wildcard takes literally.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '*' | '?' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_say_type_name_and_value() {
        let all = Attributes::from([
            ("department".to_owned(), AttributeValue::String("hr".to_owned())),
            ("draft".to_owned(), AttributeValue::Boolean(true)),
            ("tags".to_owned(), AttributeValue::StringList(vec!["a".to_owned(), "b".to_owned()])),
            ("year".to_owned(), AttributeValue::Number(2024.0)),
        ]);
        let expected = ["s10:department:hr", "b5:draft:true", "l4:tags:a", "l4:tags:b", "n4:year:c09fa00000000000"];
        assert_eq!(attributes(&all), expected);
    }

    #[test]
    fn no_name_reaches_into_another() {
        assert_ne!(text("a:b", "c"), text("a", "b:c"));
        assert_ne!(text("a", "1"), member("a", "1"));
    }

    #[test]
    fn numbers_are_ordered_as_numbers() {
        let ordered = [f64::MIN, -1e9, -2.5, -f64::MIN_POSITIVE, 0.0, f64::MIN_POSITIVE, 1.0, 10.0, 1e300];
        assert!(ordered.windows(2).all(|pair| number("x", pair[0]) < number("x", pair[1])));
        assert_eq!(number("x", -0.0), number("x", 0.0));
    }

    #[test]
    fn filters_become_queries() {
        let compare = |test| Filter::Compare { key: "k".to_owned(), test };
        let string = || Scalar::String("v".to_owned());
        let cases = [
            (compare(Test::Equals(string())), json!({"term": {"attributes": "s1:k:v"}})),
            (
                compare(Test::NotIn(vec![string(), Scalar::Boolean(false)])),
                json!({"bool": {"must_not": [{"terms": {"attributes": ["s1:k:v", "b1:k:false"]}}]}}),
            ),
            (
                compare(Test::GreaterThan(1.0)),
                json!({"range": {"attributes": {"gt": "n1:k:bff0000000000000", "lt": "n1:k:g"}}}),
            ),
            (
                compare(Test::LessThanOrEquals(-1.0)),
                json!({"range": {"attributes": {"gte": "n1:k:", "lte": "n1:k:400fffffffffffff"}}}),
            ),
            (compare(Test::StartsWith("v".to_owned())), json!({"prefix": {"attributes": "s1:k:v"}})),
            (
                compare(Test::StringContains("5*?".to_owned())),
                json!({"bool": {"minimum_should_match": 1, "should": [
                    {"wildcard": {"attributes": {"value": "s1:k:*5\\*\\?*"}}},
                    {"wildcard": {"attributes": {"value": "l1:k:*5\\*\\?*"}}},
                ]}}),
            ),
            (Filter::OrAll(vec![]), json!({"match_none": {}})),
            (
                Filter::AndAll(vec![compare(Test::ListContains("v".to_owned()))]),
                json!({"bool": {"filter": [{"term": {"attributes": "l1:k:v"}}]}}),
            ),
        ];
        for (filter, expected) in cases {
            assert_eq!(query(&filter), expected, "{filter:?}");
        }
    }

    #[test]
    fn every_search_is_inside_a_tenant() {
        let clearance = Clearance::of_groups("acme", ["hr"]);
        assert_eq!(
            clauses(&clearance, None),
            [json!({"term": {"tenant": "acme"}}), json!({"terms": {"audience": ["public", "group:hr"]}})]
        );
        assert_eq!(clauses(&Clearance::system("acme"), None), [json!({"term": {"tenant": "acme"}})]);
        let nobody = AccessRule::of_groups("acme", [""; 0]);
        assert_eq!(audience(&nobody), [""; 0], "a rule for nobody meets no list");
    }
}
