//! Terms that must not be said, alone (a list) or together in a sentence (a topic).

use super::reading::{Reading, folded};
use super::sentence_end::sentence_ranges;
use super::{Action, GuardRules, Rule, RuleError, Topic};
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::Arc;

/// Longest term, in characters.
const LONGEST_TERM: usize = 64;
/// Most words of a term. With the white space between them it still fits the reach of a finding.
const MOST_WORDS: usize = 16;
/// Longest white space within a phrase, in bytes.
const LONGEST_GAP: usize = 4;
/// Longest run of Markdown's marks of emphasis within a term.
const LONGEST_EMPHASIS: usize = 3;

/// One automaton for the terms of all lists and topics.
#[derive(Debug)]
pub(super) struct Words {
    automaton: Option<AhoCorasick>,
    /// What each term of the automaton belongs to.
    owners: Vec<Owner>,
    lists: Vec<(Rule, Action)>,
    topics: Vec<(Rule, Action, usize)>,
}

#[derive(Debug, Clone, Copy)]
enum Owner {
    List(usize),
    Group { topic: usize, group: usize },
}

impl Words {
    pub(super) fn new(rules: &GuardRules) -> Result<Self, RuleError> {
        let (mut terms, mut owners, mut lists, mut topics) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for list in &rules.words {
            for term in &list.terms {
                terms.push(prepared(&list.name, term)?);
                owners.push(Owner::List(lists.len()));
            }
            lists.push((Rule::Word(Arc::from(list.name.as_str())), list.action));
        }
        for topic in &rules.topics {
            let (groups, most) = (topic.groups.len(), Topic::MOST_GROUPS);
            if groups == 0 || groups > most || topic.groups.iter().any(Vec::is_empty) {
                return Err(RuleError::Groups { topic: topic.name.clone(), groups, most });
            }
            for (group, members) in topic.groups.iter().enumerate() {
                for term in members {
                    terms.push(prepared(&topic.name, term)?);
                    owners.push(Owner::Group { topic: topics.len(), group });
                }
            }
            topics.push((Rule::Topic(Arc::from(topic.name.as_str())), topic.action, groups));
        }
        let automaton = match terms.is_empty() {
            true => None,
            false => Some(AhoCorasick::new(&terms).map_err(|error| RuleError::TooMany(error.to_string()))?),
        };
        Ok(Self { automaton, owners, lists, topics })
    }

    /// Every place where a term stands, whatever else stands there.
    pub(super) fn scan(&self, reading: &Reading) -> Vec<(Range<usize>, Rule, Action)> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let spaced = Spaced::of(&reading.letters);
        let mut found = Vec::new();
        let mut hits: Vec<Vec<(Range<usize>, usize)>> = vec![Vec::new(); self.topics.len()];
        for hit in automaton.find_overlapping_iter(&spaced.text) {
            let range = spaced.original(hit.range());
            if !is_whole(&reading.letters, range.clone()) {
                continue;
            }
            match self.owners.get(hit.pattern().as_usize()) {
                Some(Owner::List(list)) => {
                    let (rule, action) = &self.lists[*list];
                    found.push((range, rule.clone(), *action));
                }
                Some(Owner::Group { topic, group }) => hits[*topic].push((range, *group)),
                None => {}
            }
        }
        for ((rule, action, groups), hits) in self.topics.iter().zip(&hits) {
            let spans = together(&reading.letters, hits, *groups);
            found.extend(spans.into_iter().map(|range| (range, rule.clone(), *action)));
        }
        found
    }
}

