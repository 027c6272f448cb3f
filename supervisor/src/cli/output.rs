//! How results look, and what becomes of them when nobody reads them.
//!
//! Printing never stops a command and never panics: what was asked for is done whether or not somebody still looks.
//! A closed pipe (`cueline … | head`) is the reader's own wish and nothing to speak of; a full disk is said once, at the
//! end, and is a bad result.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    sync::OnceLock,
};

use serde::Serialize;
use time::{OffsetDateTime, macros::format_description};

/// Why the first line was lost; whatever follows is lost as well.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// A line of the result, on standard output.
macro_rules! say {
    () => { say!("") };
    ($($text:tt)*) => { $crate::cli::output::line(format_args!($($text)*)) };
}

/// A remark for people, on standard error.
macro_rules! tell {
    ($($text:tt)*) => { $crate::cli::output::remark(format_args!($($text)*)) };
}

pub(super) fn line(text: fmt::Arguments<'_>) {
    if LOST.get().is_none()
        && let Err(error) = writeln!(io::stdout().lock(), "{text}")
    {
        let _ = LOST.set(error);
    }
}

/// Prints a piece of a text that goes on, at once.
pub(super) fn piece(text: &str) {
    let mut out = io::stdout().lock();
    // Who reads no more misses nothing.
    let _ = write!(out, "{}", plain_lines(text)).and_then(|()| out.flush());
}

/// Text without what would move the cursor, its lines kept.
fn plain_lines(text: &str) -> String {
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

pub(super) fn remark(text: fmt::Arguments<'_>) {
    // There is nowhere else to say that this could not be said.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Why part of the result was lost, unless its reader closed the pipe.
pub(super) fn lost() -> Option<&'static io::Error> {
    if let Err(error) = io::stdout().lock().flush() {
        let _ = LOST.set(error);
    }
    LOST.get().filter(|error| error.kind() != io::ErrorKind::BrokenPipe)
}

/// JSON for programs.
pub(super) fn json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => say!("{text}"),
        Err(error) => tell!("the result cannot be shown: {error}"),
    }
}

/// JSON for programs that read line by line.
pub(super) fn json_line(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => say!("{text}"),
        Err(error) => tell!("a line of the result cannot be shown: {error}"),
    }
}

/// A table whose columns are as wide as they must be. The last one may be as long as it likes.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    for line in lines(head, &rows) {
        say!("{line}");
    }
}

fn lines(head: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|cell| cell.len())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rows = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(line(head.to_vec())).chain(rows).collect()
}

/// A text of somebody else's on a terminal: what would move the cursor or turn the line is written as its code.
pub(super) fn plain(text: &str) -> String {
    let hostile = |c: char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if hostile(letter) {
            plain.extend(letter.escape_default());
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// A moment for people, in UTC.
pub(super) fn moment(ms: i64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second].[subsecond digits:3]");
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    at.ok().and_then(|at| at.format(format).ok()).unwrap_or_else(|| ms.to_string())
}

/// How long something took.
pub(super) fn lasted(from_ms: i64, to_ms: i64) -> String {
    match to_ms.saturating_sub(from_ms) {
        ms @ ..1_000 => format!("{ms} ms"),
        ms @ 1_000..60_000 => format!("{:.1} s", ms as f64 / 1_000.0),
        ms => format!("{} min", ms / 60_000),
    }
}

/// Whether a person watches.
pub(super) fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [vec!["a".to_owned(), "long name".to_owned()], vec!["bcd".to_owned(), "é".to_owned()]];
        assert_eq!(lines(&["x", "name"], &rows), ["x    name", "a    long name", "bcd  é"]);
    }

    #[test]
    fn what_would_move_the_cursor_is_written_out() {
        assert_eq!(plain("a\u{1b}[2J\r\nb\u{202e}c ä"), "a\\u{1b}[2J\\r\\nb\\u{202e}c ä");
    }

    #[test]
    fn moments_and_times_are_readable() {
        assert_eq!(moment(1_700_000_000_123), "2023-11-14 22:13:20.123");
        assert_eq!(
            (lasted(0, 999), lasted(0, 1_500), lasted(0, 180_000)),
            ("999 ms".into(), "1.5 s".into(), "3 min".into())
        );
    }
}
