//! From lines to paragraphs, list items and headings.

use super::lines::Line;
use std::collections::BTreeMap;

/// What a group of lines is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    Body,
    Item,
    Furniture,
}

/// Lines that belong together.
#[derive(Debug, Clone)]
pub(super) struct Paragraph {
    pub(super) role: Role,
    pub(super) text: String,
    pub(super) size: f64,
    /// Every line is bold.
    pub(super) bold: bool,
    /// Where its lines begin, in reading direction.
    start: f64,
    pub(super) lines: usize,
}

/// Groups the lines of one page; furniture (running headers and footers) stays apart.
pub(super) fn paragraphs(lines: &[Line], furniture: &dyn Fn(&Line) -> bool) -> Vec<Paragraph> {
    let leading = usual_leading(lines);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut last: Option<&Line> = None;
    for line in lines {
        let role = role(line, furniture(line));
        let open = paragraphs.last_mut().zip(last).filter(|(paragraph, last)| {
            role == Role::Body && paragraph.role != Role::Furniture && continues(paragraph, last, line, leading)
        });
        match open {
            Some((paragraph, _)) => {
                append(&mut paragraph.text, &line.text);
                paragraph.start = paragraph.start.min(line.start());
                paragraph.lines += 1;
            }
            None => paragraphs.push(Paragraph {
                role,
                text: line.text.clone(),
                size: line.size,
                bold: line.bold,
                start: line.start(),
                lines: 1,
            }),
        }
        last = Some(line);
    }
    paragraphs
}

fn role(line: &Line, furniture: bool) -> Role {
    if furniture || line.artifact {
        Role::Furniture
    } else if starts_item(&line.text) {
        Role::Item
    } else {
        Role::Body
    }
}

/// Median distance between successive lines, as a multiple of the font size.
fn usual_leading(lines: &[Line]) -> f64 {
    let mut steps: Vec<f64> = lines
        .windows(2)
        .filter(|pair| pair[0].angle == pair[1].angle && (pair[0].size / pair[1].size - 1.0).abs() < 0.1)
        .map(|pair| (pair[0].v - pair[1].v) / pair[0].size)
        .filter(|step| (0.8..2.5).contains(step))
        .collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(1.2)
}

/// Same style, next line, and no indentation that opens a paragraph; an item hangs below its marker.
fn continues(paragraph: &Paragraph, last: &Line, line: &Line, leading: f64) -> bool {
    let ratio = last.size / line.size;
    let step = (last.v - line.v) / last.size.max(line.size);
    let next_line = step > 0.3 && step <= (leading * 1.3).max(1.3);
    let beside = line.u0 < last.u1 && last.u0 < line.u1;
    let indented = line.start() > paragraph.start + line.size && last.start() < line.start() - line.size;
    let opens = match paragraph.role {
        Role::Item => line.start() < paragraph.start - line.size,
        _ => indented && line.end() >= last.end() - line.size,
    };
    last.angle == line.angle
        && (0.87..1.15).contains(&ratio)
        && paragraph.bold == line.bold
        && next_line
        && beside
        && !opens
}

/// A word broken at the line end is made whole again.
fn append(text: &mut String, line: &str) {
    let mut tail = text.chars().rev();
    let (last, before) = (tail.next(), tail.next());
    let broken = matches!(last, Some('-' | '\u{ad}' | '\u{2010}'))
        && before.is_some_and(char::is_lowercase)
        && line.chars().next().is_some_and(char::is_lowercase);
    if broken {
        text.pop();
    } else {
        text.push(' ');
    }
    text.push_str(line);
}

/// A bullet, or a number with a point or bracket.
pub(super) fn starts_item(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return false };
    let rest = characters.as_str();
    if matches!(first, '•' | '‣' | '◦' | '▪' | '●' | '○' | '■' | '□' | '☐' | '☑' | '☒' | '·' | '⁃' | '∙')
    {
        return !rest.trim().is_empty();
    }
    if matches!(first, '-' | '–' | '*') {
        return rest.starts_with(' ') && rest.len() > 1;
    }
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    (1..=3).contains(&digits)
        && text[digits..].starts_with(['.', ')'])
        && text[digits + 1..].starts_with(' ')
        && text.len() > digits + 2
}

/// Font sizes of a document, to tell body text from headings.
#[derive(Debug, Default)]
pub(super) struct Sizes(BTreeMap<u32, usize>);

impl Sizes {
    pub(super) fn add(&mut self, paragraph: &Paragraph) {
        *self.0.entry(bucket(paragraph.size)).or_default() += paragraph.text.len();
    }

    fn body(&self) -> u32 {
        self.0.iter().max_by_key(|(_, bytes)| **bytes).map_or(0, |(size, _)| *size)
    }

    /// Level of a heading set in this size: the largest size is level 1.
    pub(super) fn heading_level(&self, paragraph: &Paragraph) -> Option<u8> {
        let (size, body) = (bucket(paragraph.size), self.body());
        let short = paragraph.lines <= 3 && paragraph.text.len() <= 240;
        let large = f64::from(size) >= f64::from(body) * 1.15;
        let sentence = paragraph.text.ends_with(['.', ',', ';', ':']);
        let bold = paragraph.bold && size >= body && paragraph.lines <= 2 && paragraph.text.len() <= 120 && !sentence;
        if !short || !(large || bold) || !paragraph.text.chars().any(char::is_alphabetic) {
            return None;
        }
        let larger = self.0.keys().filter(|other| **other > size).count();
        Some(u8::try_from(larger + 1).unwrap_or(6).min(6))
    }
}

/// Half points: sizes that differ by less are the same style.
fn bucket(size: f64) -> u32 {
    (size * 2.0).round().clamp(0.0, 20_000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_word_is_joined_and_compound_is_not() {
        let mut text = "exam-".to_owned();
        append(&mut text, "ple");
        assert_eq!(text, "example");
        let mut text = "Anglo-".to_owned();
        append(&mut text, "Saxon");
        assert_eq!(text, "Anglo- Saxon");
    }

    #[test]
    fn bullets_and_numbers_start_an_item() {
        assert!(starts_item("• one") && starts_item("- one") && starts_item("12. one") && starts_item("3) x"));
        assert!(!starts_item("-one") && !starts_item("1.5 litres") && !starts_item("2024. ") && !starts_item("•"));
    }
}
