//! Reading text one character at a time, with byte offsets for messages.

use std::borrow::Cow;

use crate::query::SyntaxError;

/// A place in a text. Copied to look ahead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'t> {
    pub(crate) text: &'t str,
    pub(crate) at: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(crate) fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    pub(crate) fn expect(&mut self, expected: &'static str) -> Result<(), SyntaxError> {
        if self.eat(expected) { Ok(()) } else { Err(self.error(format!("expected `{expected}`"))) }
    }

    pub(crate) fn skip_blank(&mut self) {
        self.take_while(|c| c.is_ascii_whitespace());
    }

    pub(crate) fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    pub(crate) fn error(&self, message: impl Into<Cow<'static, str>>) -> SyntaxError {
        SyntaxError::at(self.at, message)
    }

    /// A whole number with an optional sign.
    pub(crate) fn integer(&mut self) -> Result<Option<i64>, SyntaxError> {
        let start = *self;
        self.eat("-");
        if self.take_while(|c| c.is_ascii_digit()).is_empty() {
            *self = start;
            return Ok(None);
        }
        let digits = &self.text[start.at..self.at];
        digits.parse().map(Some).map_err(|_| start.error("number out of range"))
    }
}
