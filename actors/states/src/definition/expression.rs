//! Fields that are computed: paths, payload templates, JSONata, and numbers that may be any of these.

use super::{diagnostic::SCHEMA, reader::Reader};
use crate::query::{
    SyntaxErrorAt,
    jsonata::{self, Expression, JsonataTemplate},
    path::Path,
    template::{Query, Template},
};
use serde_json::Value;

/// Which query language a state speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    JsonPath,
    Jsonata,
}

impl Language {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::JsonPath => "JSONPath",
            Language::Jsonata => "JSONata",
        }
    }
}

/// `InputPath` and `OutputPath`.
#[derive(Debug, Clone)]
pub(crate) enum Selection {
    Whole,
    /// `null`: an empty object.
    Nothing,
    Path(Path),
}

/// `ResultPath`.
#[derive(Debug, Clone)]
pub(crate) enum Placement {
    Replace,
    /// `null`: the input stays.
    Discard,
    At(Path),
}

/// A payload that a state builds.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    Path(Template),
    Jsonata(JsonataTemplate),
}

/// A field such as `TimeoutSeconds` or `MaxConcurrency`, with its `…Path` sibling.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    /// As it is called in messages: with `Path` when the sibling is meant.
    pub(crate) field: &'static str,
    pub(crate) source: NumberSource,
}

#[derive(Debug, Clone)]
pub(crate) enum NumberSource {
    Literal(f64),
    Path(Path),
    Jsonata(Expression),
}

/// A field such as `Error` or `Timestamp`, with its `…Path` sibling.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) field: &'static str,
    pub(crate) source: TextSource,
}

#[derive(Debug, Clone)]
pub(crate) enum TextSource {
    Literal(String),
    Query(Query),
    Jsonata(Expression),
}

impl<'a> Reader<'a> {
    pub(super) fn selection(&self, field: &'static str) -> Selection {
        match self.get_in(Language::JsonPath, field) {
            None => Selection::Whole,
            Some(Value::Null) => Selection::Nothing,
            Some(value) => match self.path_of(field, value, Path::parse) {
                Some(path) if path.source() == "$" => Selection::Whole,
                Some(path) => Selection::Path(path),
                None => Selection::Whole,
            },
        }
    }

    pub(super) fn placement(&self, field: &'static str) -> Placement {
        match self.get_in(Language::JsonPath, field) {
            None => Placement::Replace,
            Some(Value::Null) => Placement::Discard,
            Some(value) => match self.path_of(field, value, Path::parse_reference) {
                Some(path) if path.source() == "$" => Placement::Replace,
                Some(path) => Placement::At(path),
                None => Placement::Replace,
            },
        }
    }

    pub(super) fn path(&self, field: &'static str) -> Option<Path> {
        let value = self.get_in(Language::JsonPath, field)?;
        self.path_of(field, value, Path::parse)
    }

    pub(super) fn path_of<E: std::fmt::Display>(
        &self,
        field: &str,
        value: &Value,
        parse: impl Fn(&str) -> Result<Path, E>,
    ) -> Option<Path> {
        let Some(text) = value.as_str() else {
            self.error(field, "Expected value of type String");
            return None;
        };
        parse(text)
            .map_err(|why| {
                self.error(field, format!("The value for the field '{field}' must be a valid JSONPath: {why}"))
            })
            .ok()
    }

    /// A payload in the language of the state.
    pub(super) fn payload(&self, field: &'static str) -> Option<Payload> {
        let value = self.get(field)?;
        let (payload, errors) = match self.language {
            Language::JsonPath => split(Template::parse(value).map(Payload::Path)),
            Language::Jsonata => split(JsonataTemplate::parse(value).map(Payload::Jsonata)),
        };
        for SyntaxErrorAt { at, error } in errors {
            // AWS names the template for a bad path and the very string for a bad expression.
            match self.language {
                Language::JsonPath => {
                    let key = at.rsplit('/').next().unwrap_or(field);
                    let message = format!(
                        "The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call"
                    );
                    self.findings.error(SCHEMA, self.at(field), message);
                }
                Language::Jsonata => {
                    let message = format!("The expression must be a valid JSONata expression: {error}");
                    self.findings.error(SCHEMA, format!("{}{at}", self.at(field)), message);
                }
            }
        }
        payload
    }

    pub(super) fn payload_in(&self, language: Language, field: &'static str) -> Option<Payload> {
        self.get_in(language, field)?;
        self.payload(field)
    }

    pub(super) fn jsonata(&self, field: &str, text: &str) -> Option<Expression> {
        let Some(source) = jsonata::unwrap(text) else {
            self.error(field, format!("The field '{field}' must be a JSONata expression between {{% and %}}"));
            return None;
        };
        Expression::parse(source)
            .map_err(|why| self.error(field, format!("The expression must be a valid JSONata expression: {why}")))
            .ok()
    }

    /// `field` as a number or JSONata, or `sibling` as a path. `smallest` bounds literals.
    pub(super) fn number(
        &self,
        field: &'static str,
        sibling: &'static str,
        smallest: f64,
        whole: bool,
    ) -> Option<Number> {
        self.at_most_one_of(&[field, sibling]);
        let given = self.get(field);
        if let Some(path) = self.path(sibling) {
            return Some(Number { field: sibling, source: NumberSource::Path(path) });
        }
        let source = match given? {
            Value::String(text) if self.language == Language::Jsonata => {
                NumberSource::Jsonata(self.jsonata(field, text)?)
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                if number.is_nan() || number < smallest {
                    self.error(field, format!("The field '{field}' must be at least {smallest}"));
                } else if whole && number.fract() != 0.0 {
                    self.error(field, format!("The field '{field}' must be a whole number"));
                }
                NumberSource::Literal(number)
            }
            _ => {
                self.error(field, "Expected value of type Integer");
                return None;
            }
        };
        Some(Number { field, source })
    }

    /// `field` as a string or JSONata, or `sibling` as a path or intrinsic function.
    pub(super) fn text(&self, field: &'static str, sibling: &'static str) -> Option<Text> {
        self.at_most_one_of(&[field, sibling]);
        self.get(field);
        if let Some(value) = self.get_in(Language::JsonPath, sibling) {
            let Some(text) = value.as_str() else {
                self.error(sibling, "Expected value of type String");
                return None;
            };
            let query = Query::parse(text).map_err(|why| {
                let message = format!("The value for the field '{sibling}' must be a valid JSONPath or a valid intrinsic function call: {why}");
                self.error(sibling, message);
            });
            return Some(Text { field: sibling, source: TextSource::Query(query.ok()?) });
        }
        let text = self.string(field)?;
        let source = match jsonata::unwrap(text) {
            Some(_) if self.language == Language::Jsonata => TextSource::Jsonata(self.jsonata(field, text)?),
            _ => TextSource::Literal(text.into()),
        };
        Some(Text { field, source })
    }
}

fn split<T>(result: Result<T, Vec<SyntaxErrorAt>>) -> (Option<T>, Vec<SyntaxErrorAt>) {
    match result {
        Ok(value) => (Some(value), Vec::new()),
        Err(errors) => (None, errors),
    }
}
