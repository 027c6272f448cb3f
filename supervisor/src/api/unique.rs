//! JSON whose keys may be asked about: of a key that stands twice one value is lost, and nobody would know which was meant.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A value, and every key that stood more than once in one object, as JSON pointers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unique {
    pub(crate) value: Value,
    pub(crate) repeated: Vec<String>,
}

impl Unique {
    fn plain(value: impl Into<Value>) -> Self {
        Self { value: value.into(), repeated: Vec::new() }
    }
}

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Looking)
    }
}

struct Looking;

impl<'de> Visitor<'de> for Looking {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique::plain(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Unique, E> {
        Ok(Unique::plain(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Unique, E> {
        Ok(Unique::plain(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Unique, E> {
        Ok(Unique::plain(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Unique, E> {
        Ok(Unique::plain(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Unique, E> {
        Ok(Unique::plain(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        let (mut values, mut repeated) = (Vec::new(), Vec::new());
        while let Some(item) = items.next_element::<Unique>()? {
            repeated.extend(item.repeated.into_iter().map(|path| format!("/{}{path}", values.len())));
            values.push(item.value);
        }
        Ok(Unique { value: Value::Array(values), repeated })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unique, A::Error> {
        let (mut values, mut repeated) = (Map::new(), Vec::new());
        while let Some((key, member)) = members.next_entry::<String, Unique>()? {
            let here = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
            repeated.extend(member.repeated.into_iter().map(|path| format!("{here}{path}")));
            if values.insert(key, member.value).is_some() {
                repeated.push(here);
            }
        }
        Ok(Unique { value: Value::Object(values), repeated })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_key_that_stands_twice_is_named_with_its_place() {
        let text = r#"{"a": [1, {"b/c": 1, "b/c": 2}], "d": {"e": null}, "d": -1.5}"#;
        let found: Unique = serde_json::from_str(text).unwrap();
        assert_eq!(found.repeated, ["/a/1/b~1c", "/d"]);
        assert_eq!(found.value, json!({"a": [1, {"b/c": 2}], "d": -1.5}));
    }

    #[test]
    fn values_are_what_serde_makes_of_them() {
        let text = r#"{"n": [null, true, 0, -7, 18446744073709551615, 1e300, 0.1], "s": "\u00e4\n", "o": {}}"#;
        let found: Unique = serde_json::from_str(text).unwrap();
        assert_eq!((found.value, found.repeated.len()), (serde_json::from_str(text).unwrap(), 0));
    }
}
