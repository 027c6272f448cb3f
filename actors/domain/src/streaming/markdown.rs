//! Markdown-safe flush: a client that renders while it reads never sees half a marker or half a link.
//!
//! | held | until |
//! |---|---|
//! | a run of `*`, `_`, `~` or backticks | the next other character |
//! | a backslash, `!`, `&name;` | the next character, the semicolon |
//! | `[text](address)`, `![alt](address)`, `[text][name]` | it is closed, or cannot be a link any more |
//! | `<…>` | it is closed, or cannot be a tag or address any more |
//! | the line that opens or closes a code fence | its end |
//!
//! The text stays as it is. What is not closed within the bound was no marker, and goes out.

use super::held::Held;
use super::{Ending, Mark, Operator, Piece};

/// Longest construct that is held, in bytes.
const MOST: usize = 512;

/// Releases text between Markdown constructs, not inside them.
#[derive(Debug, Default)]
pub struct Markdown {
    held: Held,
    state: State,
    /// Length of the run of backticks that opened the code we are in.
    code: Option<usize>,
    fence: bool,
    line_start: bool,
    begun: bool,
}

/// What the held text may become.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Nothing is held.
    #[default]
    Plain,
    /// A run of this character; does it open a line?
    Run { of: char, opens_line: bool },
    /// The rest of a line that opens or closes a fence.
    FenceLine,
    /// Any next character belongs to it.
    Escape,
    /// `!`
    Exclamation,
    /// `&`
    Entity,
    /// `<`
    Tag,
    /// `[`, with brackets inside open.
    Text { depth: u8 },
    /// `]`
    Closed,
    /// `](`, with parentheses inside open.
    Address { depth: u8 },
    /// `][`
    Name,
}

impl Markdown {
    /// Nothing held yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn take(&mut self, c: char, out: &mut Vec<Piece>) {
        if !std::mem::replace(&mut self.begun, true) {
            self.line_start = true;
        }
        match self.next(c) {
            Step::Hold(state) => {
                self.held.push(c);
                self.state = state;
            }
            Step::Done => {
                self.held.push(c);
                self.state = State::Plain;
                self.held.release_all(out);
            }
            Step::Before => {
                self.held.release_all(out);
                self.state = State::Plain;
                // A plain state never asks for this again.
                self.take_first(c, out);
            }
        }
        self.line_start = c == '\n' || (self.line_start && c == ' ');
        if self.held.len() >= MOST {
            self.state = State::Plain;
            self.held.release_all(out);
        }
    }

    fn take_first(&mut self, c: char, out: &mut Vec<Piece>) {
        self.held.push(c);
        match self.first(c) {
            State::Plain => self.held.release_all(out),
            state => self.state = state,
        }
    }

    /// What begins with `c`.
    fn first(&self, c: char) -> State {
        match c {
            '`' | '~' => State::Run { of: c, opens_line: self.line_start },
            _ if self.code.is_some() || self.fence => State::Plain,
            '*' | '_' => State::Run { of: c, opens_line: self.line_start },
            '\\' => State::Escape,
            '!' => State::Exclamation,
            '&' => State::Entity,
            '<' => State::Tag,
            '[' => State::Text { depth: 0 },
            _ => State::Plain,
        }
    }

    fn next(&mut self, c: char) -> Step {
        match self.state {
            State::Plain => Step::Before,
            State::Run { of, .. } if c == of => Step::Hold(self.state),
            State::Run { of, opens_line } => self.after_run(of, opens_line, c),
            State::FenceLine if c == '\n' => Step::Done,
            State::FenceLine => Step::Hold(State::FenceLine),
            State::Escape => Step::Done,
            State::Exclamation if c == '[' => Step::Hold(State::Text { depth: 0 }),
            State::Exclamation => Step::Before,
            State::Entity if c == ';' => Step::Done,
            State::Entity if c.is_ascii_alphanumeric() || c == '#' => Step::Hold(State::Entity),
            State::Entity => Step::Before,
            State::Tag if c == '>' => Step::Done,
            State::Tag if c == '\n' || c == '<' || (self.held.len() == 1 && c.is_whitespace()) => Step::Before,
            State::Tag => Step::Hold(State::Tag),
            State::Text { depth } => match c {
                '[' => Step::Hold(State::Text { depth: depth.saturating_add(1) }),
                ']' if depth == 0 => Step::Hold(State::Closed),
                ']' => Step::Hold(State::Text { depth: depth - 1 }),
                '\n' if self.held.text().ends_with('\n') => Step::Before,
                _ => Step::Hold(self.state),
            },
            State::Closed => match c {
                '(' => Step::Hold(State::Address { depth: 0 }),
                '[' => Step::Hold(State::Name),
                _ => Step::Before,
            },
            State::Address { depth } => match c {
                '(' => Step::Hold(State::Address { depth: depth.saturating_add(1) }),
                ')' if depth == 0 => Step::Done,
                ')' => Step::Hold(State::Address { depth: depth - 1 }),
                '\n' => Step::Before,
                _ => Step::Hold(self.state),
            },
            State::Name => match c {
                ']' => Step::Done,
                '\n' => Step::Before,
                _ => Step::Hold(State::Name),
            },
        }
    }

    /// A run of one character is over; decides what it opened or closed.
    fn after_run(&mut self, of: char, opens_line: bool, c: char) -> Step {
        let length = self.held.text().chars().filter(|held| *held == of).count();
        if opens_line && length >= 3 && of != '*' && of != '_' && self.code.is_none() {
            self.fence = !self.fence;
            return if c == '\n' { Step::Done } else { Step::Hold(State::FenceLine) };
        }
        if of == '`' && !self.fence {
            match self.code {
                None => self.code = Some(length),
                Some(open) if open == length => self.code = None,
                Some(_) => {}
            }
        }
        Step::Before
    }
}

