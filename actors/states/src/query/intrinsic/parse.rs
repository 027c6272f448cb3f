//! Text to call.

use serde_json::{Number, Value};

use super::function::Function;
use super::text::{Pieces, unescape};
use super::{Argument, Call, MAX_NESTING, MAX_TEXT};
use crate::query::SyntaxError;
use crate::query::path::{Cursor, Path};

pub(super) fn call(source: &str) -> Result<Call, SyntaxError> {
    if source.len() > MAX_TEXT {
        return Err(SyntaxError::new(format!("intrinsic function is longer than {MAX_TEXT} bytes")));
    }
    let mut cursor = Cursor::new(source);
    let call = read_call(&mut cursor, 1)?;
    cursor.skip_blank();
    if cursor.is_done() { Ok(call) } else { Err(cursor.error("unexpected character")) }
}

fn read_call(cursor: &mut Cursor<'_>, depth: usize) -> Result<Call, SyntaxError> {
    let start = *cursor;
    if depth > MAX_NESTING {
        return Err(start.error(format!("intrinsic functions nest deeper than {MAX_NESTING} levels")));
    }
    let name = cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '.');
    let function = Function::named(name)
        .ok_or_else(|| start.error(format!("unknown intrinsic function `{}`", shortened(name))))?;
    cursor.skip_blank();
    cursor.expect("(")?;
    let mut arguments = Vec::new();
    cursor.skip_blank();
    if !cursor.eat(")") {
        loop {
            cursor.skip_blank();
            let is_pattern = function == Function::Format && arguments.is_empty();
            arguments.push(read_argument(cursor, is_pattern, depth)?);
            cursor.skip_blank();
            if !cursor.eat(",") {
                cursor.expect(")")?;
                break;
            }
        }
    }
    let wanted = function.arity();
    if !wanted.contains(&arguments.len()) {
        return Err(start.error(format!("`{name}` does not take {} arguments", arguments.len())));
    }
    Ok(Call { source: cursor.text[start.at..cursor.at].to_owned(), function, arguments })
}

fn read_argument(cursor: &mut Cursor<'_>, is_pattern: bool, depth: usize) -> Result<Argument, SyntaxError> {
    let start = *cursor;
    match cursor.peek() {
        Some('\'') => {
            let raw = read_quoted(cursor)?;
            if is_pattern {
                return Pieces::parse(raw).map(Argument::Pattern).map_err(|why| start.error(why));
            }
            let text = unescape(raw).map_err(|why| start.error(why))?;
            Ok(Argument::Literal(Value::String(text)))
        }
        Some('$') => {
            let text = read_path(cursor);
            let path = Path::parse(text).map_err(|mut error| {
                error.offset = error.offset.map(|offset| offset + start.at);
                error
            })?;
            Ok(Argument::Path(path))
        }
        Some('S') => read_call(cursor, depth + 1).map(Argument::Call),
        _ => {
            let word = cursor.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
            let value = match word {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                _ => number(word).ok_or_else(|| start.error("expected a text, a number, a path or a function"))?,
            };
            Ok(Argument::Literal(value))
        }
    }
}

fn number(word: &str) -> Option<Value> {
    let number: Number = word.parse().ok()?;
    Some(Value::Number(number))
}

/// The text between single quotes, its escapes untouched.
fn read_quoted<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, SyntaxError> {
    let start = *cursor;
    cursor.next();
    loop {
        match cursor.next() {
            None => return Err(start.error("quote is not closed")),
            Some('\'') => return Ok(&cursor.text[start.at + 1..cursor.at - 1]),
            Some('\\') => {
                cursor.next();
            }
            Some(_) => {}
        }
    }
}

/// A path ends at the comma or parenthesis that is neither in brackets nor in quotes.
fn read_path<'t>(cursor: &mut Cursor<'t>) -> &'t str {
    let start = cursor.at;
    let (mut brackets, mut quote) = (0usize, None);
    while let Some(c) = cursor.peek() {
        match (quote, c) {
            (Some(_), '\\') => {
                cursor.next();
            }
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[') => brackets += 1,
            (None, ']') => brackets = brackets.saturating_sub(1),
            (None, ',' | ')') if brackets == 0 => break,
            (None, _) => {}
        }
        cursor.next();
    }
    cursor.text[start..cursor.at].trim_end()
}

fn shortened(name: &str) -> &str {
    &name[..name.len().min(80)]
}
