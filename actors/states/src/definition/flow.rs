//! How data flows through a state: what it takes of its input, what it hands on, what it remembers.

use super::{
    expression::{Language, Payload, Placement, Selection},
    reader::Reader,
};

#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) input_path: Selection,
    /// `Parameters` or `Arguments`.
    pub(crate) parameters: Option<Payload>,
    pub(crate) result_selector: Option<Payload>,
    pub(crate) result_path: Placement,
    pub(crate) output_path: Selection,
    /// `Output`, JSONata only.
    pub(crate) output: Option<Payload>,
    pub(crate) assign: Option<Payload>,
}

impl Flow {
    fn none() -> Flow {
        Flow {
            input_path: Selection::Whole,
            parameters: None,
            result_selector: None,
            result_path: Placement::Replace,
            output_path: Selection::Whole,
            output: None,
            assign: None,
        }
    }

    /// Succeed, Choice: nothing is made, the input goes on.
    pub(super) fn of_passage(reader: &Reader<'_>) -> Flow {
        Flow {
            input_path: reader.selection("InputPath"),
            output_path: reader.selection("OutputPath"),
            output: reader.payload_in(Language::Jsonata, "Output"),
            ..Flow::none()
        }
    }

    /// Wait: as above, and it may remember something.
    pub(super) fn of_wait(reader: &Reader<'_>) -> Flow {
        Flow { assign: assign(reader), ..Self::of_passage(reader) }
    }

    /// Pass: a result that is made of the input.
    pub(super) fn of_pass(reader: &Reader<'_>) -> Flow {
        Flow {
            parameters: reader.payload_in(Language::JsonPath, "Parameters"),
            result_path: reader.placement("ResultPath"),
            ..Self::of_wait(reader)
        }
    }

    /// Task, Parallel: arguments go out, a result comes back.
    pub(super) fn of_work(reader: &Reader<'_>) -> Flow {
        let arguments = reader.payload_in(Language::Jsonata, "Arguments");
        let pass = Self::of_pass(reader);
        Flow {
            parameters: arguments.or(pass.parameters),
            result_selector: reader.payload_in(Language::JsonPath, "ResultSelector"),
            ..pass
        }
    }

    /// Map: its arguments belong to the items.
    pub(super) fn of_map(reader: &Reader<'_>) -> Flow {
        Flow {
            result_selector: reader.payload_in(Language::JsonPath, "ResultSelector"),
            result_path: reader.placement("ResultPath"),
            ..Self::of_wait(reader)
        }
    }

    /// Whether a result that comes back is the output, unchanged.
    pub(crate) fn passes_result_through(&self) -> bool {
        self.result_selector.is_none()
            && self.output.is_none()
            && matches!(self.result_path, Placement::Replace)
            && matches!(self.output_path, Selection::Whole)
    }
}

/// `Assign`: names must be names.
pub(super) fn assign(reader: &Reader<'_>) -> Option<Payload> {
    let value = reader.get("Assign")?;
    let Some(object) = value.as_object() else {
        reader.error("Assign", "Expected value of type Object");
        return None;
    };
    for key in object.keys() {
        let name = match reader.language {
            Language::JsonPath => key.strip_suffix(".$").unwrap_or(key),
            Language::Jsonata => key,
        };
        if let Err(why) = check_name(name) {
            reader.error("Assign", format!("Invalid variable name '{name}': {why}"));
        }
    }
    reader.payload("Assign")
}

/// A Unicode identifier of at most 80 characters; `states` is the engine's own.
fn check_name(name: &str) -> Result<(), &'static str> {
    let mut characters = name.chars();
    let Some(first) = characters.next() else { return Err("it is empty") };
    if name.chars().count() > 80 {
        return Err("it has more than 80 characters");
    }
    if !(first.is_alphabetic() || first == '_') || !characters.all(|c| c.is_alphanumeric() || c == '_') {
        return Err("it must begin with a letter and hold letters, digits and underscores only");
    }
    if name == "states" {
        return Err("it is reserved");
    }
    Ok(())
}
