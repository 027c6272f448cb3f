//! A frame from the inside.

use super::Failure;
use crate::{Items, Json, Name, Purpose, Variables};
use serde_json::Value;
use std::sync::Arc;

/// One thread of control.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Thread {
    /// The frame whose state opened it, and which branch or item it is.
    pub(crate) parent: Option<(u32, u32)>,
    /// The state it is in, or was in last.
    pub(crate) state: Option<Name>,
    pub(crate) entered_ms: i64,
    /// Position of the state's entry in AWS's numbering of history events: their error texts name it.
    pub(crate) entered_event: u64,
    /// The input of the state; its output once the state was left.
    pub(crate) data: Json,
    pub(crate) variables: Variables,
    pub(crate) place: Place,
    /// What a task, the branches or the items returned.
    pub(crate) result: Option<Json>,
    /// Which task of the state returned it.
    pub(crate) result_of: Option<Purpose>,
    /// What went wrong and was not dealt with yet.
    pub(crate) failure: Option<Failure>,
    /// How often each retrier of the state was used.
    pub(crate) retries: Vec<u32>,
    /// The task of the first attempt in this state.
    pub(crate) effect: Option<u64>,
    pub(crate) fan: Option<Arc<Fan>>,
}

/// Where a thread stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    /// About to enter a state; `None` is the one its scope starts at.
    Next(Option<Name>),
    /// In a state whose next move is to be decided.
    Deciding,
    Task(u64),
    Waiting(i64),
    /// The wait is over.
    Retrying(i64),
    /// Branches or items are at work.
    Fan,
    Ended,
}

/// Branches of a Parallel state, or items of a Map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fan {
    /// What branches begin with; where the items are.
    pub(crate) source: FanSource,
    pub(crate) total: u32,
    pub(crate) begun: u32,
    pub(crate) succeeded: u32,
    pub(crate) failed: u32,
    /// Outputs by branch or item. A failed item has none.
    pub(crate) results: Vec<Option<Json>>,
    pub(crate) batched: bool,
    pub(crate) distributed: bool,
    pub(crate) max_concurrency: u32,
    pub(crate) tolerated_count: Option<u64>,
    pub(crate) tolerated_percentage: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FanSource {
    Branches(Json),
    Items(Items),
}

impl Thread {
    pub(crate) fn new(parent: Option<(u32, u32)>, data: Json, variables: Variables) -> Thread {
        Thread {
            parent,
            state: None,
            entered_ms: 0,
            entered_event: 0,
            data,
            variables,
            place: Place::Next(None),
            result: None,
            result_of: None,
            failure: None,
            retries: Vec::new(),
            effect: None,
            fan: None,
        }
    }

    /// Forgets what came of the state so far.
    pub(crate) fn forget(&mut self) {
        (self.result, self.result_of, self.failure, self.fan) = (None, None, None, None);
    }

    /// What branches and items have left to do.
    pub(crate) fn fan(&self) -> Option<&Fan> {
        self.fan.as_deref()
    }

    /// All items of a Map, wherever they are.
    pub(crate) fn items(&self) -> &[Value] {
        let Some(Fan { source: FanSource::Items(items), .. }) = self.fan() else { return &[] };
        let array = match items {
            Items::Value(value) => Some(&**value),
            Items::Input { pointer } => self.data.pointer(pointer),
            Items::Result { pointer } => self.result.as_ref().and_then(|result| result.pointer(pointer)),
        };
        array.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// What a branch or item begins with, unless something else was made of it.
    pub(crate) fn share(&self, index: u32) -> Json {
        match self.fan().map(|fan| &fan.source) {
            Some(FanSource::Branches(input)) => input.clone(),
            Some(FanSource::Items(_)) => Arc::new(self.items().get(index as usize).cloned().unwrap_or_default()),
            None => Arc::default(),
        }
    }

    pub(crate) fn retries(&self) -> u32 {
        self.retries.iter().sum()
    }

    /// The earliest moment this thread itself waits for.
    pub(crate) fn due_ms(&self) -> Option<i64> {
        match self.place {
            Place::Waiting(due) | Place::Retrying(due) => Some(due),
            _ => None,
        }
    }
}
