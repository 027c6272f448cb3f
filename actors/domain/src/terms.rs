//! Words as retrieval sees them: lower case, English stems, no stop words.
//!
//! Other languages pass through: their words are lower-cased and compared whole, and scripts without spaces are compared by
//! character, since Unicode's word rule gives one character per word there. Stemming is applied to plain ASCII words only.

use rust_stemmers::{Algorithm, Stemmer};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// A term and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Lower case, stemmed.
    pub stem: String,
    /// Byte range of the word in the text.
    pub range: Range<usize>,
    /// Whether it carries little meaning by itself.
    pub stop: bool,
}

/// Makes terms; keeps the stemmer between calls.
pub struct Analyser {
    stemmer: Stemmer,
}

impl Default for Analyser {
    fn default() -> Self {
        Self { stemmer: Stemmer::create(Algorithm::English) }
    }
}

impl std::fmt::Debug for Analyser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Analyser")
    }
}

impl Analyser {
    /// Every word of `text`, stop words marked.
    pub fn analyse(&self, text: &str) -> Vec<Term> {
        let mut terms = Vec::new();
        for (start, word) in text.unicode_word_indices() {
            // `snake_case` and `well.known` are one word to Unicode and several to people.
            let mut offset = start;
            for part in word.split_inclusive(is_joint) {
                let bare = part.trim_end_matches(is_joint);
                if !bare.is_empty() {
                    terms.push(self.term(bare, offset..offset + bare.len()));
                }
                offset += part.len();
            }
        }
        terms
    }

    /// Stems of the words of `text` that carry meaning, in order.
    pub fn stems(&self, text: &str) -> Vec<String> {
        self.analyse(text).into_iter().filter(|term| !term.stop).map(|term| term.stem).collect()
    }

    /// Stem of one word.
    pub fn stem(&self, word: &str) -> String {
        let lower = word.to_lowercase().replace('\u{2019}', "'");
        let bare = lower.strip_suffix("'s").unwrap_or(&lower);
        if bare.len() > 2 && bare.len() <= 64 && bare.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return self.stemmer.stem(bare).into_owned();
        }
        // `10,000` and `10.000` as people write them; a thousands mark never changes which number is meant in one text.
        if bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
            bare.replace(',', "")
        } else {
            bare.to_owned()
        }
    }

    fn term(&self, word: &str, range: Range<usize>) -> Term {
        let lower = word.to_lowercase().replace('\u{2019}', "'");
        Term { stop: is_stop_word(&lower), stem: self.stem(word), range }
    }
}

/// Lower-cased, stemmed terms of `text` without stop words, in order.
pub fn terms(text: &str) -> Vec<String> {
    Analyser::default().stems(text)
}

/// Joins parts of identifiers; a point between digits stays.
fn is_joint(c: char) -> bool {
    c == '_'
}

/// Whether a lower-case word carries little meaning by itself.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// The digits of a small number in letters.
pub fn number_word(word: &str) -> Option<&'static str> {
    NUMBER_WORDS.iter().find(|(name, _)| *name == word).map(|(_, digits)| *digits)
}

const NUMBER_WORDS: &[(&str, &str)] = &[
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("thirteen", "13"),
    ("fourteen", "14"),
    ("fifteen", "15"),
    ("sixteen", "16"),
    ("seventeen", "17"),
    ("eighteen", "18"),
    ("nineteen", "19"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("seventy", "70"),
    ("eighty", "80"),
    ("ninety", "90"),
    ("hundred", "100"),
    ("thousand", "1000"),
];

/// English function words, sorted.
const STOP_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are", "aren't", "as",
    "at", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "can't",
    "cannot", "could", "did", "didn't", "do", "does", "doesn't", "doing", "don't", "down", "during", "each", "else",
    "ever", "few", "for", "from", "further", "had", "has", "hasn't", "have", "haven't", "having", "he", "her", "here",
    "hers", "him", "his", "how", "i", "i'm", "if", "in", "into", "is", "isn't", "it", "it's", "its", "itself", "just",
    "let", "may", "me", "might", "more", "most", "must", "my", "myself", "no", "nor", "not", "of", "off", "on", "once",
    "only", "or", "other", "our", "ours", "out", "over", "own", "s", "same", "shall", "she", "should", "so", "some",
    "such", "t", "than", "that", "the", "their", "theirs", "them", "then", "there", "these", "they", "this", "those",
    "through", "to", "too", "under", "until", "up", "upon", "us", "very", "was", "wasn't", "we", "were", "weren't",
    "what", "what's", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "won't",
    "would", "you", "your", "yours", "yourself",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_can_be_searched() {
        assert!(STOP_WORDS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn words_meet_across_their_forms() {
        let cases = [
            ("Refunds are REFUNDED", vec!["refund", "refund"]),
            ("the customer's order", vec!["custom", "order"]),
            ("max_retry_count=3.5", vec!["max", "retri", "count", "3.5"]),
            ("10,000 items", vec!["10000", "item"]),
            ("Straße über Köln", vec!["straße", "über", "köln"]),
            ("東京", vec!["東", "京"]),
            ("", vec![]),
            ("what is the", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(terms(text), expected, "{text}");
        }
    }

    #[test]
    fn ranges_point_at_the_words() {
        let text = "An open_file, café.";
        let found: Vec<&str> = Analyser::default().analyse(text).iter().map(|term| &text[term.range.clone()]).collect();
        assert_eq!(found, ["An", "open", "file", "café"]);
    }
}
