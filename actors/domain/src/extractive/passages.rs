//! The sentences of the sources, each with what a reader knows when reading it.

use crate::sentences::sentences;
use crate::source::Source;
use crate::terms::{Analyser, is_stop_word};
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

/// A sentence of a source.
#[derive(Debug)]
pub(super) struct Passage {
    pub(super) source: usize,
    /// In the text of the source.
    pub(super) range: Range<usize>,
    pub(super) text: String,
    /// In order, stop words left out.
    pub(super) stems: Vec<String>,
    /// Stems of the whole source: what the text is about.
    pub(super) subject: Rc<HashSet<String>>,
    /// Stems of title, headings, table header, and of the question that this answers in a list of questions.
    pub(super) context: HashSet<String>,
    /// All words, stop words too.
    pub(super) words: usize,
    /// Headings and questions lead to an answer, they are none.
    pub(super) may_answer: bool,
    /// Whether the passage before it in the list belongs to the same source.
    pub(super) has_predecessor: bool,
}

impl Passage {
    /// Jaccard likeness of the words.
    pub(super) fn likeness(&self, other: &Self) -> f32 {
        let own: HashSet<&String> = self.stems.iter().collect();
        let others: HashSet<&String> = other.stems.iter().collect();
        let both = own.intersection(&others).count();
        let any = own.union(&others).count();
        if any == 0 { 1.0 } else { both as f32 / any as f32 }
    }
}

pub(super) fn passages(analyser: &Analyser, sources: &[Source]) -> Vec<Passage> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (index, source) in sources.iter().enumerate() {
        let framing = framing(analyser, source);
        let subject: Rc<HashSet<String>> = Rc::new(analyser.stems(&source.text).into_iter().collect());
        let mut heading: HashSet<String> = HashSet::new();
        let mut has_predecessor = false;
        for range in sentences(&source.text) {
            // Chunks overlap: the same words of the same document count once.
            let place =
                (&source.document, &source.version, source.chunk.start + range.start, source.chunk.start + range.end);
            if !seen.insert(place) {
                has_predecessor = false;
                continue;
            }
            let text = &source.text[range.clone()];
            let terms = analyser.analyse(text);
            let stems: Vec<String> = terms.iter().filter(|term| !term.stop).map(|term| term.stem.clone()).collect();
            let leads = leads(text);
            if is_rule(text) && text.contains('|') && has_predecessor {
                // What stands above the rule of a table is its header.
                heading =
                    found.last().map(|header: &Passage| header.stems.iter().cloned().collect()).unwrap_or_default();
                found.last_mut().into_iter().for_each(|header| header.may_answer = false);
            }
            found.push(Passage {
                source: index,
                text: text.to_owned(),
                context: framing.union(&heading).cloned().collect(),
                subject: Rc::clone(&subject),
                words: terms.len(),
                may_answer: !leads && !stems.is_empty() && !is_rule(text),
                has_predecessor,
                range,
                stems,
            });
            has_predecessor = true;
            if leads {
                heading = found.last().map(|passage| passage.stems.iter().cloned().collect()).unwrap_or_default();
            }
        }
    }
    found
}

fn framing(analyser: &Analyser, source: &Source) -> HashSet<String> {
    let mut framing: HashSet<String> = analyser.stems(&source.chunk.prefix).into_iter().collect();
    for text in source.chunk.headings.iter().chain(&source.title) {
        framing.extend(analyser.stems(text));
    }
    framing
}

/// A heading or a question: what follows belongs to it.
fn leads(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| c == '*' || c == '_' || c.is_whitespace());
    text.starts_with('#') || text.ends_with('?')
}

/// The line under a table header.
fn is_rule(text: &str) -> bool {
    !text.contains(char::is_alphanumeric)
}

/// Whether a word begins with a capital for another reason than beginning the sentence.
pub(super) fn has_name(text: &str) -> bool {
    text.split_whitespace().skip(1).any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.chars().next().is_some_and(char::is_uppercase) && !is_stop_word(&word.to_lowercase())
    })
}
