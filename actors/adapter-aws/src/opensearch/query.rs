//! What is asked: questions as words, vectors as neighbours, both inside a clearance.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::mapping::{TEXT, TOKEN, bytes, vector_field};

/// More different words than any question has; bounds what one search may cost.
const MOST_WORDS: usize = 256;
/// More terms than that no query may have; a character of a script without spaces can be one.
const MOST_TERMS: usize = 900;

/// What a hit says of itself.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Source {
    pub(super) token: String,
    pub(super) position: u32,
    pub(super) document: String,
    pub(super) version: String,
    pub(super) chunk: String,
    pub(super) ordinal: u32,
    pub(super) start: u64,
    pub(super) end: u64,
}

/// What of a hit is asked for: everything but text and vector.
const SOURCE: [&str; 8] = [TOKEN, "position", "document", "version", "chunk", "ordinal", "start", "end"];

/// The different words of a question, each with how often it occurs. What joins them and what no word has is dropped, so
/// nothing of a question is syntax.
pub(super) fn words(question: &str) -> BTreeMap<String, u32> {
    let mut words: BTreeMap<String, u32> = BTreeMap::new();
    let mut terms = 0;
    for word in question.split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter)) {
        if !word.chars().any(char::is_alphanumeric) {
            continue;
        }
        if let Some(count) = words.get_mut(word) {
            *count += 1;
            continue;
        }
        // A run without spaces has up to as many terms as characters.
        let most = if word.is_ascii() { 1 } else { word.chars().count() };
        if words.len() < MOST_WORDS && terms + most <= MOST_TERMS {
            terms += most;
            words.insert(word.to_owned(), 1);
        }
    }
    words
}

/// Accents that follow their letter.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}')
}

/// The best chunks by words.
pub(super) fn by_words(words: &BTreeMap<String, u32>, clauses: &[Value], size: usize) -> Bytes {
    let one = |(word, count): (&String, &u32)| json!({"match": {TEXT: {"query": word, "boost": count}}});
    let any: Vec<Value> = words.iter().map(one).collect();
    bytes(&json!({
        "size": size,
        "_source": SOURCE,
        "query": {"bool": {"should": any, "minimum_should_match": 1, "filter": clauses}},
    }))
}

/// The nearest chunks, filtered while they are looked for.
pub(super) fn by_vector(vector: &[f32], clauses: &[Value], size: usize) -> Bytes {
    let near = json!({"vector": vector, "k": size, "filter": {"bool": {"filter": clauses}}});
    bytes(&json!({
        "size": size,
        "_source": SOURCE,
        "query": {"knn": {vector_field(vector.len()): near}},
    }))
}

/// How much is found of what was written under a token.
pub(super) fn count(token: &str) -> Bytes {
    bytes(&json!({"size": 0, "track_total_hits": true, "query": {"term": {TOKEN: token}}}))
}

/// Ids of what was written under a token, in pages.
pub(super) fn ids(token: &str, size: usize) -> Bytes {
    bytes(&json!({"size": size, "_source": false, "query": {"term": {TOKEN: token}}}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(question: &str) -> Vec<(String, u32)> {
        words(question).into_iter().collect()
    }

    #[test]
    fn a_question_is_words_not_syntax() {
        let word = |word: &str, count| (word.to_owned(), count);
        assert_eq!(listed("costs AND (\"costs~2"), [word("2", 1), word("AND", 1), word("costs", 2)]);
        assert_eq!(listed("東京都 cafe\u{301}"), [word("cafe\u{301}", 1), word("東京都", 1)]);
        for nothing in ["", " ?!", "\u{0}", "🐧", "\u{301}"] {
            assert_eq!(listed(nothing), []);
        }
    }

    #[test]
    fn a_long_question_is_cut() {
        let many: String = (0..5_000).map(|number| format!("w{number} ")).collect();
        assert_eq!(words(&many).len(), MOST_WORDS);
        assert_eq!(words(&"京".repeat(5_000)).len(), 0);
        assert_eq!(words(&"xyzzy ".repeat(5_000)).into_values().collect::<Vec<_>>(), [5_000]);
    }
}
