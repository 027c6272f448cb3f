//! Sentence segmentation: Unicode's rule, corrected for abbreviations, with list items and table rows as units.
//!
//! Unicode ends a sentence at every line feed. Text that was wrapped at a fixed width would fall apart, so a line feed
//! counts as a space unless the next line begins something: a blank line, a list item, a table row, a heading.

use crate::document::BlockKind;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Byte ranges of the sentences of `text`, without the white space around them, in order. Together they hold every character
/// that is not white space.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for paragraph in paragraphs(text) {
        if is_complete(text[paragraph.clone()].trim_start()) {
            found.extend(trimmed(text, paragraph));
        } else {
            split_paragraph(text, paragraph, &mut found);
        }
    }
    found
}

/// [`sentences`] of a block, by its kind: rows and headings are one unit, code is cut at lines.
pub fn sentences_of_block(kind: BlockKind, text: &str) -> Vec<Range<usize>> {
    match kind {
        BlockKind::Heading(_) | BlockKind::TableRow | BlockKind::TableHeader => {
            trimmed(text, 0..text.len()).into_iter().collect()
        }
        BlockKind::Code => lines(text).filter_map(|line| trimmed(text, line)).collect(),
        BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quote | BlockKind::Aside => sentences(text),
    }
}

fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut offset = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        start..offset
    })
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let inside = &text[range.clone()];
    let start = range.start + (inside.len() - inside.trim_start().len());
    let end = start + inside.trim().len();
    (start < end).then_some(start..end)
}

/// Runs of lines that belong together.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for range in lines(text) {
        let line = text[range.clone()].trim();
        if line.is_empty() {
            open = false;
            continue;
        }
        match found.last_mut() {
            Some(paragraph) if open && !begins_unit(line) => paragraph.end = range.end,
            _ => found.push(range),
        }
        open = !is_complete(line);
    }
    found
}

/// A line that does not continue the one before.
fn begins_unit(line: &str) -> bool {
    if line.starts_with(['|', '#', '>']) {
        return true;
    }
    let mark = line.split_whitespace().next().unwrap_or_default();
    mark.len() < line.len() && is_list_mark(mark)
}

/// `-`, `*`, `•`, `3.`, `3)`, `(a)`: what stands before a list item.
fn is_list_mark(mark: &str) -> bool {
    if ["-", "*", "+", "•", "◦", "▪", "‣", "–", "·"].contains(&mark) {
        return true;
    }
    let Some(number) = mark.strip_suffix(['.', ')']) else { return false };
    let number = number.strip_prefix('(').unwrap_or(number);
    (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
        || (mark.ends_with(')') && number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// A line that is a unit by itself: a table row, a heading.
fn is_complete(line: &str) -> bool {
    line.starts_with(['|', '#'])
}

fn split_paragraph(text: &str, paragraph: Range<usize>, found: &mut Vec<Range<usize>>) {
    // One byte for one byte, so offsets stay.
    let flat = text[paragraph.clone()].replace(['\n', '\r'], " ");
    let mut open: Option<Range<usize>> = None;
    for (at, piece) in flat.split_sentence_bound_indices() {
        let start = open.take().map_or(at, |range| range.start);
        let range = start..at + piece.len();
        if continues(&flat[range.clone()], &flat[range.end..]) {
            open = Some(range);
        } else {
            found.extend(trimmed(text, paragraph.start + range.start..paragraph.start + range.end));
        }
    }
    if let Some(range) = open {
        found.extend(trimmed(text, paragraph.start + range.start..paragraph.start + range.end));
    }
}

/// Whether Unicode's end of sentence after `sentence` is only an abbreviation, an initial or a list number.
fn continues(sentence: &str, rest: &str) -> bool {
    let Some(next) = rest.trim_start().chars().next() else { return false };
    let Some(body) = sentence.trim().strip_suffix('.') else { return false };
    let word = body
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '\u{201C}' | '\u{2018}'))
        .next()
        .unwrap_or(body);
    if word.is_empty() {
        return false;
    }
    let alone = body.len() == word.len();
    if alone && word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I";
    let lower = word.to_lowercase();
    initial
        || ABBREVIATIONS.contains(&lower.as_str())
        || (BEFORE_NUMBERS.contains(&lower.as_str()) && next.is_numeric())
}

/// Seldom or never end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "cf", "al", "approx", "dept", "fig", "figs", "eq",
    "eqs", "sec", "ref", "refs", "gen", "col", "lt", "sgt", "rev", "hon", "sr", "jr", "viz", "resp", "ca", "z.b",
    "d.h", "u.a", "bzw", "ggf", "vgl", "mme", "mlle", "sra", "ing",
];

/// Abbreviations before a number, words or ends of sentences elsewhere.
const BEFORE_NUMBERS: &[&str] = &[
    "no", "nos", "nr", "vol", "ch", "art", "p", "pp", "para", "ex", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
    "sep", "sept", "oct", "nov", "dec", "tel", "ext", "§",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        let cases: &[(&str, &[&str])] = &[
            ("One. Two! Three?", &["One.", "Two!", "Three?"]),
            ("Dr. Smith met J. R. Jones. They spoke.", &["Dr. Smith met J. R. Jones.", "They spoke."]),
            ("Use tools, e.g. Rust. See Fig. 3 and No. 5.", &["Use tools, e.g. Rust.", "See Fig. 3 and No. 5."]),
            ("Is it so? No. It is not.", &["Is it so?", "No.", "It is not."]),
            ("It costs 3.50 EUR. Version 1.2.3 is out.", &["It costs 3.50 EUR.", "Version 1.2.3 is out."]),
            ("He said \"stop.\" Then he left.", &["He said \"stop.\"", "Then he left."]),
            ("A line that\nwas wrapped. Next\none.", &["A line that\nwas wrapped.", "Next\none."]),
            ("First\n\nSecond", &["First", "Second"]),
            (
                "Steps:\n- open it\n- close\n  it\n1. Go. Now.",
                &["Steps:", "- open it", "- close\n  it", "1. Go.", "Now."],
            ),
            ("| a | b. C |\n| c | d |\nafter", &["| a | b. C |", "| c | d |", "after"]),
            ("# Title\nText here.", &["# Title", "Text here."]),
            ("これは文です。次の文。", &["これは文です。", "次の文。"]),
            ("Wait... what? Yes", &["Wait... what?", "Yes"]),
            ("Smith et al. Found it.", &["Smith et al. Found it."]),
            ("Ends with Dr.", &["Ends with Dr."]),
            ("  \n ", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn a_block_is_cut_by_its_kind() {
        let of = |kind, text: &'static str| -> Vec<&str> {
            sentences_of_block(kind, text).into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(of(BlockKind::TableRow, "a. B,c. D"), ["a. B,c. D"]);
        assert_eq!(of(BlockKind::Code, "let a. B = 1;\n\nlet c;"), ["let a. B = 1;", "let c;"]);
        assert_eq!(of(BlockKind::Paragraph, "A b. C d."), ["A b.", "C d."]);
    }

    proptest! {
        #[test]
        fn nothing_but_white_space_is_lost(text in "([a-zA-Z0-9 .!?\n\r|#*\\-é文。\u{2028}\u{a0}]|Dr\\. |\n- |1\\. ){0,60}") {
            let found = sentences(&text);
            let mut end = 0;
            for range in &found {
                prop_assert!(range.start >= end && range.start < range.end);
                prop_assert!(text[end..range.start].trim().is_empty());
                end = range.end;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
