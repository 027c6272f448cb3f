//! Whether a JSON text names a member twice. Most readers keep the last one, some the first: what decides access must not
//! depend on that.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// The first name that stands twice in one object. `None` when there is none, or when `json` is not JSON.
pub(super) fn repeated_name(json: &[u8]) -> Option<String> {
    let error = serde_json::from_slice::<Unique>(json).err()?.to_string();
    let (_, name) = error.split_once(MARK)?;
    name.split(MARK_END).next().map(str::to_owned)
}

/// Cannot stand in an error of serde_json itself.
const MARK: &str = "\u{1}repeated:";
const MARK_END: char = '\u{2}';

/// Any JSON without repeated names.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_element::<Self>()?.is_some() {}
        Ok(self)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if names.contains(&name) {
                return Err(A::Error::custom(format!("{MARK}{name}{MARK_END}")));
            }
            names.insert(name);
            members.next_value::<Self>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_is_found_at_any_depth() {
        let cases: [(&str, Option<&str>); 6] = [
            (r#"{"a": 1, "b": [{"a": null}, {"a": 2.5}]}"#, None),
            (r#"{"a": 1, "a": 1}"#, Some("a")),
            (r#"{"m": {"groups": ["hr"], "x": -1, "groups": []}}"#, Some("groups")),
            (r#"[true, {"\u0061": 1, "a": 2}]"#, Some("a")),
            ("{", None),
            ("", None),
        ];
        for (json, expected) in cases {
            assert_eq!(repeated_name(json.as_bytes()).as_deref(), expected, "{json}");
        }
    }
}
