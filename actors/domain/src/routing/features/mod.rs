//! What a prompt is to the learned part: hashed n-grams of its words and characters, and its shape.
//!
//! | part | what | weight |
//! |---|---|---|
//! | words | n-grams of 1 to `word_order` neighbouring words | `(1 + ln count) x rarity`, to length 1 |
//! | characters | n-grams of `char_from` to `char_to` codes, gaps included | the same, to a length the model chooses |
//! | shape | [`SHAPES`] numbers: length, layout, kinds of characters | as they are |
//!
//! Only a window of a prompt is looked at ([`HEAD_BYTES`], [`TAIL_BYTES`]), so an enormous prompt costs no more than a long
//! one. The hash is ours and its seed is in the artefact: the same prompt has the same features everywhere and always.

mod count;
pub(crate) mod fold;
mod shape;

pub use fold::{HEAD_BYTES, TAIL_BYTES};
pub use shape::SHAPES;

use crate::routing::random::mix;
use count::Counter;
use fold::{CODE_BITS, CODE_MASK, DIGIT, Folded, LETTER};
use serde::{Deserialize, Serialize};
use shape::Tally;

/// Least and most bits of a slot.
pub const BITS: std::ops::RangeInclusive<u8> = 8..=18;
/// Most words in an n-gram of words.
pub const MAX_WORD_ORDER: u8 = 3;
/// Most codes in an n-gram of characters.
pub const MAX_CHAR_ORDER: u8 = 5;

/// How features are made; part of the artefact, because a model only understands its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSpec {
    /// Of the hash.
    pub seed: u64,
    /// There are `2^bits` slots.
    pub bits: u8,
    /// Longest n-gram of words; 0 for none.
    pub word_order: u8,
    /// Shortest n-gram of characters.
    pub char_from: u8,
    /// Longest n-gram of characters; 0 for none.
    pub char_to: u8,
}

impl Default for FeatureSpec {
    fn default() -> Self {
        Self { seed: 0x0C0E_11E5, bits: 18, word_order: 1, char_from: 5, char_to: 5 }
    }
}

/// What is counted in one prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// Slots of n-grams of words, in the order in which they were met.
    pub words: Vec<(u32, u16)>,
    /// Slots of n-grams of characters.
    pub chars: Vec<(u32, u16)>,
    /// How the prompt looks.
    pub shape: [f32; SHAPES],
}

impl FeatureSpec {
    /// Whether the numbers are within their bounds.
    pub fn is_sound(&self) -> bool {
        let chars = self.char_to == 0 || (1..=self.char_to).contains(&self.char_from) && self.char_to <= MAX_CHAR_ORDER;
        BITS.contains(&self.bits) && self.word_order <= MAX_WORD_ORDER && chars
    }

    /// Number of slots.
    pub fn slots(&self) -> usize {
        1 << self.bits.clamp(*BITS.start(), *BITS.end())
    }

    /// Counts the n-grams of `prompt`.
    pub fn count(&self, prompt: &str) -> Counts {
        let (head, tail) = fold::window(prompt);
        let stretches: Vec<Vec<Folded>> =
            [head, tail].into_iter().filter(|text| !text.is_empty()).map(fold::fold).collect();
        let codes: usize = stretches.iter().map(Vec::len).sum();
        let mut words = Counter::with_room(codes / 2 * usize::from(self.word_order));
        let orders = if self.char_to == 0 { 0..=0 } else { self.char_from.max(1)..=self.char_to };
        let mut chars = Counter::with_room(codes * orders.clone().count());
        let mut tally = Tally::new();
        // N-grams never reach from one stretch into the next.
        for stretch in &stretches {
            tally.see(stretch);
            self.count_words(stretch, &mut words, &mut tally);
            for order in orders.clone().filter(|order| *order > 0) {
                self.count_chars(stretch, order, &mut chars);
            }
        }
        let lines = head.bytes().filter(|byte| *byte == b'\n').count();
        let shape = tally.shape(prompt.len(), lines);
        Counts { words: words.into_counts(), chars: chars.into_counts(), shape }
    }

    fn count_chars(&self, stretch: &[Folded], order: u8, chars: &mut Counter) {
        let mask = (1_u64 << (CODE_BITS * u32::from(order))) - 1;
        let tag = u64::from(order) << (5 * CODE_BITS);
        let mut register = 0;
        for (place, folded) in stretch.iter().enumerate() {
            register = (register << CODE_BITS | u64::from(folded & CODE_MASK)) & mask;
            if place + 1 >= usize::from(order) {
                chars.add(self.slot(register ^ tag));
            }
        }
    }

    fn count_words(&self, stretch: &[Folded], words: &mut Counter, tally: &mut Tally) {
        // Hashes of the two words before, the latest first; 0 for none.
        let mut before = [0; 2];
        let (mut hash, mut codes, mut digits) = (0_u64, 0_u32, 0_u32);
        // A stretch ends with a gap, so its last word ends within.
        for folded in stretch {
            if *folded >= DIGIT {
                // Only a rotation waits for the code before; the multiplication does not.
                hash = hash.rotate_left(11) ^ u64::from(folded & CODE_MASK).wrapping_mul(FACTOR);
                codes += 1;
                digits += u32::from(*folded < LETTER);
                continue;
            }
            if codes == 0 {
                continue;
            }
            tally.see_word(codes, digits == codes);
            let word = mix(hash) | 1;
            let mut gram = word;
            for order in 1..=usize::from(self.word_order) {
                words.add(self.slot(gram));
                match before.get(order - 1) {
                    Some(earlier) if *earlier != 0 => gram = mix(gram).wrapping_add(*earlier),
                    _ => break,
                }
            }
            before = [word, before[0]];
            (hash, codes, digits) = (0, 0, 0);
        }
    }

    fn slot(&self, gram: u64) -> u32 {
        (mix(gram ^ self.seed) >> (64 - u32::from(self.bits.clamp(*BITS.start(), *BITS.end())))) as u32
    }
}

/// Spreads the twelve bits of a code over a word; odd, so that nothing is lost.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests;
