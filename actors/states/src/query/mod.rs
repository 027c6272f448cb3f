//! What expressions in a definition mean: JSONPath, payload templates, intrinsic functions and JSONata.
//!
//! ```text
//!  definition load                         each step
//!  ───────────────                         ─────────
//!  path::Path::parse ───────────────────▶ Path::evaluate(&Scope)              a borrowed or built value
//!  intrinsic::Call::parse ──────────────▶ Call::evaluate(&Scope, &Entropy)
//!  template::Template::parse ───────────▶ Template::evaluate(&Scope, &Entropy)
//!  jsonata::JsonataTemplate::parse ─────▶ JsonataSession::new(&Scope, &Entropy, &limits), then evaluate
//! ```
//!
//! Everything is parsed once, when a definition is loaded, and is `Send + Sync` afterwards. Evaluation is pure: time and
//! randomness come in as [`Entropy`], so the same scope and entropy give the same value on replay.
//!
//! Causes are AWS's wording without its prefix `An error occurred while executing the state '…' (entered at the event
//! id #…). `; that prefix names the state and the event and is added by whoever knows them.

mod digest;
mod entropy;
mod error;
pub mod intrinsic;
pub mod jsonata;
pub mod path;
pub mod template;

pub use entropy::Entropy;
pub use error::{QueryError, SyntaxError, SyntaxErrorAt};

use serde_json::{Map, Value};

/// Everything an expression may look at.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// `$` of a JSONPath, `$states.input` in JSONata.
    pub input: &'a Value,
    /// `$$` of a JSONPath, `$states.context` in JSONata.
    pub context: &'a Value,
    /// The workflow variables, by name without the dollar sign.
    pub variables: &'a Map<String, Value>,
    /// `$states.result` in JSONata: what the task, the map or the branches returned.
    pub result: Option<&'a Value>,
    /// `$states.errorOutput` in JSONata: the error object inside a catcher.
    pub error_output: Option<&'a Value>,
}

impl<'a> Scope<'a> {
    /// The same scope with another `$`. JSONPath states evaluate most fields on a value other than the raw input.
    #[must_use]
    pub fn with_input(self, input: &'a Value) -> Self {
        Self { input, ..self }
    }
}
