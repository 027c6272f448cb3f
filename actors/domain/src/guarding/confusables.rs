//! Characters that look like others, and characters that cannot be seen.
//!
//! A short list by hand: letters of scripts that are mixed into Latin words to slip past a word list. Whatever has a
//! compatibility decomposition (full width, mathematical, circled letters) is not here; the decomposition covers it.

use unicode_normalization::char::is_combining_mark;

/// Whether a reader sees nothing of this character on its own: zero-width and format characters, tags, variation selectors,
/// combining marks, control characters other than tab and line ends.
pub fn is_ignorable(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    }
    matches!(c,
        '\u{80}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || is_combining_mark(c)
}

/// The ASCII character of a tag character, which hides text from people and shows it to models.
pub(super) fn hidden_ascii(c: char) -> Option<char> {
    match c {
        '\u{E0020}'..='\u{E007E}' => char::from_u32(c as u32 - 0xE0000),
        _ => None,
    }
}

/// The plain character that a lower-case, decomposed one is mistaken for; itself when there is none.
pub(super) fn plain(c: char) -> char {
    match c {
        // Cyrillic, also what looks alike as a capital only.
        'а' => 'a',
        'в' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' | 'đ' => 'd',
        'е' | 'є' => 'e',
        'һ' | 'н' | 'ħ' | 'հ' => 'h',
        'і' | 'ı' | 'ɩ' | 'ι' | 'ӏ' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ł' | 'ⅼ' => 'l',
        'м' => 'm',
        'ո' => 'n',
        'о' | 'ο' | 'ø' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'т' | 'τ' | 'ŧ' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'α' | 'ɑ' => 'a',
        'β' => 'b',
        'ε' => 'e',
        'ɡ' | 'ց' => 'g',
        'ς' => 'σ',
        // Marks.
        '‐' | '‑' | '‒' | '–' | '—' | '−' | '﹣' => '-',
        '“' | '”' | '„' | '«' | '»' | '‟' => '"',
        '‘' | '’' | '‚' | '‛' => '\'',
        '∕' | '⁄' => '/',
        '∶' | '꞉' => ':',
        // Digits of other scripts.
        '\u{660}'..='\u{669}' => digit(c, 0x660),
        '\u{6F0}'..='\u{6F9}' => digit(c, 0x6F0),
        '\u{966}'..='\u{96F}' => digit(c, 0x966),
        other => other,
    }
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit((c as u32).wrapping_sub(zero), 10).unwrap_or(c)
}

/// The letter that a digit stands for when it stands between letters.
pub(super) fn letter_for(byte: u8) -> Option<u8> {
    match byte {
        b'0' => Some(b'o'),
        b'1' => Some(b'i'),
        b'3' => Some(b'e'),
        b'4' => Some(b'a'),
        b'5' => Some(b's'),
        b'7' => Some(b't'),
        _ => None,
    }
}
