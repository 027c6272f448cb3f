//! Text to path.

use regex::RegexBuilder;
use serde_json::{Number, Value};

use super::cursor::Cursor;
use super::filter::{Filter, Operand, Operator};
use super::{MAX_NESTING, MAX_SEGMENTS, MAX_TEXT, Path, Root, Segment};
use crate::query::SyntaxError;

pub(super) fn path(source: &str) -> Result<Path, SyntaxError> {
    if source.len() > MAX_TEXT {
        return Err(SyntaxError::new(format!("path is longer than {MAX_TEXT} bytes")));
    }
    let mut parser = Parser { cursor: Cursor::new(source), depth: 0 };
    parser.cursor.expect("$")?;
    let path = parser.path(0)?;
    if parser.cursor.is_done() { Ok(path) } else { Err(parser.cursor.error("unexpected character")) }
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    /// How many filters, parentheses and negations are open.
    depth: usize,
}

impl Parser<'_> {
    /// The rest of a path whose `$` at `start` was just read.
    fn path(&mut self, start: usize) -> Result<Path, SyntaxError> {
        let root = self.root()?;
        let segments = self.segments()?;
        let definite = is_definite(&segments);
        Ok(Path { source: self.cursor.text[start..self.cursor.at].to_owned(), root, segments, definite })
    }

    fn root(&mut self) -> Result<Root, SyntaxError> {
        if self.cursor.eat("$") {
            return Ok(Root::Context);
        }
        if self.cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(self.cursor.error("a variable name does not start with a digit"));
        }
        let name = self.cursor.take_while(|c| c.is_alphanumeric() || c == '_');
        Ok(if name.is_empty() { Root::Input } else { Root::Variable(name.to_owned()) })
    }

    fn segments(&mut self) -> Result<Vec<Segment>, SyntaxError> {
        let mut segments = Vec::new();
        loop {
            if segments.len() > MAX_SEGMENTS {
                return Err(self.cursor.error(format!("path has more than {MAX_SEGMENTS} segments")));
            }
            if self.cursor.eat("..") {
                segments.push(Segment::Descend);
                segments.push(self.after_dot()?);
            } else if self.cursor.eat(".") {
                segments.push(self.after_dot()?);
            } else if self.cursor.eat("[") {
                segments.push(self.bracket()?);
            } else {
                return Ok(segments);
            }
        }
    }

    fn after_dot(&mut self) -> Result<Segment, SyntaxError> {
        if self.cursor.eat("[") {
            return self.bracket();
        }
        if self.cursor.eat("*") {
            return Ok(Segment::Wildcard);
        }
        let in_filter = self.depth > 0;
        let name = self.cursor.take_while(|c| is_name_character(c, in_filter));
        if name.is_empty() {
            return Err(self.cursor.error("expected a name"));
        }
        if self.cursor.peek() == Some('(') {
            return Err(self.cursor.error("functions are not supported in paths"));
        }
        Ok(Segment::Name(name.to_owned()))
    }

    fn bracket(&mut self) -> Result<Segment, SyntaxError> {
        self.cursor.skip_blank();
        let segment = match self.cursor.peek() {
            Some('*') => {
                self.cursor.next();
                Segment::Wildcard
            }
            Some('\'' | '"') => self.names()?,
            Some('?') => {
                self.cursor.next();
                self.cursor.skip_blank();
                self.nested(|parser| {
                    parser.cursor.expect("(")?;
                    let filter = parser.either()?;
                    parser.cursor.skip_blank();
                    parser.cursor.expect(")")?;
                    Ok(Segment::Filter(Box::new(filter)))
                })?
            }
            _ => self.indexes()?,
        };
        self.cursor.skip_blank();
        self.cursor.expect("]")?;
        Ok(segment)
    }

    fn names(&mut self) -> Result<Segment, SyntaxError> {
        let first = self.quoted()?;
        let mut names = vec![first];
        while self.comma() {
            names.push(self.quoted()?);
        }
        Ok(if names.len() == 1 { Segment::Name(names.remove(0)) } else { Segment::Names(names) })
    }

    fn comma(&mut self) -> bool {
        self.cursor.skip_blank();
        let found = self.cursor.eat(",");
        self.cursor.skip_blank();
        found
    }

    /// A quoted text. A backslash protects the closing quote and is otherwise kept: AWS looks for `Test\"` under
    /// `['Test\"']`, backslash included (recorded).
    fn quoted(&mut self) -> Result<String, SyntaxError> {
        let start = self.cursor;
        let quote = match self.cursor.next() {
            Some(quote @ ('\'' | '"')) => quote,
            _ => return Err(start.error("expected a quoted name")),
        };
        let mut text = String::new();
        loop {
            match self.cursor.next() {
                None => return Err(start.error("quote is not closed")),
                Some(c) if c == quote => return Ok(text),
                Some('\\') => match self.cursor.next() {
                    None => return Err(start.error("quote is not closed")),
                    Some(c) if c == quote => text.push(c),
                    Some(c) => text.extend(['\\', c]),
                },
                Some(c) => text.push(c),
            }
        }
    }

    /// `0`, `-1`, `0,2`, `1:3`, `:3`, `1:`, `0:10:2`.
    fn indexes(&mut self) -> Result<Segment, SyntaxError> {
        let first = self.cursor.integer()?;
        self.cursor.skip_blank();
        if self.cursor.eat(":") {
            self.cursor.skip_blank();
            let end = self.cursor.integer()?;
            self.cursor.skip_blank();
            if self.cursor.eat(":") {
                self.cursor.skip_blank();
                self.cursor.integer()?;
            }
            return Ok(Segment::Slice(first, end));
        }
        let first = first.ok_or_else(|| self.cursor.error("expected a name, an index, a slice, `*` or a filter"))?;
        let mut indexes = vec![first];
        while self.comma() {
            indexes.push(self.cursor.integer()?.ok_or_else(|| self.cursor.error("expected an index"))?);
        }
        Ok(if indexes.len() == 1 { Segment::Index(first) } else { Segment::Indexes(indexes) })
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>) -> Result<T, SyntaxError> {
        if self.depth == MAX_NESTING {
            return Err(self.cursor.error(format!("nested deeper than {MAX_NESTING} levels")));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn either(&mut self) -> Result<Filter, SyntaxError> {
        let mut filters = vec![self.both()?];
        while self.operator_follows("||") {
            filters.push(self.both()?);
        }
        Ok(if filters.len() == 1 { filters.remove(0) } else { Filter::Any(filters) })
    }

    fn both(&mut self) -> Result<Filter, SyntaxError> {
        let mut filters = vec![self.term()?];
        while self.operator_follows("&&") {
            filters.push(self.term()?);
        }
        Ok(if filters.len() == 1 { filters.remove(0) } else { Filter::All(filters) })
    }

    fn operator_follows(&mut self, operator: &str) -> bool {
        self.cursor.skip_blank();
        self.cursor.eat(operator)
    }

    fn term(&mut self) -> Result<Filter, SyntaxError> {
        self.cursor.skip_blank();
        if self.cursor.eat("!") {
            return Ok(Filter::Not(Box::new(self.nested(Self::term)?)));
        }
        if self.cursor.eat("(") {
            let inner = self.nested(Self::either)?;
            self.cursor.skip_blank();
            self.cursor.expect(")")?;
            return Ok(inner);
        }
        let left = self.operand()?;
        self.cursor.skip_blank();
        if self.cursor.eat("=~") {
            self.cursor.skip_blank();
            return Ok(Filter::Matches(left, self.regex()?));
        }
        let Some(operator) = self.operator() else {
            return Ok(Filter::Exists(left));
        };
        self.cursor.skip_blank();
        Ok(Filter::Compare(left, operator, self.operand()?))
    }

    fn operator(&mut self) -> Option<Operator> {
        const SIGNS: [(&str, Operator); 6] = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        const WORDS: [(&str, Operator); 3] =
            [("in", Operator::In), ("nin", Operator::NotIn), ("contains", Operator::Contains)];
        let mut ahead = self.cursor;
        let word = ahead.take_while(|c| c.is_ascii_alphabetic());
        if let Some((_, operator)) = WORDS.into_iter().find(|(text, _)| text.eq_ignore_ascii_case(word)) {
            self.cursor = ahead;
            return Some(operator);
        }
        SIGNS.into_iter().find(|(text, _)| self.cursor.eat(text)).map(|(_, operator)| operator)
    }

    fn operand(&mut self) -> Result<Operand, SyntaxError> {
        let start = self.cursor;
        match self.cursor.peek() {
            Some('@') => {
                self.cursor.next();
                let segments = self.segments()?;
                Ok(Operand::Current { definite: is_definite(&segments), segments })
            }
            Some('$') => {
                self.cursor.next();
                Ok(Operand::Path(self.path(start.at)?))
            }
            _ => self.literal().map(Operand::Literal),
        }
    }

    fn literal(&mut self) -> Result<Value, SyntaxError> {
        let start = self.cursor;
        match self.cursor.peek() {
            Some('\'' | '"') => self.quoted().map(Value::String),
            Some('[') => {
                self.cursor.next();
                self.nested(Self::list)
            }
            _ => {
                let word = self.cursor.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
                match word {
                    "true" => Ok(Value::Bool(true)),
                    "false" => Ok(Value::Bool(false)),
                    "null" => Ok(Value::Null),
                    _ => number(word).ok_or_else(|| start.error("expected a path or a value")),
                }
            }
        }
    }

    fn list(&mut self) -> Result<Value, SyntaxError> {
        let mut items = Vec::new();
        self.cursor.skip_blank();
        if self.cursor.eat("]") {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.literal()?);
            if !self.comma() {
                self.cursor.expect("]")?;
                return Ok(Value::Array(items));
            }
        }
    }

    /// `/text/flags`. The whole value must match, as Java's `matches` asks; the engine is linear in the text.
    fn regex(&mut self) -> Result<regex::Regex, SyntaxError> {
        let start = self.cursor;
        self.cursor.expect("/")?;
        let mut pattern = String::new();
        loop {
            match self.cursor.next() {
                None => return Err(start.error("regular expression is not closed")),
                Some('/') => break,
                Some('\\') if self.cursor.eat("/") => pattern.push('/'),
                Some('\\') => {
                    pattern.push('\\');
                    pattern.extend(self.cursor.next());
                }
                Some(c) => pattern.push(c),
            }
        }
        let flags = self.cursor.take_while(|c| c.is_ascii_alphabetic());
        if let Some(unknown) = flags.chars().find(|c| !"imsux".contains(*c)) {
            return Err(start.error(format!("unknown regular expression flag `{unknown}`")));
        }
        RegexBuilder::new(&format!(r"\A(?:{pattern})\z"))
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .dot_matches_new_line(flags.contains('s'))
            .ignore_whitespace(flags.contains('x'))
            .size_limit(1 << 20)
            .nest_limit(100)
            .build()
            .map_err(|_| start.error("regular expression is invalid or too large"))
    }
}

fn number(word: &str) -> Option<Value> {
    if let Ok(whole) = word.parse::<i64>() {
        return Some(whole.into());
    }
    let starts_like_one = word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    word.parse::<f64>().ok().filter(|_| starts_like_one).and_then(Number::from_f64).map(Value::Number)
}

/// Dot names may hold what RFC 9535 forbids (`a-b`, `1a`, `$id`); inside a filter an operator ends them.
fn is_name_character(c: char, in_filter: bool) -> bool {
    let ends_anywhere = c.is_whitespace() || c.is_control() || ".[]()*,'\"".contains(c);
    let ends_in_filter = in_filter && "=!<>&|~/".contains(c);
    !ends_anywhere && !ends_in_filter
}

fn is_definite(segments: &[Segment]) -> bool {
    segments.iter().enumerate().all(|(at, segment)| match segment {
        Segment::Name(_) | Segment::Index(_) => true,
        Segment::Names(_) => at + 1 == segments.len(),
        _ => false,
    })
}
