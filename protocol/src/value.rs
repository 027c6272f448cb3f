//! `google.protobuf.Value`: any JSON inside a message.
//!
//! Wire form and JSON form are those of the [well-known type](https://protobuf.dev/reference/protobuf/google.protobuf/#value).
//! It holds numbers as doubles; an integer that a double cannot hold exactly is refused rather than rounded.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Number;

/// Any JSON value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Value {
    /// Nothing is read as `null`.
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6")]
    pub kind: Option<Kind>,
}

/// The six kinds of JSON.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Kind {
    /// `null`; the number is always 0.
    #[prost(int32, tag = "1")]
    Null(i32),
    /// A finite number.
    #[prost(double, tag = "2")]
    Number(f64),
    /// Text.
    #[prost(string, tag = "3")]
    Text(String),
    /// `true` or `false`.
    #[prost(bool, tag = "4")]
    Bool(bool),
    /// An object.
    #[prost(message, tag = "5")]
    Struct(Struct),
    /// A list.
    #[prost(message, tag = "6")]
    List(List),
}

/// `google.protobuf.Struct`; ordered by name, so that equal objects have equal bytes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Struct {
    /// By name.
    #[prost(btree_map = "string, message", tag = "1")]
    pub fields: BTreeMap<String, Value>,
}

/// `google.protobuf.ListValue`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct List {
    /// In order.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<Value>,
}

/// A number that a double cannot hold exactly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the number {0} has more digits than a double can hold: send it as text")]
pub struct InexactNumber(String);

impl TryFrom<serde_json::Value> for Value {
    type Error = InexactNumber;

    fn try_from(json: serde_json::Value) -> Result<Self, InexactNumber> {
        use serde_json::Value as Json;
        let kind = match json {
            Json::Null => Kind::Null(0),
            Json::Bool(truth) => Kind::Bool(truth),
            Json::Number(number) => Kind::Number(exact(&number)?),
            Json::String(text) => Kind::Text(text),
            Json::Array(values) => {
                Kind::List(List { values: values.into_iter().map(Self::try_from).collect::<Result<_, _>>()? })
            }
            Json::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| Ok((name, Self::try_from(value)?)));
                Kind::Struct(Struct { fields: fields.collect::<Result<_, _>>()? })
            }
        };
        Ok(Self { kind: Some(kind) })
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        match value.kind {
            None | Some(Kind::Null(_)) => Self::Null,
            Some(Kind::Bool(truth)) => Self::Bool(truth),
            Some(Kind::Number(number)) => Number::from_f64(number).map_or(Self::Null, Self::Number),
            Some(Kind::Text(text)) => Self::String(text),
            Some(Kind::List(list)) => list.values.into_iter().map(Self::from).collect(),
            Some(Kind::Struct(object)) => {
                object.fields.into_iter().map(|(name, value)| (name, Self::from(value))).collect()
            }
        }
    }
}

fn exact(number: &Number) -> Result<f64, InexactNumber> {
    let double = number.as_f64().filter(|double| double.is_finite());
    let refused = || InexactNumber(number.to_string());
    let double = double.ok_or_else(refused)?;
    let same = match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) => double as i128 == i128::from(whole),
        (None, Some(whole)) => double as i128 == i128::from(whole),
        (None, None) => true,
    };
    if same { Ok(double) } else { Err(refused()) }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            None | Some(Kind::Null(_)) => serializer.serialize_unit(),
            Some(Kind::Bool(truth)) => serializer.serialize_bool(*truth),
            Some(Kind::Number(number)) => serializer.serialize_f64(*number),
            Some(Kind::Text(text)) => serializer.serialize_str(text),
            Some(Kind::List(list)) => serializer.collect_seq(&list.values),
            Some(Kind::Struct(object)) => serializer.collect_map(&object.fields),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;
    use serde_json::json;

    #[test]
    fn json_comes_back_as_it_went_in() {
        for json in [
            json!(null),
            json!([null, {"a": null, "b": [[], {}]}]),
            json!("é"),
            json!(-0.5),
            json!(1_763_846_566_123.0),
            json!(true),
        ] {
            let value = Value::try_from(json.clone()).unwrap();
            let read = Value::decode(value.encode_to_vec().as_slice()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), json);
            assert_eq!(serde_json::Value::from(read), json);
        }
    }

    #[test]
    fn what_a_double_cannot_hold_is_refused() {
        let whole = |number: serde_json::Value| serde_json::from_value::<Value>(number).map_err(|e| e.to_string());
        assert!(whole(json!(9_007_199_254_740_992_i64)).is_ok());
        assert!(whole(json!(-9_007_199_254_740_992_i64)).is_ok());
        assert_eq!(
            whole(json!([9_007_199_254_740_993_i64])).unwrap_err(),
            "the number 9007199254740993 has more digits than a double can hold: send it as text"
        );
        assert!(whole(json!(u64::MAX)).is_err());
        assert!(whole(json!(i64::MIN)).is_ok());
    }
}
