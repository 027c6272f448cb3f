//! Text in parts that a guardrail takes, and what lies across their borders. Pure.

/// A part ends no earlier than this share of its length, to end between lines or words.
const EARLIEST: f64 = 0.8;

/// Parts of at most so many characters that make up the text. A part ends after a line or a word, where there is one.
pub(super) fn parts(text: &str, most: usize) -> Vec<&str> {
    let most = most.max(1);
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(most) {
        let (longest, _) = rest.split_at(end);
        let earliest = floor(longest, (longest.len() as f64 * EARLIEST) as usize);
        let tail = longest.get(earliest..).unwrap_or_default();
        let after =
            |at: usize| earliest + at + tail.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let at = tail.rfind('\n').or_else(|| tail.rfind(char::is_whitespace)).map_or(end, after);
        let (part, left) = rest.split_at(at);
        parts.push(part);
        rest = left;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// So many bytes or a little more on both sides of each border between parts: what neither part has in full.
pub(super) fn seams(parts: &[String], around: usize) -> Vec<String> {
    let text: String = parts.concat();
    let mut border = 0;
    let mut seams = Vec::new();
    for part in parts.iter().take(parts.len().saturating_sub(1)) {
        border += part.len();
        let begin = floor(&text, border.saturating_sub(around));
        let end = floor(&text, (border + around).min(text.len()));
        seams.extend(text.get(begin..end).filter(|seam| !seam.trim().is_empty()).map(str::to_owned));
    }
    seams
}

/// The border of a character at or before a byte.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_end_after_a_line_or_a_word_or_where_they_must() {
        assert_eq!(parts("", 10), Vec::<&str>::new());
        assert_eq!(parts("short", 10), ["short"]);
        assert_eq!(parts("0123456789", 10), ["0123456789"]);
        assert_eq!(parts("012345678\nabc def", 10), ["012345678\n", "abc def"]);
        assert_eq!(parts("01234567 9abcdef", 10), ["01234567 ", "9abcdef"]);
        assert_eq!(parts("0 23456789abcdef", 10), ["0 23456789", "abcdef"]);
        assert_eq!(parts(&"é".repeat(25), 10).iter().map(|part| part.chars().count()).collect::<Vec<_>>(), [10, 10, 5]);
    }

    #[test]
    fn parts_make_up_the_text_whatever_it_is() {
        let text = "Zwei Zeilen\nund 🐧 東京都 mit\u{2003}Abstand. ".repeat(40);
        for most in 1..60 {
            let parts = parts(&text, most);
            assert_eq!(parts.concat(), text);
            assert!(parts.iter().all(|part| (1..=most).contains(&part.chars().count())), "{most}");
        }
    }

    #[test]
    fn a_seam_holds_what_lies_across_a_border() {
        let parts: Vec<String> = ["aaaa for", "bidden bbbb", "🐧🐧"].map(str::to_owned).into();
        assert_eq!(seams(&parts, 6), ["aa forbidden", "n bbbb🐧"]);
        assert!(seams(&parts[..1], 6).is_empty() && seams(&[], 6).is_empty());
    }
}
