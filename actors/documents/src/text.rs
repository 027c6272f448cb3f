//! Small operations on text that every parser needs.

use std::borrow::Cow;

/// All white space runs become one space.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// `\n` line ends; control characters (NUL too) have no place in text that is sliced, shown and embedded.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let unwanted = |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{FEFF}' | '\u{FFFE}');
    if !text.chars().any(unwanted) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' => cleaned.push('\n'),
            other if unwanted(other) => {}
            other => cleaned.push(other),
        }
    }
    Cow::Owned(cleaned)
}

/// At most `limit` bytes, cut on a character boundary.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// One table row: every cell on one line, a bar inside a cell escaped, short rows padded to `width`.
pub(crate) fn row(cells: &[String], width: usize) -> String {
    let mut row = String::from("|");
    for column in 0..width.max(1) {
        let cell = cells.get(column).map_or(String::new(), |cell| one_line(cell));
        row.push(' ');
        row.push_str(&cell.replace('|', "\\|"));
        row.push_str(if cell.is_empty() { "|" } else { " |" });
    }
    row
}

/// The line between the header and the rows.
pub(crate) fn rule(width: usize) -> String {
    format!("|{}", " - |".repeat(width.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_in_a_cell_does_not_open_a_column() {
        assert_eq!(row(&["a|b".into(), "c\nd".into()], 3), "| a\\|b | c d | |");
    }

    #[test]
    fn control_characters_are_dropped_and_line_ends_unified() {
        assert_eq!(clean("a\0b\r\nc\rd\u{c}e"), "ab\nc\nd\ne");
    }
}
