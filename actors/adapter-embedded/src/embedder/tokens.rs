//! Text to token numbers, as BERT's uncased models were trained: clean, lower case, no accents, then the longest known
//! pieces of each word.
//!
//! The file `tokenizer.json` that comes with the model cuts at 128 tokens and pads every text to 128, which costs the second
//! half of a chunk or ten times the work of a question. So it is not read: the limit is ours, and nothing is padded.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// A word of more characters is not looked up.
const LONGEST_WORD: usize = 100;

/// A vocabulary of word pieces.
#[derive(Debug)]
pub(super) struct Tokenizer {
    /// Pieces that begin a word.
    beginnings: HashMap<Box<str>, u32>,
    /// Pieces that continue one, without their mark.
    continuations: HashMap<Box<str>, u32>,
    start: u32,
    end: u32,
    unknown: u32,
}

impl Tokenizer {
    /// Reads `vocab.txt`: one piece per line, numbered from 0. `None` when a piece that every text needs is missing.
    pub(super) fn new(vocabulary: &str) -> Option<Self> {
        let (mut beginnings, mut continuations) = (HashMap::new(), HashMap::new());
        for (number, piece) in (0_u32..).zip(vocabulary.lines()) {
            match piece.strip_prefix("##") {
                Some(rest) if !rest.is_empty() => continuations.insert(rest.into(), number),
                _ => beginnings.insert(Box::<str>::from(piece), number),
            };
        }
        let special = |piece: &str| beginnings.get(piece).copied();
        let (start, end, unknown) = (special("[CLS]")?, special("[SEP]")?, special("[UNK]")?);
        Some(Self { beginnings, continuations, start, end, unknown })
    }

    /// How many pieces it knows.
    pub(super) fn size(&self) -> usize {
        self.beginnings.len() + self.continuations.len()
    }

    /// The tokens of a text, at most `limit` with the marks of start and end; the rest of the text is not looked at.
    pub(super) fn tokens(&self, text: &str, limit: usize) -> Vec<u32> {
        let mut tokens = vec![self.start];
        let mut word = String::new();
        let room = limit.saturating_sub(1);
        for letter in normalised(text) {
            let alone = is_punctuation(letter) || is_ideograph(letter);
            if alone || letter.is_whitespace() {
                self.push_word(&word, &mut tokens);
                word.clear();
                if alone {
                    self.push_word(letter.encode_utf8(&mut [0; 4]), &mut tokens);
                }
                if tokens.len() >= room {
                    break;
                }
            } else if word.len() <= 4 * LONGEST_WORD {
                word.push(letter);
            }
        }
        self.push_word(&word, &mut tokens);
        tokens.truncate(room);
        tokens.push(self.end);
        tokens
    }

    fn push_word(&self, word: &str, tokens: &mut Vec<u32>) {
        if word.is_empty() {
            return;
        }
        let before = tokens.len();
        if word.chars().count() > LONGEST_WORD || !self.push_pieces(word, tokens) {
            tokens.truncate(before);
            tokens.push(self.unknown);
        }
    }

    /// False when some part of the word is no known piece.
    fn push_pieces(&self, word: &str, tokens: &mut Vec<u32>) -> bool {
        let mut rest = word;
        let mut pieces = &self.beginnings;
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(offset, letter)| offset + letter.len_utf8()).rev();
            let longest = ends.into_iter().find_map(|end| Some((end, *pieces.get(&rest[..end])?)));
            let Some((end, token)) = longest else { return false };
            tokens.push(token);
            rest = &rest[end..];
            pieces = &self.continuations;
        }
        true
    }
}

/// Without control characters and accents, in lower case.
fn normalised(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter_map(|letter| match letter {
            '\t' | '\n' | '\r' => Some(' '),
            '\0' | '\u{fffd}' => None,
            _ if letter.is_whitespace() => Some(' '),
            _ if letter.is_ascii() => (!letter.is_control()).then_some(letter),
            _ => (!is_control(letter)).then_some(letter),
        })
        .nfd()
        .filter(|letter| letter.is_ascii() || letter.general_category() != GeneralCategory::NonspacingMark)
        .flat_map(char::to_lowercase)
}

fn is_control(letter: char) -> bool {
    matches!(
        letter.general_category(),
        GeneralCategory::Control | GeneralCategory::Format | GeneralCategory::PrivateUse | GeneralCategory::Surrogate
    )
}

fn is_punctuation(letter: char) -> bool {
    letter.is_ascii_punctuation()
        || (!letter.is_ascii() && letter.general_category_group() == GeneralCategoryGroup::Punctuation)
}

/// Each of these is a word.
fn is_ideograph(letter: char) -> bool {
    matches!(letter,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2b81f}' | '\u{2b920}'..='\u{2ceaf}' | '\u{2f800}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> Tokenizer {
        Tokenizer::new("[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\ncafe\n,\n東\n##s").unwrap()
    }

    #[test]
    fn words_become_their_longest_pieces() {
        assert_eq!(tokenizer().tokens("Unaffable, CAFÉS", 99), [2, 4, 5, 6, 8, 7, 10, 3]);
        assert_eq!(tokenizer().tokens("東un\u{0}\u{200b}\u{ad} xyz", 99), [2, 9, 4, 1, 3]);
        assert_eq!(tokenizer().tokens("", 99), [2, 3]);
    }

    #[test]
    fn long_texts_are_cut_with_their_end_in_place() {
        assert_eq!(tokenizer().tokens("un un un un", 4), [2, 4, 4, 3]);
        assert_eq!(tokenizer().tokens(&"un".repeat(1 << 20), 99), [2, 1, 3]);
    }

    #[test]
    fn a_vocabulary_without_marks_is_refused() {
        assert!(Tokenizer::new("a\nb").is_none());
    }
}
