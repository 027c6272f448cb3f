//! Fail: the frame ends with a named error.

use super::{run::Run, trouble::Trouble, view::View};
use crate::{
    Entry,
    definition::{expression::Text, scope::StateDef, simple::Fail},
};

pub(super) fn proceed(run: &mut Run<'_>, frame: u32, def: &StateDef, fail: &Fail) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let eval = view.eval();
    let read = |text: &Option<Text>| -> Result<String, Trouble> {
        let Some(text) = text else { return Ok(String::new()) };
        let value = eval.text(text, &view.data)?;
        value.as_str().map(String::from).ok_or_else(|| {
            Trouble::runtime(format!("The {} field must refer to a string, but was: {value}", text.field))
        })
    };
    let (error, cause) = (read(&fail.error)?, read(&fail.cause)?);
    Ok(run.record(Entry::StateFailed { frame, error, cause, field: None })?)
}
