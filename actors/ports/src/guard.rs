//! What looks at text before a model or a person sees it.

use async_trait::async_trait;

use crate::PortResult;

/// Says whether a text may pass.
#[async_trait]
pub trait Guard: Send + Sync {
    /// Its name.
    fn name(&self) -> &str;

    /// What the rules say about the whole of a text, however long. A text that could not be looked at in full is an error,
    /// never [`Verdict::Passed`].
    async fn check(&self, direction: Direction, text: &str) -> PortResult<Verdict>;
}

/// Where a text goes; rules may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To a model.
    Input,
    /// From a model to a person.
    Output,
}

/// What a guard says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing against it.
    Passed,
    /// Not as it is.
    Intervened(Intervention),
}

impl Verdict {
    /// Nothing against it.
    pub fn passed(&self) -> bool {
        *self == Self::Passed
    }
}

/// What was found, without any of the text that it was found in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intervention {
    /// The rules that were broken, each once and sorted, e.g. `topic/investments`, `content/HATE`, `pii/EMAIL`.
    pub policies: Vec<String>,
    /// The whole text with what was found masked, if that is all the rules ask for; such a text may pass. `None`: it must not.
    pub masked: Option<String>,
    /// What to say instead, where the guard has words for it.
    pub message: Option<String>,
}