/// A term as the automaton knows it.
fn prepared(list: &str, term: &str) -> Result<String, RuleError> {
    let (list, written) = (list.to_owned(), term.to_owned());
    let term = Spaced::of(folded(term).trim()).text;
    if !term.contains(char::is_alphanumeric) {
        return Err(RuleError::EmptyTerm { list, term: written });
    }
    if term.chars().count() > LONGEST_TERM || term.split(' ').count() > MOST_WORDS {
        return Err(RuleError::LongTerm { list, term: written, most: LONGEST_TERM, most_words: MOST_WORDS });
    }
    if sentence_ranges(&term).len() > 1 {
        return Err(RuleError::TwoSentences { list, term: written });
    }
    Ok(term)
}

/// A text with one space for each run of white space and without marks of emphasis, unless a run is longer than a term may
/// have inside.
struct Spaced {
    text: String,
    /// Where each byte came from, and where the original of it ends.
    places: Vec<(usize, usize)>,
}

impl Spaced {
    fn of(letters: &str) -> Self {
        let mut spaced = Self { text: String::with_capacity(letters.len()), places: Vec::with_capacity(letters.len()) };
        let mut rest = letters.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            let kind = Kind::of(c);
            let mut end = at + c.len_utf8();
            while kind != Kind::Letter
                && let Some((at, c)) = rest.next_if(|(_, c)| Kind::of(*c) == kind)
            {
                end = at + c.len_utf8();
            }
            match kind {
                Kind::Letter => spaced.append(c, at..end),
                Kind::Emphasis if end - at <= LONGEST_EMPHASIS => {}
                Kind::Space if end - at <= LONGEST_GAP => spaced.append(' ', at..end),
                Kind::Emphasis | Kind::Space => spaced.append('\n', at..end),
            }
        }
        spaced
    }

    fn append(&mut self, c: char, from: Range<usize>) {
        self.text.push(c);
        self.places.resize(self.text.len(), (from.start, from.end));
    }

    fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.places.get(range.start).map_or(0, |place| place.0);
        let end = range.end.checked_sub(1).and_then(|last| self.places.get(last)).map_or(start, |place| place.1);
        start..end
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Space,
    Emphasis,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            '*' | '~' | '`' => Self::Emphasis,
            c if c.is_whitespace() => Self::Space,
            _ => Self::Letter,
        }
    }
}

/// Whether a match is not part of a longer word; a mark of emphasis beside it parts words. Scripts without spaces between words have no such thing.
fn is_whole(text: &str, range: Range<usize>) -> bool {
    let joined = |a: Option<char>, b: Option<char>| {
        a.is_some_and(is_word) && b.is_some_and(is_word) && !a.is_some_and(is_unspaced) && !b.is_some_and(is_unspaced)
    };
    let inside = &text[range.clone()];
    !joined(text[..range.start].chars().next_back(), inside.chars().next())
        && !joined(inside.chars().next_back(), text[range.end..].chars().next())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Thai, Lao, Khmer, Burmese, Japanese and Chinese are written without spaces. Hangul has spaces, but endings that stick
/// to the word.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}'
        | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}'
        | '\u{20000}'..='\u{2FA1F}')
}

/// Spans in which a term of every group stands: for each hit the shortest one that ends there.
fn together(letters: &str, hits: &[(Range<usize>, usize)], groups: usize) -> Vec<Range<usize>> {
    let mut latest: Vec<Option<usize>> = vec![None; groups];
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut sorted: Vec<&(Range<usize>, usize)> = hits.iter().collect();
    sorted.sort_by_key(|(range, _)| (range.end, range.start));
    for (range, group) in sorted {
        if let Some(place) = latest.get_mut(*group) {
            // A later start is a shorter span.
            *place = Some(place.map_or(range.start, |known| known.max(range.start)));
        }
        let Some(start) = latest.iter().copied().collect::<Option<Vec<usize>>>().and_then(|all| all.into_iter().min())
        else {
            continue;
        };
        let span = start..range.end;
        let near = span.len() <= Topic::DISTANCE
            || (span.len() <= Topic::DISTANCE * 4 && letters[span.clone()].chars().count() <= Topic::DISTANCE);
        if near {
            spans.push(span);
        }
    }
    spans
}
