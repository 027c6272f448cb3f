//! Arguments of tools through a guard.
//!
//! A client can do nothing with half of them, so those of an answer are held until it ends and looked at as what they are: strings
//! and numbers in JSON, wherever they stand. What has to be masked is masked there, and the rest stays JSON.

use cueline_domain::{
    chat::piece::CallPart,
    guarding::{Inspector, Origin},
    streaming::Mode,
};
use serde_json::{Map, Value};

use super::question::Looked;

/// Bytes of arguments of one answer that are held.
const MOST: usize = 1 << 20;
/// What is told of more than can be looked at.
const TOO_LONG: &str = "arguments/too_long";

/// Calls of one answer until it ends.
#[derive(Default)]
pub(super) struct HeldCalls {
    calls: Vec<CallPart>,
    bytes: usize,
}

impl HeldCalls {
    /// More of a call.
    pub(super) fn add(&mut self, part: &CallPart) {
        self.bytes += part.arguments.len();
        if self.bytes > MOST {
            return;
        }
        match self.calls.iter_mut().find(|call| call.index == part.index) {
            Some(call) => call.merge(part),
            None => self.calls.push(part.clone()),
        }
    }

    /// What may be shown of them.
    pub(super) fn looked(mut self, inspector: &Inspector, mode: Mode) -> (Vec<CallPart>, Looked) {
        let mut looked = Looked::default();
        if self.bytes > MOST {
            // Who only notes things withholds nothing: what is noted here was shown already.
            looked.is_blocked = mode != Mode::Audit;
            let outcome = if looked.is_blocked { "blocked" } else { "noted" };
            looked.findings.push(format!("{TOO_LONG}: {outcome}"));
            return (Vec::new(), looked);
        }
        for call in &mut self.calls {
            look(&mut call.arguments, inspector, mode, &mut looked);
        }
        let calls = if looked.is_blocked { Vec::new() } else { self.calls };
        (calls, looked)
    }
}

fn look(arguments: &mut String, inspector: &Inspector, mode: Mode, looked: &mut Looked) {
    match serde_json::from_str::<Value>(arguments) {
        Ok(value) => {
            let passed = passed(value.clone(), inspector, mode, looked);
            // As its model wrote it, where nothing had to be masked.
            if passed != value {
                *arguments = passed.to_string();
            }
        }
        // Half of a call, or none: as text.
        Err(_) => looked.at(arguments, Origin::Model, inspector, mode),
    }
}

fn passed(value: Value, inspector: &Inspector, mode: Mode, looked: &mut Looked) -> Value {
    let mut text = |mut text: String| {
        looked.at(&mut text, Origin::Model, inspector, mode);
        text
    };
    match value {
        Value::String(words) => Value::String(text(words)),
        Value::Number(number) => {
            let digits = number.to_string();
            let masked = text(digits.clone());
            if masked == digits { Value::Number(number) } else { Value::String(masked) }
        }
        Value::Array(items) => items.into_iter().map(|item| passed(item, inspector, mode, looked)).collect(),
        Value::Object(fields) => {
            let mut kept = Map::with_capacity(fields.len());
            for (mut name, value) in fields {
                looked.at(&mut name, Origin::Model, inspector, mode);
                kept.insert(name, passed(value, inspector, mode, looked));
            }
            Value::Object(kept)
        }
        Value::Null | Value::Bool(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use cueline_domain::guarding::{Action, GuardRules, TermList};

    use super::*;

    fn inspector() -> Inspector {
        let words = TermList { name: "rivals".into(), terms: vec!["acme".into()], action: Action::Block };
        Inspector::new(GuardRules { words: vec![words], ..GuardRules::default() }).unwrap()
    }

    fn looked(arguments: &str, mode: Mode, cut: usize) -> (Option<String>, Vec<String>) {
        let mut held = HeldCalls::default();
        let letters: Vec<char> = arguments.chars().collect();
        for part in letters.chunks(cut) {
            held.add(&CallPart { arguments: part.iter().collect(), ..CallPart::default() });
        }
        let (calls, looked) = held.looked(&inspector(), mode);
        (calls.into_iter().next().map(|call| call.arguments), looked.findings)
    }

    #[test]
    fn what_is_masked_in_arguments_leaves_them_json_however_they_came() {
        let arguments =
            r#"{"to": ["ann@example.com"], "card": 4111111111111111, "n": 1.50, "deep": {"bob@example.com": null}}"#;
        for cut in 1..=arguments.len() {
            let (shown, findings) = looked(arguments, Mode::Redact, cut);
            let shown: Value = serde_json::from_str(&shown.unwrap()).unwrap();
            assert_eq!(shown["to"][0], "{EMAIL}");
            assert_eq!(shown["deep"], serde_json::json!({ "{EMAIL}": null }));
            assert!(shown["card"].is_string(), "{shown}");
            assert!(findings.contains(&"pii/EMAIL: redacted".to_owned()), "{findings:?}");
        }
    }

    #[test]
    fn what_breaks_no_rule_stays_as_it_was_written() {
        let arguments = r#"{ "n":1.50,  "text" : "fine" }"#;
        assert_eq!(looked(arguments, Mode::Block, 3), (Some(arguments.to_owned()), Vec::new()));
    }

    #[test]
    fn what_must_not_be_said_is_not_called_with_either() {
        let arguments = r#"{"buy_from": "Acme"}"#;
        assert_eq!(looked(arguments, Mode::Block, 4), (None, vec!["word/rivals: blocked".to_owned()]));
        assert_eq!(looked(arguments, Mode::Audit, 4), (Some(arguments.into()), vec!["word/rivals: noted".to_owned()]));
        assert_eq!(looked(r#"{"buy_from": "Acme"#, Mode::Block, 4).0, None, "half of a call");
        let long = format!("{{\"a\": \"{}\"}}", "x".repeat(MOST));
        for (mode, outcome) in [(Mode::Redact, "blocked"), (Mode::Block, "blocked"), (Mode::Audit, "noted")] {
            assert_eq!(looked(&long, mode, 1 << 16), (None, vec![format!("{TOO_LONG}: {outcome}")]));
        }
    }
}
