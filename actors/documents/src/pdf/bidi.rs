//! From the order in which a line is seen to the order in which it is read.
//!
//! A page only tells where each letter stands. Lines with Arabic or Hebrew are sorted as seen, left to right, and then
//! turned into reading order; letters in presentation forms become the letters people search for.

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};
use unicode_normalization::UnicodeNormalization;

/// A letter of a right-to-left script.
pub(super) fn is_rtl(character: char) -> bool {
    matches!(bidi_class(character), BidiClass::R | BidiClass::AL)
}

/// A letter of a left-to-right script.
pub(super) fn is_ltr(character: char) -> bool {
    bidi_class(character) == BidiClass::L
}

/// Neighbours of which one is read from the left and one from the right are never one word, even when they touch.
pub(super) fn change_script(left: &str, right: &str) -> bool {
    let (Some(left), Some(right)) = (left.chars().next_back(), right.chars().next()) else { return false };
    (is_rtl(left) && is_ltr(right)) || (is_ltr(left) && is_rtl(right))
}

/// A sign drawn on the letter before it.
pub(super) fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

/// Joins clusters given in visual order (left to right) into logical order.
pub(super) fn logical(clusters: &[String], rtl_page: bool) -> String {
    let (mut rtl, mut ltr) = (0_usize, 0_usize);
    for character in clusters.iter().flat_map(|cluster| cluster.chars()) {
        rtl += usize::from(is_rtl(character));
        ltr += usize::from(is_ltr(character));
    }
    if rtl == 0 {
        return normal(&clusters.concat());
    }
    // One stand-in character per cluster, so that levels and clusters have the same index.
    let seen: String = clusters.iter().map(|cluster| cluster.chars().next().unwrap_or(' ')).collect();
    let base = if rtl >= ltr || rtl_page { Level::rtl() } else { Level::ltr() };
    let info = BidiInfo::new(&seen, Some(base));
    let levels: Vec<Level> = seen.char_indices().map(|(at, _)| info.levels[at]).collect();
    let mut text = String::new();
    for index in BidiInfo::reorder_visual(&levels) {
        let cluster = &clusters[index];
        match (levels[index].is_rtl(), mirrored(cluster)) {
            (true, Some(bracket)) => text.push(bracket),
            _ => text.push_str(cluster),
        }
    }
    normal(&text)
}

/// A bracket in a right-to-left run is drawn mirrored; the letter behind it is the other one.
fn mirrored(cluster: &str) -> Option<char> {
    Some(match cluster {
        "(" => ')',
        ")" => '(',
        "[" => ']',
        "]" => '[',
        "{" => '}',
        "}" => '{',
        "«" => '»',
        "»" => '«',
        "<" => '>',
        ">" => '<',
        _ => return None,
    })
}

/// Ligatures and Arabic presentation forms are shapes, not letters; marks join their letters. Nothing else is folded:
/// `x²` must not become `x2`.
fn normal(text: &str) -> String {
    let shape = |c: char| matches!(c, '\u{FB00}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut letters = String::with_capacity(text.len());
    for character in text.chars() {
        if shape(character) { letters.extend(character.nfkc()) } else { letters.push(character) }
    }
    letters.nfc().filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(visual: &str) -> Vec<String> {
        visual.chars().map(String::from).collect()
    }

    #[test]
    fn arabic_line_is_read_from_the_right_with_numbers_and_latin_kept() {
        // A line of an Arabic page, even when most of its letters are Latin.
        assert_eq!(logical(&clusters("2024 Python ةغل"), true), "لغة Python 2024");
    }

    #[test]
    fn presentation_forms_become_letters() {
        assert_eq!(logical(&clusters("\u{FEDF}\u{FE8E}"), false), "ال");
        assert_eq!(logical(&["o".into(), "\u{FB03}".into(), "ce".into()], false), "office");
    }

    #[test]
    fn hebrew_word_in_an_english_line_is_turned_alone() {
        assert_eq!(logical(&clusters("the word םולש is peace"), false), "the word שלום is peace");
    }

    #[test]
    fn superscripts_are_not_folded() {
        assert_eq!(logical(&clusters("x²"), false), "x²");
    }
}
