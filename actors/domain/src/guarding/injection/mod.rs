//! Text that gives orders to the model: a scored set of signs.
//!
//! | sign | example | weight |
//! |---|---|---|
//! | one that says it outright | `ignore all previous instructions`, `<\|im_start\|>system`, hidden tag characters | 1 |
//! | one that needs company | `you are now`, `from now on`, `call send_email`, `I am your developer` | 0.3 to 0.7 |
//! | a mention, not a use | a person's `"ignore previous instructions"` in quotation marks | × 0.3 |
//!
//! The score is the sum of the weights of the different signs; 1 is a clear case. Material that a model is shown (a document, a
//! result of a tool) has no reason to talk to the model, so signs of that weigh there and not in what a person says. Base64 is
//! decoded once and read, too.
//!
//! These are heuristics. They tell orders that are worded like orders; they do not tell a question that merely should not
//! have been asked, or an order that could be anyone's sentence. The runtime must hold without them.

mod base64;
mod features;
mod features_of_content;

use super::Origin;
use super::confusables::{hidden_ascii, is_ignorable};
use super::reading::Reading;
use std::ops::Range;

/// A sign that was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Sign {
    /// Its name, e.g. `override`.
    pub feature: &'static str,
    /// What it adds to the score.
    pub weight: f32,
    /// Where it was seen first: bytes of the original text.
    pub range: Range<usize>,
}

/// What was seen in a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assessment {
    /// Sum of the weights.
    pub score: f32,
    /// The signs, in order of their place. None repeats.
    pub signs: Vec<Sign>,
}

/// Looks for signs in the whole of a text. Linear in its length.
pub fn assess(text: &str, origin: Origin) -> Assessment {
    let mut signs = plain_signs(text, origin);
    signs.extend(hidden_text(text, origin));
    signs.extend(encoded(text, origin));
    signs.sort_by_key(|sign| (sign.range.start, sign.feature));
    Assessment { score: signs.iter().fold(0.0, |sum, sign| sum + sign.weight), signs }
}

fn plain_signs(text: &str, origin: Origin) -> Vec<Sign> {
    let reading = Reading::of(text);
    let mut signs = Vec::new();
    for feature in features::all() {
        let full = match origin {
            Origin::User => feature.user,
            Origin::Content => feature.content,
            Origin::Model => 0.0,
        };
        if full <= 0.0 {
            continue;
        }
        let Some(seen) = feature.pattern.find(reading.letters.as_bytes()) else { continue };
        let mentioned = origin == Origin::User && is_mention(reading.letters.as_bytes(), seen.range());
        let weight = if mentioned { full * MENTION } else { full };
        signs.push(Sign { feature: feature.name, weight, range: reading.original(seen.range()) });
    }
    signs
}

/// Share of its weight that a sign has in quotation marks.
const MENTION: f32 = 0.3;

/// Whether the words stand in quotation marks of their own.
fn is_mention(letters: &[u8], range: Range<usize>) -> bool {
    const NEAR: usize = 3;
    let opens = letters[..range.start].iter().rev().take(NEAR).any(|byte| *byte == b'"');
    opens && letters[range.end..].iter().take(NEAR).any(|byte| *byte == b'"')
}

/// Fewer tag characters are a flag.
const LEAST_TAGS: usize = 8;
/// Words with an invisible character inside; one is an accident.
const LEAST_SPLIT_WORDS: usize = 3;

/// Text that people do not see: tag characters, and letters kept apart by characters without width.
fn hidden_text(text: &str, origin: Origin) -> Vec<Sign> {
    if origin == Origin::Model || text.is_ascii() {
        return Vec::new();
    }
    let mut signs = Vec::new();
    let tags = || text.char_indices().filter(|(_, c)| hidden_ascii(*c).is_some());
    if tags().count() >= LEAST_TAGS {
        let start = tags().next().map_or(0, |(at, _)| at);
        let end = tags().next_back().map_or(start, |(at, c)| at + c.len_utf8());
        signs.push(Sign { feature: "hidden_text", weight: 1.0, range: start..end });
    }
    let mut splits: Option<(Range<usize>, usize)> = None;
    let mut before = [' '; 2];
    for (at, c) in text.char_indices() {
        let inside = before[0].is_ascii_alphabetic() && is_ignorable(before[1]) && c.is_ascii_alphabetic();
        if inside && !unicode_normalization::char::is_combining_mark(before[1]) && before[1] != '\u{AD}' {
            let (range, count) = splits.get_or_insert((at..at, 0));
            (range.end, *count) = (at, *count + 1);
        }
        before = [before[1], c];
    }
    if let Some((range, _)) = splits.filter(|(_, count)| *count >= LEAST_SPLIT_WORDS) {
        signs.push(Sign { feature: "split_words", weight: 0.6, range });
    }
    signs
}

/// A text that hides in base64 and would be an order if it were written out.
fn encoded(text: &str, origin: Origin) -> Option<Sign> {
    const WORTH_TELLING: f32 = 0.7;
    if origin == Origin::Model {
        return None;
    }
    for range in base64::runs(text) {
        let Some(inside) = base64::decode(&text[range.clone()]) else { continue };
        let score: f32 = plain_signs(&inside, Origin::Content).iter().map(|sign| sign.weight).sum();
        if score >= WORTH_TELLING {
            return Some(Sign { feature: "encoded_order", weight: 1.0, range });
        }
    }
    None
}

#[cfg(test)]
mod tests;
