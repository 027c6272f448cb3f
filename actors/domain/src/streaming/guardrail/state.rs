//! What a guard remembers of a stream.

use crate::guarding::{Action, Finding, Severity, is_ignorable};
use crate::streaming::Ending;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most findings that are listed one by one; the counts hold all.
const MOST_INCIDENTS: usize = 64;

/// What a guard found in a stream, without any of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// How often each rule was broken, by name.
    pub counts: BTreeMap<String, u64>,
    /// The first findings, in order, at most 64.
    pub incidents: Vec<Incident>,
    /// The rule that ended the stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<String>,
    /// Why no more text came.
    pub ending: Ending,
    /// Bytes of the model's text that were judged and let go, in whatever form.
    pub judged: u64,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The rule, e.g. `pii/EMAIL`.
    pub policy: String,
    /// How bad it would be if it got out.
    pub severity: Severity,
    /// What the rule asks for.
    pub action: Action,
    /// First byte in the text of the model, which is not what the client saw.
    pub start: u64,
    /// Bytes, as far as they were seen at once.
    pub length: u64,
}

impl Default for Verdict {
    fn default() -> Self {
        Self { counts: BTreeMap::new(), incidents: Vec::new(), blocked: None, ending: Ending::Complete, judged: 0 }
    }
}

impl Verdict {
    /// Nothing against the text.
    pub fn passed(&self) -> bool {
        self.counts.is_empty() && self.blocked.is_none()
    }

    pub(super) fn note(&mut self, finding: &Finding, start: u64) {
        let policy = finding.rule.to_string();
        let count = self.counts.entry(policy.clone()).or_default();
        *count = count.saturating_add(1);
        if self.incidents.len() < MOST_INCIDENTS {
            let (severity, action, length) = (finding.severity, finding.action, finding.range.len() as u64);
            self.incidents.push(Incident { policy, severity, action, start, length });
        }
    }
}

/// Where the last `count` visible characters of `text` begin; 0 when it has no more than that.
pub(super) fn before_last_visible(text: &str, count: usize) -> usize {
    text.char_indices().rev().filter(|(_, c)| !is_ignorable(*c)).nth(count - 1).map_or(0, |(at, _)| at)
}

/// Shortens `text` to its last `count` bytes, or a little less: whole characters.
pub(super) fn keep_last(text: &mut String, count: usize) {
    let mut start = text.len().saturating_sub(count);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.drain(..start);
}