/// What happens with the next character.
enum Step {
    /// It is held with the rest.
    Hold(State),
    /// It completes what is held; all goes out.
    Done,
    /// What is held goes out first; then the character is looked at anew.
    Before,
}

impl Operator for Markdown {
    fn push(&mut self, text: &str, out: &mut Vec<Piece>) {
        for c in text.chars() {
            // Code does not outlive its paragraph, or one lone backtick would switch everything off.
            if c == '\n' && self.line_start {
                self.code = None;
            }
            self.take(c, out);
        }
    }

    fn mark(&mut self, mark: Mark, out: &mut Vec<Piece>) {
        self.held.mark(mark, out);
    }

    fn end(&mut self, _ending: Ending, out: &mut Vec<Piece>) {
        self.held.release_all(out);
    }

    fn held(&self) -> usize {
        self.held.len()
    }

    fn most_held(&self) -> usize {
        MOST + 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> Vec<String> {
        let mut operator = Markdown::new();
        let mut parts: Vec<String> = Vec::new();
        for c in text.chars() {
            let mut out = Vec::new();
            operator.push(&c.to_string(), &mut out);
            for piece in out {
                if let Piece::Text(text) = piece {
                    parts.push(text);
                }
            }
        }
        let mut out = Vec::new();
        operator.end(Ending::Complete, &mut out);
        parts.extend(out.into_iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Mark(_) => None,
        }));
        parts
    }

    #[test]
    fn constructs_go_out_whole() {
        let cases: &[(&str, &[&str])] = &[
            ("see [a](http://b) c", &["[a](http://b)"]),
            ("![x](y)z", &["![x](y)"]),
            ("[a [b] c](d(e)f) g", &["[a [b] c](d(e)f)"]),
            ("[a][b].", &["[a][b]"]),
            ("a **bold** b", &["**b", "** "]),
            ("a &amp; b", &["&amp;"]),
            ("<br/> a", &["<br/>"]),
            ("```py\nx[1]\n```\ny", &["```py\n", "[", "```\n"]),
            ("`a[1]` b", &["`a", "[", "` "]),
            ("a \\* b", &["\\*"]),
        ];
        for (text, expected) in cases {
            let parts = parts(text);
            assert_eq!(parts.concat(), *text);
            for part in *expected {
                assert!(parts.iter().any(|found| found == part), "{part:?} of {text:?} in {parts:?}");
            }
        }
    }

    /// Where the text was cut when it came character by character.
    fn cuts(text: &str) -> Vec<usize> {
        let mut end = 0;
        let mut cuts = Vec::new();
        for part in parts(text) {
            end += part.len();
            cuts.push(end);
        }
        cuts
    }

    proptest! {
        #[test]
        fn no_link_and_no_marker_is_cut(
            pieces in prop::collection::vec(prop::sample::select(&["[a b](https://x/y)", "![i](u)", "[a][b]", " word ", " **", " *x", "~~ ", ". ", "\n", " &lt; ", "é"][..]), 0..20),
        ) {
            let text = pieces.concat();
            let whole = regex::Regex::new(r"!?\[[^\[\]]*\]\([^()]*\)|\[a\]\[b\]|\*+|~+|&lt;").unwrap();
            for construct in whole.find_iter(&text) {
                for cut in cuts(&text) {
                    prop_assert!(cut <= construct.start() || cut >= construct.end(), "{:?} is cut at {}", construct, cut);
                }
            }
        }
    }

    #[test]
    fn what_is_no_construct_goes_out() {
        for text in ["a [b", "5 < 6 and", "AT&T & co", "wow! yes", "[x] todo"] {
            assert_eq!(parts(text).concat(), text);
        }
        let long = format!("[{}", "a".repeat(2_000));
        assert!(parts(&long).len() > 1_000);
    }
}
