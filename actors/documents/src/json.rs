//! JSON and JSON Lines: every value keeps the names that lead to it, so that a chunk says what its numbers mean.
//!
//! Values are written while they are read; no tree is built, so memory is bounded by the text.

use crate::builder::Builder;
use crate::{Limits, MediaType, Refusal, RefusalCode, txt};
use cueline_domain::document::{BlockKind, Document};
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::fmt;

pub(crate) const PARSER: &str = "json/1";

/// Json or JsonLines, if the bytes are that; a damaged file is only believed when it is claimed to be JSON.
pub(crate) fn kind(bytes: &[u8], claim: Option<&MediaType>) -> Option<MediaType> {
    let claimed = matches!(claim, Some(MediaType::Json | MediaType::JsonLines));
    let text = std::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}'));
    let Some(text) = text else { return claimed.then_some(MediaType::Json) };
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => {}
        Some(Err(error)) if claimed || error.to_string().starts_with("recursion limit") => {
            return Some(MediaType::Json);
        }
        _ => return None,
    }
    match values.next() {
        None => Some(MediaType::Json),
        Some(Ok(_)) => Some(MediaType::JsonLines),
        Some(Err(_)) => claim.filter(|_| claimed).cloned(),
    }
}

pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    let text = txt::read(bytes, limits, &mut builder)?;
    let sink = Sink::new(&mut builder);
    let mut input = serde_json::Deserializer::from_str(&text);
    let written = Top { sink: &sink, name: "", depth: 0 }.deserialize(&mut input).and_then(|()| input.end());
    sink.end(written, limits)?;
    builder.finish(&MediaType::Json, PARSER)
}

/// A damaged line costs that line.
pub(crate) fn parse_lines(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    let text = txt::read(bytes, limits, &mut builder)?;
    let mut broken = 0_usize;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let sink = Sink::new(&mut builder);
        let mut input = serde_json::Deserializer::from_str(line);
        let written = Record { sink: &sink }.deserialize(&mut input).and_then(|()| input.end());
        match sink.end(written, limits) {
            Ok(()) => {}
            Err(refusal) if matches!(refusal.code, RefusalCode::Malformed) => broken += 1,
            Err(refusal) => return Err(refusal),
        }
    }
    if broken > 0 {
        builder.warn(format!("{broken} line(s) are not JSON; they were left out"));
    }
    builder.finish(&MediaType::JsonLines, PARSER)
}

/// Where blocks go; a refusal travels through serde as an error and is taken out again at the end.
struct Sink<'s, 'l> {
    builder: RefCell<&'s mut Builder<'l>>,
    refused: RefCell<Option<Refusal>>,
    room: usize,
}

impl<'s, 'l> Sink<'s, 'l> {
    fn new(builder: &'s mut Builder<'l>) -> Self {
        Self { room: builder.room(), builder: RefCell::new(builder), refused: RefCell::new(None) }
    }

    fn push<E: serde::de::Error>(&self, kind: BlockKind, text: &str) -> Result<(), E> {
        self.keep(self.builder.borrow_mut().push(kind, text))
    }

    fn heading<E: serde::de::Error>(&self, title: &str) -> Result<(), E> {
        self.keep(self.builder.borrow_mut().heading(1, title))
    }

    fn keep<E: serde::de::Error>(&self, pushed: Result<(), Refusal>) -> Result<(), E> {
        pushed.map_err(|refusal| {
            let error = E::custom(&refusal.message);
            *self.refused.borrow_mut() = Some(refusal);
            error
        })
    }

    fn end(self, written: serde_json::Result<()>, limits: &Limits) -> Result<(), Refusal> {
        let Err(error) = written else { return Ok(()) };
        Err(match self.refused.into_inner() {
            Some(refusal) => refusal,
            None if error.to_string().starts_with("recursion limit") => {
                Refusal::too_deep("JSON values", limits.max_depth.min(127))
            }
            None => Refusal::malformed("JSON", error),
        })
    }
}

/// The outer two levels: members become paragraphs, objects in an array become records.
struct Top<'a, 's, 'l> {
    sink: &'a Sink<'s, 'l>,
    name: &'a str,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Top<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.depth > 0 {
            let mut line = String::new();
            Flat { line: &mut line, path: self.name.to_owned(), room: self.sink.room }.visit_map(map)?;
            return self.sink.push(BlockKind::Paragraph, &line);
        }
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(Top { sink: self.sink, name: &name, depth: 1 })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        if !self.name.is_empty() {
            self.sink.heading(self.name)?;
        }
        while sequence.next_element_seed(Record { sink: self.sink })?.is_some() {}
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.sink.push(BlockKind::Paragraph, &named(self.name, value))
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.visit_str(if value { "true" } else { "false" })
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}

fn named(name: &str, value: &str) -> String {
    if name.is_empty() { value.to_owned() } else { format!("{name}: {value}") }
}

/// One record on one line: `name: value; address.city: London`.
struct Record<'a, 's, 'l> {
    sink: &'a Sink<'s, 'l>,
}

impl<'de> DeserializeSeed<'de> for Record<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        let mut line = String::new();
        Flat { line: &mut line, path: String::new(), room: self.sink.room }.deserialize(input)?;
        self.sink.push(BlockKind::TableRow, &line)
    }
}

struct Flat<'a> {
    line: &'a mut String,
    path: String,
    room: usize,
}

impl Flat<'_> {
    fn write<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        if self.line.len() + self.path.len() + value.len() > self.room.saturating_add(1024) {
            // The builder refuses the line with the right words.
            return Ok(());
        }
        if !self.line.is_empty() {
            self.line.push_str("; ");
        }
        self.line.push_str(&named(&self.path, &crate::text::one_line(value)));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Flat<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Flat<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let path = if self.path.is_empty() { name } else { format!("{}.{name}", self.path) };
            if path.len() > 4096 {
                return Err(A::Error::custom("names of nested values are too long"));
            }
            map.next_value_seed(Flat { line: self.line, path, room: self.room })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while sequence.next_element_seed(Flat { line: self.line, path: self.path.clone(), room: self.room })?.is_some()
        {
        }
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.write(value)
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.write(if value { "true" } else { "false" })
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.write(&value.to_string())
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.write(&value.to_string())
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.write(&value.to_string())
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}
