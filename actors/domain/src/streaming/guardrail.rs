//! The guard on a stream.
//!
//! | mode | rules that block | rules that redact | rules that audit | text is held |
//! |---|---|---|---|---|
//! | [`Mode::Block`] | the stream ends before the sentence | replaced | recorded | until its sentence or window was judged |
//! | [`Mode::Redact`] | replaced | replaced | recorded | the same |
//! | [`Mode::Audit`] | recorded | recorded | recorded | never |
//!
//! A sentence is judged when it is over. A longer one is judged by a window: everything but the last [`REACH`] characters is
//! certain then and goes out, unless a finding reaches over the cut. So what a rule forbids never gets out, and a text
//! without ends is still released. Runs of invisible characters are shortened, or no window could be bounded.

mod state;

pub use state::{Incident, Verdict};

use super::held::Held;
use super::operator::append_text;
use super::{Ending, Mark, Operator, Piece};
use crate::guarding::sentence_end::SentenceEnds;
use crate::guarding::{Action, Findings, Inspector, Mask, REACH, Tail, is_ignorable};
use std::ops::Range;
use std::sync::Arc;

/// What a guard does about its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nothing leaves before it was judged, and nothing after something forbidden.
    Block,
    /// What is forbidden is replaced, and the stream goes on.
    Redact,
    /// Text passes untouched; what was found is told at the end.
    Audit,
}

impl Mode {
    /// As it is written in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Redact => "redact",
            Self::Audit => "audit",
        }
    }
}

/// Characters after which an unfinished sentence is judged, unless told otherwise.
pub const WINDOW: usize = 1_024;

/// Longest run of invisible characters that is kept.
const LONGEST_IGNORABLE_RUN: usize = 8;
/// Most bytes of a visible character with the invisible ones behind it.
const WIDEST: usize = 4 + LONGEST_IGNORABLE_RUN * 4;

/// The guard on a stream.
#[derive(Debug)]
pub struct Guardrail {
    inspector: Arc<Inspector>,
    mode: Mode,
    window: usize,
    /// The end of what was released of the unfinished sentence: rules look back into it.
    context: String,
    held: Held,
    /// Visible characters in `held`.
    visible: usize,
    ignorable_run: usize,
    ends: SentenceEnds,
    /// A finding goes on behind what was judged: what belongs to it is dropped.
    swallowing: Option<(Tail, String)>,
    closed: bool,
    /// Bytes of the model's text before `held`.
    judged: u64,
    verdict: Verdict,
}

impl Guardrail {
    /// `window`: visible characters after which an unfinished sentence is judged; at least twice [`REACH`].
    pub fn new(inspector: Arc<Inspector>, mode: Mode, window: usize) -> Self {
        Self {
            inspector,
            mode,
            window: window.max(2 * REACH),
            context: String::new(),
            held: Held::default(),
            visible: 0,
            ignorable_run: 0,
            ends: SentenceEnds::default(),
            swallowing: None,
            closed: false,
            judged: 0,
            verdict: Verdict::default(),
        }
    }

    fn take(&mut self, c: char, out: &mut Vec<Piece>) {
        if self.swallow(c) {
            return;
        }
        if is_ignorable(c) {
            self.ignorable_run += 1;
            if self.ignorable_run > LONGEST_IGNORABLE_RUN {
                self.judged += c.len_utf8() as u64;
                return;
            }
        } else {
            self.ignorable_run = 0;
            self.visible += 1;
        }
        self.held.push(c);
        if self.ends.step(c) {
            self.judge(true, out);
            self.context.clear();
        } else if self.visible >= self.window {
            self.judge(false, out);
        }
    }

    /// Whether `c` belongs to a finding that was replaced already.
    fn swallow(&mut self, c: char) -> bool {
        let Some((tail, seen)) = &mut self.swallowing else { return false };
        let invisible = is_ignorable(c);
        if !invisible && !tail.goes_on(seen, c) {
            // What comes now stands beside the end of it.
            self.context = std::mem::take(seen);
            self.swallowing = None;
            return false;
        }
        if !invisible {
            seen.push(c);
            state::keep_last(seen, 64);
        }
        self.judged += c.len_utf8() as u64;
        true
    }

