//! Calls of tools, put together from the parts that chunks bring.

use std::ops::Deref;

use serde_json::Value;

/// Calls of tools in one answer, at most.
const MOST_CALLS: usize = 1_024;

/// A call of a tool as far as it has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    index: u64,
    /// Its id, from the first part that had one.
    pub id: Option<String>,
    /// The function, from the first part that had one.
    pub name: Option<String>,
    /// JSON, perhaps half.
    pub arguments: String,
}

/// The calls of one answer, in the order in which they began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct GatheredCalls(Vec<Call>);

impl Deref for GatheredCalls {
    type Target = [Call];

    fn deref(&self) -> &[Call] {
        &self.0
    }
}

impl GatheredCalls {
    /// Adds a part of a call, the one at this place in its chunk; the place of its call among all. `None`: it says nothing, or
    /// there are too many.
    pub(crate) fn add(&mut self, part: &Value, at: u64) -> Option<usize> {
        let word = |value: &Value| value.as_str().filter(|word| !word.is_empty()).map(str::to_owned);
        let (id, function) = (word(&part["id"]), &part["function"]);
        let (name, arguments) = (word(&function["name"]), word(&function["arguments"]));
        if id.is_none() && name.is_none() && arguments.is_none() {
            return None;
        }
        let index = part["index"].as_u64().unwrap_or(at);
        let place = match self.0.iter().position(|call| call.index == index) {
            Some(place) => place,
            None if self.0.len() < MOST_CALLS => {
                self.0.push(Call { index, ..Call::default() });
                self.0.len() - 1
            }
            None => return None,
        };
        let call = &mut self.0[place];
        call.id = call.id.take().or(id);
        call.name = call.name.take().or(name);
        call.arguments.push_str(&arguments.unwrap_or_default());
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_find_their_call_by_its_number_or_else_by_their_place() {
        let mut calls = GatheredCalls::default();
        for (part, at, place) in [
            (json!({"index": 7, "id": "c", "function": {"name": "f", "arguments": "{"}}), 0, Some(0)),
            (json!({"function": {"name": "g"}}), 1, Some(1)),
            (json!({"index": 7, "id": "later", "function": {"arguments": "}"}}), 3, Some(0)),
            (json!({"index": 9, "id": "", "function": {}}), 0, None),
            (json!({"index": 1, "function": {"arguments": "1"}}), 0, Some(1)),
            (json!(null), 4, None),
        ] {
            assert_eq!(calls.add(&part, at), place, "{part}");
        }
        let call = |index, id: Option<&str>, name: &str, arguments: &str| Call {
            index,
            id: id.map(str::to_owned),
            name: Some(name.into()),
            arguments: arguments.into(),
        };
        assert_eq!(*calls, [call(7, Some("c"), "f", "{}"), call(1, None, "g", "1")]);
        let many = (0..2_000).filter_map(|index| calls.add(&json!({"index": index, "id": "x"}), 0));
        assert_eq!(many.count(), MOST_CALLS);
    }
}
