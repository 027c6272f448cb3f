//! A path against a scope.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Write;

use serde_json::Value;

use super::{MAX_VISITS, Path, Root, Segment, filter::Filter, select};
use crate::query::{QueryError, Scope};

/// What one evaluation carries along.
pub(super) struct Walk<'s, 'a> {
    pub(super) scope: &'s Scope<'a>,
    /// `$` inside a filter is the document of the path, whatever its root.
    pub(super) document: &'a Value,
    visits: Cell<usize>,
}

/// Too many values were looked at.
pub(super) struct TooMuch;

pub(super) fn root<'a>(root: &Root, scope: &Scope<'a>) -> Option<&'a Value> {
    match root {
        Root::Input => Some(scope.input),
        Root::Context => Some(scope.context),
        Root::Variable(name) => scope.variables.get(name),
    }
}

pub(super) fn path<'a>(path: &Path, scope: &Scope<'a>) -> Result<Option<Cow<'a, Value>>, QueryError> {
    let Some(document) = root(&path.root, scope) else {
        return Ok(if path.definite { None } else { Some(Cow::Owned(Value::Array(Vec::new()))) });
    };
    if path.definite {
        return Ok(definite(&path.segments, document));
    }
    let walk = Walk { scope, document, visits: Cell::new(0) };
    match walk.list(&path.segments, document) {
        Ok(list) => Ok(Some(Cow::Owned(list))),
        Err(TooMuch) => {
            let cause = format!("The JSONPath '{}' looks at more than {MAX_VISITS} values", path.source);
            Err(QueryError::new(QueryError::RUNTIME, cause))
        }
    }
}

/// Follows names and indexes without allocating.
fn definite<'a>(segments: &[Segment], document: &'a Value) -> Option<Cow<'a, Value>> {
    let mut value = document;
    for segment in segments {
        if let Segment::Names(names) = segment {
            return select::merged(names, value).map(Cow::Owned);
        }
        value = select::one(segment, value)?;
    }
    Some(Cow::Borrowed(value))
}

impl<'s, 'a> Walk<'s, 'a> {
    pub(super) fn visit(&self) -> Result<(), TooMuch> {
        let visits = self.visits.get() + 1;
        self.visits.set(visits);
        if visits > MAX_VISITS { Err(TooMuch) } else { Ok(()) }
    }

    /// What segments find below `value`; `None` when they are definite and find nothing.
    pub(super) fn resolve<'v>(
        &self,
        segments: &[Segment],
        is_definite: bool,
        value: &'v Value,
    ) -> Result<Option<Cow<'v, Value>>, TooMuch> {
        if is_definite {
            return Ok(definite(segments, value));
        }
        self.list(segments, value).map(|list| Some(Cow::Owned(list)))
    }

    fn list(&self, segments: &[Segment], value: &Value) -> Result<Value, TooMuch> {
        let (steps, merge) = match segments.split_last() {
            Some((Segment::Names(names), steps)) => (steps, Some(names)),
            _ => (segments, None),
        };
        let mut found = vec![value];
        let mut steps = steps.iter().peekable();
        while let Some(segment) = steps.next() {
            if let (Segment::Descend, Some(Segment::Filter(filter))) = (segment, steps.peek()) {
                found = self.descend_and_filter(&found, filter)?;
                steps.next();
                continue;
            }
            let mut next = Vec::new();
            for value in found {
                self.step(segment, value, &mut next)?;
            }
            found = next;
        }
        let mut size = 0;
        let mut items = Vec::with_capacity(found.len());
        for value in found {
            match merge {
                Some(names) => items.extend(select::merged(names, value)),
                None => {
                    // `$..*` finds a value once for every level above it; copying them is the real cost.
                    size += count(value, MAX_VISITS - size);
                    if size >= MAX_VISITS {
                        return Err(TooMuch);
                    }
                    items.push(value.clone());
                }
            }
        }
        Ok(Value::Array(items))
    }

    fn step<'v>(&self, segment: &Segment, value: &'v Value, found: &mut Vec<&'v Value>) -> Result<(), TooMuch> {
        self.visit()?;
        match segment {
            Segment::Name(_) | Segment::Index(_) => found.extend(select::one(segment, value)),
            Segment::Names(names) => {
                let Some(object) = value.as_object() else { return Ok(()) };
                found.extend(names.iter().filter_map(|name| object.get(name)));
            }
            Segment::Indexes(indexes) => {
                let Some(items) = value.as_array() else { return Ok(()) };
                let at = |index: &i64| items.get(select::position(*index, items.len())?);
                found.extend(indexes.iter().filter_map(at));
            }
            Segment::Slice(start, end) => {
                found.extend(value.as_array().map_or(&[][..], |items| select::slice(items, *start, *end)));
            }
            Segment::Wildcard => found.extend(select::children(value)),
            Segment::Filter(filter) => match value {
                Value::Array(items) => {
                    for item in items {
                        self.keep_if(filter, item, found)?;
                    }
                }
                Value::Object(_) => self.keep_if(filter, value, found)?,
                _ => {}
            },
            Segment::Descend => self.descend(value, &mut |value| found.push(value))?,
        }
        Ok(())
    }

    fn keep_if<'v>(&self, filter: &Filter, value: &'v Value, found: &mut Vec<&'v Value>) -> Result<(), TooMuch> {
        if filter.accepts(self, value)? {
            found.push(value);
        }
        Ok(())
    }

    /// `value` and everything below it, parents first.
    fn descend<'v>(&self, value: &'v Value, see: &mut impl FnMut(&'v Value)) -> Result<(), TooMuch> {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            self.visit()?;
            see(value);
            open.extend(select::children(value).rev());
        }
        Ok(())
    }

    /// `..[?(…)]` tests every object, and the plain items of every array, once. Taken as two steps, an object in an array
    /// would be found through the array and again by itself.
    fn descend_and_filter<'v>(&self, from: &[&'v Value], filter: &Filter) -> Result<Vec<&'v Value>, TooMuch> {
        let mut candidates = Vec::new();
        for value in from {
            self.descend(value, &mut |value| match value {
                Value::Object(_) => candidates.push(value),
                Value::Array(items) => {
                    candidates.extend(items.iter().filter(|item| !item.is_object() && !item.is_array()));
                }
                _ => {}
            })?;
        }
        let mut found = Vec::new();
        for value in candidates {
            self.keep_if(filter, value, &mut found)?;
        }
        Ok(found)
    }
}

/// How many values a value consists of, counted no further than `most`.
fn count(value: &Value, most: usize) -> usize {
    let mut open = vec![value];
    let mut counted = 0;
    while let Some(value) = open.pop() {
        counted += 1;
        if counted >= most {
            break;
        }
        open.extend(select::children(value));
    }
    counted
}

/// Jayway's sentence about the first step of a definite path that leads nowhere.
pub(super) fn why_missing(path: &Path, scope: &Scope<'_>) -> String {
    let mut way = String::from("$");
    let mut value = root(&path.root, scope);
    for (at, segment) in path.segments.iter().enumerate() {
        match segment {
            Segment::Name(name) => write!(way, "['{name}']"),
            Segment::Index(index) => write!(way, "[{index}]"),
            _ => write!(way, "[...]"),
        }
        .unwrap_or_default();
        value = value.and_then(|value| select::one(segment, value));
        let is_last = at + 1 == path.segments.len();
        if value.is_none() && !is_last && matches!(segment, Segment::Name(_)) {
            return format!("Missing property in path {way}");
        }
    }
    format!("No results for path: {way}")
}