    /// Judges what is held. `over`: nothing that stands there depends on what comes.
    fn judge(&mut self, over: bool, out: &mut Vec<Piece>) {
        let before = self.context.len();
        let text = format!("{}{}", self.context, self.held.text());
        let findings = self.inspector.inspect_sentence(&text);
        // What begins behind this may look different once more has come.
        let certain = if over { text.len() } else { state::before_last_visible(&text, REACH).max(before) };
        let forbidden = findings.found.iter().find(|finding| {
            finding.action == Action::Block && finding.range.end > before && finding.range.start < certain
        });
        if let Some(forbidden) = forbidden.filter(|_| self.mode == Mode::Block) {
            let policy = forbidden.rule.to_string();
            self.record(&findings, before, text.len());
            self.verdict.blocked = Some(policy.clone());
            out.push(Piece::Mark(Mark::Blocked { policy }));
            self.close(out);
            return;
        }
        let masks: Vec<Mask> = match self.mode {
            Mode::Audit => Vec::new(),
            Mode::Block | Mode::Redact => findings.masks(Action::Redact),
        };
        let masks: Vec<Mask> = masks.into_iter().filter(|mask| mask.range.end > before).collect();
        let mut cut = certain;
        for mask in masks.iter().rev() {
            if mask.range.start < cut && cut < mask.range.end {
                cut = mask.range.start.max(before);
            }
        }
        if cut == before && !over {
            // The first mask covers all that could go: it is one long finding, and its end may be still to come.
            cut = masks.first().map_or(text.len(), |mask| mask.range.end);
        }
        self.record(&findings, before, cut);
        self.release(&text, before..cut, &masks, over, out);
    }

    /// Lets a part of the text go, with placeholders for masks.
    fn release(&mut self, text: &str, part: Range<usize>, masks: &[Mask], over: bool, out: &mut Vec<Piece>) {
        let (before, cut) = (part.start, part.end);
        let mut at = before;
        for mask in masks.iter().take_while(|mask| mask.range.start < cut) {
            let start = mask.range.start.max(at);
            self.held.release(start - at, out);
            append_text(&mask.rule.placeholder(), out);
            out.push(Piece::Mark(Mark::Redacted { policy: mask.rule.to_string() }));
            self.held.discard(mask.range.end - start, out);
            at = mask.range.end;
            if at == text.len() && !over && mask.tail != Tail::Closed {
                let mut seen = text.get(mask.range.clone()).unwrap_or_default().to_owned();
                state::keep_last(&mut seen, 64);
                self.swallowing = Some((mask.tail, seen));
            }
        }
        match self.mode {
            // It went out when it came in.
            Mode::Audit => self.held.discard(cut - at, &mut Vec::new()),
            Mode::Block | Mode::Redact => self.held.release(cut - at, out),
        }
        self.judged += (cut - before) as u64;
        self.context = text.get(..cut).unwrap_or_default().to_owned();
        let start = state::before_last_visible(&self.context, REACH);
        self.context.drain(..start);
        self.visible = self.held.text().chars().filter(|c| !is_ignorable(*c)).count();
    }

    /// Notes findings that begin before `cut` and were not noted before.
    fn record(&mut self, findings: &Findings, before: usize, cut: usize) {
        for finding in &findings.found {
            // An audit lets text go in the middle of a finding and has noted it then.
            let is_new = finding.range.start >= before || self.mode != Mode::Audit;
            if is_new && finding.range.end > before && finding.range.start < cut {
                let start = (self.judged + finding.range.start as u64).saturating_sub(before as u64);
                self.verdict.note(finding, start);
            }
        }
    }

    /// Lets nothing out any more, but for the verdicts of other guards.
    fn close(&mut self, out: &mut Vec<Piece>) {
        self.closed = true;
        self.swallowing = None;
        self.context.clear();
        let mut marks = Vec::new();
        self.held.discard(self.held.len(), &mut marks);
        out.extend(marks.into_iter().filter(|piece| matches!(piece, Piece::Mark(Mark::Verdict(_)))));
        self.visible = 0;
    }
}

impl Operator for Guardrail {
    fn push(&mut self, text: &str, out: &mut Vec<Piece>) {
        if self.closed {
            return;
        }
        if self.mode == Mode::Audit {
            append_text(text, out);
        }
        for c in text.chars() {
            self.take(c, out);
            if self.closed {
                return;
            }
        }
    }

    fn mark(&mut self, mark: Mark, out: &mut Vec<Piece>) {
        match self.mode {
            Mode::Audit => out.push(Piece::Mark(mark)),
            Mode::Block | Mode::Redact => self.held.mark(mark, out),
        }
    }

    fn end(&mut self, ending: Ending, out: &mut Vec<Piece>) {
        if !self.closed {
            // What was held when somebody else blocked is judged for the record; the pipeline shows none of it.
            self.judge(true, out);
        }
        self.close(out);
        self.verdict.ending = if self.verdict.blocked.is_some() { Ending::Blocked } else { ending };
        self.verdict.judged = self.judged;
        out.push(Piece::Mark(Mark::Verdict(std::mem::take(&mut self.verdict))));
    }

    fn held(&self) -> usize {
        self.held.len()
    }

    fn most_held(&self) -> usize {
        (self.window + 1) * WIDEST
    }
}
