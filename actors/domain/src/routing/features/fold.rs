//! A prompt as a bounded run of small codes: what is left of hostile Unicode.
//!
//! | in the text | becomes |
//! |---|---|
//! | letters | lower case; full-width forms as ASCII |
//! | any run of white space or control characters | one gap |
//! | zero-width, direction, variation and combining marks | nothing: they can be piled up without end and say nothing |
//! | everything else | itself |

use crate::routing::random::mix;

/// Bytes of a prompt that are looked at: a long one is judged by its beginning (the instruction) … A window of 3,072 bytes was
/// no better on prompts of benchmarks (area +0.0005), and half as slow again.
pub const HEAD_BYTES: usize = 1_536;
/// … and by its end (the question).
pub const TAIL_BYTES: usize = 512;

/// Bits of a code: five codes fit into one register.
pub(super) const CODE_BITS: u32 = 12;
/// What is left of a [`Folded`] without its kind.
pub(super) const CODE_MASK: u16 = (1 << CODE_BITS) - 1;

/// A folded character: its kind above its code. ASCII has its own code, everything else shares what is left by hash; no code is
/// 0.
pub(super) type Folded = u16;

/// White space.
pub(super) const GAP: Folded = b' ' as u16;
/// Punctuation and symbols.
pub(super) const MARK: Folded = 1 << CODE_BITS;
/// Digits, and from here on: parts of a word.
pub(super) const DIGIT: Folded = 2 << CODE_BITS;
/// Letters.
pub(super) const LETTER: Folded = 3 << CODE_BITS;

/// The beginning and the end of `text`, within the bounds and between characters; the end is empty for a short text.
pub(crate) fn window(text: &str) -> (&str, &str) {
    if text.len() <= HEAD_BYTES + TAIL_BYTES {
        return (text, "");
    }
    let (head, tail) = (text.floor_char_boundary(HEAD_BYTES), text.ceil_char_boundary(text.len() - TAIL_BYTES));
    (&text[..head], &text[tail..])
}

/// Folds `text`, with a gap before and after; gaps are never repeated.
pub(super) fn fold(text: &str) -> Vec<Folded> {
    // Folding never makes a text longer in codes than it was in bytes.
    let mut run = Run { folded: vec![GAP; text.len() + 2], length: 1 };
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        if byte.is_ascii() {
            run.push(ASCII[usize::from(*byte)]);
            rest = after;
            continue;
        }
        // `text` is cut where `rest` begins: at a character, because only whole ones were passed.
        let mut chars = text[text.len() - rest.len()..].chars();
        if let Some(c) = chars.next() {
            run.push_other(c);
        }
        rest = chars.as_str().as_bytes();
    }
    run.push(GAP);
    run.folded.truncate(run.length);
    run.folded
}

struct Run {
    folded: Vec<Folded>,
    length: usize,
}

impl Run {
    /// Without a branch that could be guessed wrongly: a gap after a gap is written, and written over.
    fn push(&mut self, next: Folded) {
        if let Some(place) = self.folded.get_mut(self.length) {
            *place = next;
            self.length += usize::from(next != GAP || self.folded[self.length - 1] != GAP);
        }
    }

    fn push_other(&mut self, c: char) {
        if ('\u{FF01}'..='\u{FF5E}').contains(&c) {
            self.push(ASCII[(u32::from(c) - 0xFEE0) as usize]);
        } else {
            c.to_lowercase().filter(|c| !is_ignored(*c)).for_each(|c| self.push(of(c)));
        }
    }
}

/// Looked up, because most prompts are made of little else.
const ASCII: [Folded; 128] = {
    let mut table = [GAP; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        let code = byte.to_ascii_lowercase() as u16;
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER | code,
            b'0'..=b'9' => DIGIT | code,
            0..=b' ' | 0x7F => GAP,
            _ => MARK | code,
        };
        byte += 1;
    }
    table
};

fn of(c: char) -> Folded {
    if c.is_ascii() {
        return ASCII[c as usize];
    }
    let kind = if c.is_alphabetic() {
        LETTER
    } else if c.is_numeric() {
        DIGIT
    } else if c.is_whitespace() || c.is_control() {
        return GAP;
    } else {
        MARK
    };
    kind | (128 + mix(u64::from(c)) % (u64::from(CODE_MASK) + 1 - 128)) as u16
}

fn is_ignored(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{300}'..='\u{36F}'
            | '\u{483}'..='\u{489}'
            | '\u{61C}'
            | '\u{180B}'..='\u{180F}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FE20}'..='\u{FE2F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> String {
        let of = |folded: Folded| if folded & CODE_MASK < 128 { (folded & 0x7F) as u8 as char } else { '*' };
        fold(text).into_iter().map(of).collect()
    }

    #[test]
    fn hostile_text_folds_to_what_it_says() {
        for (text, folded) in [
            ("Hello,  World\r\n\t!", "hello, world !"),
            ("z\u{300}\u{301}\u{302}a\u{489}lgo", "zalgo"),
            ("pay\u{200B}pal\u{FEFF}\u{202E}!", "paypal!"),
            ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
            ("İstanbul", "istanbul"),
            ("Straße 文書", "stra*e **"),
            ("\0\u{1}\u{85}\u{2028}\u{3000}", ""),
            ("a\u{E0041}\u{FE0F}b", "ab"),
        ] {
            assert_eq!(letters(text).trim(), folded, "{text:?}");
        }
    }

    #[test]
    fn the_window_is_bounded_and_cuts_between_characters() {
        assert_eq!(window("short"), ("short", ""));
        let long = "日本語".repeat(1_000_000);
        let (head, tail) = window(&long);
        assert!(head.len() <= HEAD_BYTES && head.len() > HEAD_BYTES - 4);
        assert!(tail.len() <= TAIL_BYTES && tail.len() > TAIL_BYTES - 4);
        assert!(long.starts_with(head) && long.ends_with(tail));
    }
}
