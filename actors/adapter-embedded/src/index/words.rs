//! What a word is, for text that is indexed and for questions alike.
//!
//! Lower case, accents folded, English stop words dropped, English stems. Scripts that are written without spaces become
//! pairs of neighbouring characters, so Chinese, Japanese, Korean or Thai text is found without a dictionary. For other
//! languages nothing is lost but stemming.

use std::{collections::BTreeMap, iter::Peekable, str::CharIndices};

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, Stemmer, StopWordFilter, TextAnalyzer, Token,
    TokenStream, Tokenizer,
};

/// Longer runs of letters are data, not words.
const LONGEST_WORD: usize = 80;

/// More different words than any question has; bounds what one search may cost.
const MOST_QUESTION_WORDS: usize = 256;

/// The analysis used for text and questions. Changing it changes the format of the index.
pub(super) fn analyzer() -> TextAnalyzer {
    let builder = TextAnalyzer::builder(WordSplitter::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .dynamic();
    let builder = match StopWordFilter::new(Language::English) {
        Some(stop_words) => builder.filter_dynamic(stop_words),
        None => builder,
    };
    builder.filter_dynamic(Stemmer::new(Language::English)).build()
}

/// The different words of a question, each with how often it occurs.
pub(super) fn question_words(analyzer: &mut TextAnalyzer, text: &str) -> BTreeMap<String, u32> {
    let mut words = BTreeMap::new();
    let mut stream = analyzer.token_stream(text);
    while let Some(token) = stream.next() {
        if let Some(count) = words.get_mut(&token.text) {
            *count += 1;
        } else if words.len() < MOST_QUESTION_WORDS {
            words.insert(token.text.clone(), 1);
        }
    }
    words
}

/// Cuts text into runs of letters and digits.
#[derive(Debug, Clone, Default)]
struct WordSplitter {
    token: Token,
}

struct WordStream<'a> {
    chars: Peekable<CharIndices<'a>>,
    /// The last character of an unspaced run: the first half of the next pair.
    previous: Option<char>,
    token: &'a mut Token,
}

impl Tokenizer for WordSplitter {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { chars: text.char_indices().peekable(), previous: None, token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        self.token.position = self.token.position.wrapping_add(1);
        while let Some((offset, letter)) = self.chars.next() {
            self.token.offset_from = offset;
            if is_unspaced(letter) {
                if self.pair(letter) {
                    return true;
                }
            } else {
                self.previous = None;
                if letter.is_alphanumeric() {
                    self.word(letter);
                    return true;
                }
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

impl WordStream<'_> {
    fn word(&mut self, first: char) {
        self.token.text.push(first);
        while let Some((_, letter)) = self.chars.next_if(|(_, letter)| continues_word(*letter)) {
            if !is_combining_mark(letter) {
                self.token.text.push(letter);
            }
        }
        self.token.offset_to = self.token.offset_from + self.token.text.len();
    }

    /// A pair with the character before, or the character alone when it has no neighbour.
    fn pair(&mut self, letter: char) -> bool {
        let next_joins = self.chars.peek().is_some_and(|(_, next)| is_unspaced(*next));
        match self.previous.replace(letter) {
            Some(previous) => self.token.text.extend([previous, letter]),
            None if next_joins => return false,
            None => self.token.text.push(letter),
        }
        self.token.offset_to = self.token.offset_from + letter.len_utf8();
        true
    }
}

fn continues_word(letter: char) -> bool {
    (letter.is_alphanumeric() || is_combining_mark(letter)) && !is_unspaced(letter)
}

/// Accents that follow their letter in decomposed text.
fn is_combining_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// Letters of scripts that put no spaces between words.
fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Myanmar
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3041}'..='\u{30ff}' // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // Han
        | '\u{ac00}'..='\u{d7af}' // Hangul
        | '\u{20000}'..='\u{3ffff}')
        && (letter.is_alphanumeric() || matches!(letter, '\u{0e00}'..='\u{17ff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut analyzer = analyzer();
        let mut stream = analyzer.token_stream(text);
        let mut words = Vec::new();
        while let Some(token) = stream.next() {
            words.push(token.text.clone());
        }
        words
    }

    #[test]
    fn words_are_folded_and_stemmed() {
        assert_eq!(words("The Café's RUNNING costs, 2024!"), ["cafe", "s", "run", "cost", "2024"]);
        assert_eq!(words("cafe\u{301} Ünïcode straße"), ["cafe", "unicod", "strass"]);
        assert_eq!(words("CVE-2024-3094 foo_bar"), ["cve", "2024", "3094", "foo", "bar"]);
    }

    #[test]
    fn unspaced_scripts_become_pairs() {
        assert_eq!(words("東京都 に"), ["東京", "京都", "に"]);
        assert_eq!(words("GPT模型2號"), ["gpt", "模型", "2", "號"]);
        assert_eq!(words("서울 날씨"), ["서울", "날씨"]);
    }

    #[test]
    fn other_languages_keep_their_words() {
        assert_eq!(words("Москва большая"), ["москва", "большая"]);
        assert_eq!(words("مرحبا بالعالم"), ["مرحبا", "بالعالم"]);
        assert!(words(" \u{0}…—").is_empty());
    }

    #[test]
    fn data_is_not_a_word() {
        assert_eq!(words(&format!("key {} end", "x".repeat(500))), ["key", "end"]);
    }

    #[test]
    fn a_question_counts_its_words() {
        let words = question_words(&mut analyzer(), "Costs, cost and the costs of it");
        assert_eq!(words.into_iter().collect::<Vec<_>>(), [("cost".to_owned(), 3)]);
    }
}
