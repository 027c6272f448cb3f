//! From checked citations to the text that is shown: numbers are given last, so that no number points at a neighbour.

use super::{Citation, CitedAnswer, markers};
use std::ops::Range;

/// An answer as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// With markers `[1]`, …
    pub text: String,
    /// What the markers stand for, in order.
    pub citations: Vec<Citation>,
    /// Sentences of the text without a citation that holds, as byte ranges; empty when they were left out.
    pub untraced: Vec<Range<usize>>,
    /// How many such sentences there were, those that were left out too.
    pub untraced_count: usize,
    /// Citations that were claimed and did not hold.
    pub dropped: usize,
}

impl Rendered {
    /// Puts a marker for each citation that holds.
    fn cite(&mut self, citations: &[Citation], holds: &mut impl FnMut(&Citation) -> bool) -> bool {
        let mut cited = false;
        for citation in citations {
            if !holds(citation) {
                self.dropped += 1;
                continue;
            }
            let known = self.citations.iter().position(|known| known == citation);
            let number = known.unwrap_or_else(|| {
                self.citations.push(citation.clone());
                self.citations.len() - 1
            });
            self.text.push_str(&format!(" [{}]", number + 1));
            cited = true;
        }
        cited
    }
}

/// A model's answer with the citations for which `holds`. A sentence without any is untraced; `strict` leaves it out.
pub fn render(answer: &CitedAnswer, strict: bool, mut holds: impl FnMut(&Citation) -> bool) -> Rendered {
    let mut shown = Rendered { dropped: answer.dropped.len(), ..Rendered::default() };
    let mut end = 0;
    let mut gap = String::new();
    for sentence in &answer.sentences {
        let between = answer.text.get(end..sentence.range.start).unwrap_or_default();
        gap = wider(&gap, between);
        end = sentence.range.end;
        let words = answer.text.get(sentence.range.clone()).unwrap_or_default();
        let before = shown.text.len();
        if before > 0 {
            shown.text.push_str(&gap);
        }
        let start = shown.text.len();
        shown.text.push_str(words);
        let finish = shown.text.len();
        // A rule or a lone mark claims nothing.
        let claims = words.contains(char::is_alphanumeric);
        if shown.cite(&sentence.citations, &mut holds) || !claims {
            gap.clear();
            continue;
        }
        shown.untraced_count += 1;
        if strict {
            shown.text.truncate(before);
        } else {
            shown.untraced.push(start..finish);
            gap.clear();
        }
    }
    shown
}

/// Sentences of the documents themselves, one per line. A sentence whose citation does not hold is not shown, and what
/// reads like one of our markers in a sentence is escaped.
pub fn quote(sentences: &[(String, Citation)], mut holds: impl FnMut(&Citation) -> bool) -> Rendered {
    let mut shown = Rendered::default();
    for (words, citation) in sentences {
        let before = shown.text.len();
        if before > 0 {
            shown.text.push('\n');
        }
        shown.text.push_str(&markers::escaped(words.trim()));
        if !shown.cite(std::slice::from_ref(citation), &mut holds) {
            shown.text.truncate(before);
        }
    }
    shown
}

/// White space between two sentences: that of the text, so that lists stay lists, and at least a space.
fn wider(known: &str, between: &str) -> String {
    let lines = |text: &str| text.matches('\n').count();
    if lines(between) > lines(known) {
        return between.to_owned();
    }
    if known.is_empty() {
        if between.is_empty() { " ".to_owned() } else { between.to_owned() }
    } else {
        known.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::citation::resolve;
    use crate::source::{Source, source_for_tests};

    fn sources() -> [Source; 3] {
        [
            source_for_tests("a", 0, "Refunds take 14 days."),
            source_for_tests("b", 0, "Parcels are sent every Monday."),
            source_for_tests("c", 0, "The shop opens at nine."),
        ]
    }

    /// Reproduces numbers that shifted: `[2]` was written, then citation 1 was dropped, and `[2]` stood alone in a list of one.
    #[test]
    fn numbers_are_given_after_what_does_not_hold_was_dropped() {
        let answer = "Refunds take 14 days [1]. Parcels are sent every Monday [2]. The shop opens at nine [3].";
        let resolved = resolve(answer, &sources());
        let shown = render(&resolved, false, |citation| citation.document != "a");
        assert_eq!(shown.text, "Refunds take 14 days. Parcels are sent every Monday. [1] The shop opens at nine. [2]");
        let documents: Vec<&str> = shown.citations.iter().map(|citation| citation.document.as_str()).collect();
        assert_eq!(documents, ["b", "c"]);
        assert_eq!((shown.dropped, shown.untraced_count), (1, 1));
        assert_eq!(&shown.text[shown.untraced[0].clone()], "Refunds take 14 days.");
    }

    #[test]
    fn untraced_sentences_are_marked_or_left_out() {
        let answer =
            "In short:\n\n- Refunds take 14 days [1].\n- Refunds are a pleasure.\n- The shop opens at nine [3].";
        let resolved = resolve(answer, &sources());
        let shown = render(&resolved, false, |_| true);
        assert_eq!(
            shown.text,
            "In short:\n\n- Refunds take 14 days. [1]\n- Refunds are a pleasure.\n- The shop opens at nine. [2]"
        );
        let untraced: Vec<&str> = shown.untraced.iter().map(|range| &shown.text[range.clone()]).collect();
        assert_eq!(untraced, ["In short:", "- Refunds are a pleasure."]);
        let strict = render(&resolved, true, |_| true);
        assert_eq!(strict.text, "- Refunds take 14 days. [1]\n- The shop opens at nine. [2]");
        assert_eq!((strict.untraced.len(), strict.untraced_count), (0, 2));
        assert_eq!(render(&resolved, true, |_| false).text, "");
    }

    /// Reproduces: a quoted sentence brought numbers of its own, which read like ours.
    #[test]
    fn numbers_of_a_quoted_sentence_are_no_markers() {
        let source = source_for_tests("a", 0, "Seen before [1] and [12], see a[x] and [4](http://x).");
        let cited = Citation::of(&source, 0..source.text.len()).unwrap();
        let shown = quote(&[(source.text.clone(), cited.clone()), ("Gone.".to_owned(), cited)], |_| true);
        assert_eq!(shown.text, "Seen before \\[1\\] and \\[12\\], see a[x] and [4](http://x). [1]\nGone. [1]");
        assert!(resolve(&shown.text.replace("\nGone. [1]", ""), &[source]).citations().count() == 1);
        let cited = Citation::of(&source_for_tests("a", 0, "Gone."), 0..5).unwrap();
        assert_eq!(quote(&[("Gone.".to_owned(), cited)], |_| false).text, "");
    }
}
