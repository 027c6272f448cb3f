//! What was found, and the text without it.

use super::{Action, Rule, Severity};
use std::ops::Range;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Bytes of the original text, whole characters.
    pub range: Range<usize>,
    /// The rule that was broken.
    pub rule: Rule,
    /// How bad it would be if it got out.
    pub severity: Severity,
    /// What follows.
    pub action: Action,
    /// Whether more of the same may follow behind the end of the text.
    pub tail: Tail,
}

/// Whether what was found can go on behind the end of the text that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tail {
    /// It is complete.
    Closed,
    /// A token that goes on as long as its characters do.
    Token,
    /// A private key that goes on to its last line.
    Key,
}

/// A range to be replaced. Masks of a text do not overlap and are in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// Bytes of the original text.
    pub range: Range<usize>,
    /// The weightiest rule broken in it.
    pub rule: Rule,
    /// Whether more may follow behind the end of the text.
    pub tail: Tail,
}

/// All findings in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// In order of their start. They may overlap, but none lies within one of the same or more weight.
    pub found: Vec<Finding>,
}

impl Findings {
    /// Keeps of `found` what is not explained by a weightier finding around it.
    pub(super) fn of(mut found: Vec<Finding>) -> Self {
        found.sort_by(|a, b| {
            let weight = |finding: &Finding| (finding.action, finding.severity);
            (a.range.start, b.range.end)
                .cmp(&(b.range.start, a.range.end))
                .then_with(|| weight(b).cmp(&weight(a)))
                .then_with(|| a.rule.cmp(&b.rule))
        });
        let mut kept: Vec<Finding> = Vec::with_capacity(found.len());
        // Each kept finding starts no later; those that reach farthest are enough to ask.
        let mut outer: Vec<usize> = Vec::new();
        for finding in found {
            outer.retain(|index| kept[*index].range.end > finding.range.start);
            let explained = outer.iter().any(|index| {
                let around = &kept[*index];
                let weighs = around.action >= finding.action && around.severity >= finding.severity;
                weighs && around.range.end >= finding.range.end
            });
            if !explained {
                outer.push(kept.len());
                kept.push(finding);
            }
        }
        Self { found: kept }
    }

    /// Whether the text must not pass.
    pub fn blocked(&self) -> bool {
        self.found.iter().any(|finding| finding.action == Action::Block)
    }

    /// The weightiest action that a rule asks for; `None` when nothing was found. Text with audits only may pass as it is.
    pub fn heaviest(&self) -> Option<Action> {
        self.found.iter().map(|finding| finding.action).max()
    }

    /// The rules that were broken by name, each once and sorted.
    pub fn policies(&self) -> Vec<String> {
        let mut names: Vec<String> = self.found.iter().map(|finding| finding.rule.to_string()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What must be replaced: findings of at least the action `least`, those that overlap as one.
    pub fn masks(&self, least: Action) -> Vec<Mask> {
        let mut masks: Vec<(Mask, (Action, Severity))> = Vec::new();
        for finding in self.found.iter().filter(|finding| finding.action >= least) {
            let weight = (finding.action, finding.severity);
            match masks.last_mut() {
                Some((mask, heaviest)) if finding.range.start < mask.range.end => {
                    if finding.range.end > mask.range.end {
                        (mask.range.end, mask.tail) = (finding.range.end, finding.tail);
                    } else if finding.range.end == mask.range.end {
                        mask.tail = mask.tail.max(finding.tail);
                    }
                    if weight > *heaviest {
                        (mask.rule, *heaviest) = (finding.rule.clone(), weight);
                    }
                }
                _ => {
                    let (range, rule, tail) = (finding.range.clone(), finding.rule.clone(), finding.tail);
                    masks.push((Mask { range, rule, tail }, weight));
                }
            }
        }
        masks.into_iter().map(|(mask, _)| mask).collect()
    }

    /// `text`, in which this was found, with a placeholder for every finding that is to be redacted or blocked.
    pub fn redacted(&self, text: &str) -> String {
        let mut redacted = String::with_capacity(text.len());
        let mut end = 0;
        for mask in self.masks(Action::Redact) {
            redacted.push_str(text.get(end..mask.range.start).unwrap_or_default());
            redacted.push_str(&mask.rule.placeholder());
            end = mask.range.end;
        }
        redacted.push_str(text.get(end..).unwrap_or_default());
        redacted
    }
}
