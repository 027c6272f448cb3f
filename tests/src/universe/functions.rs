//! Functions that somebody else runs, as closures.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use cueline_ports::{FunctionCall, FunctionError, FunctionResult, Functions, PortError};
use serde_json::{Value, json};

use super::Chaos;

/// What a function does: a result, or the type and the message of its error.
pub(super) type Body = Arc<dyn Fn(&FunctionCall) -> Result<Value, (String, String)> + Send + Sync>;

/// The functions of an account, and what was called.
#[derive(Default)]
pub struct FunctionRoom(Mutex<Room>);

#[derive(Default)]
struct Room {
    functions: BTreeMap<String, Body>,
    calls: Vec<FunctionCall>,
}

impl FunctionRoom {
    /// Puts a function there.
    pub fn put(
        &self,
        name: &str,
        body: impl Fn(&FunctionCall) -> Result<Value, (String, String)> + Send + Sync + 'static,
    ) {
        self.lock().functions.insert(name.to_owned(), Arc::new(body));
    }

    /// Every call that a function saw, in order.
    pub fn calls(&self) -> Vec<FunctionCall> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Functions as one process sees them.
pub struct SimFunctions {
    room: Arc<FunctionRoom>,
    chaos: Chaos,
}

impl SimFunctions {
    /// Functions of a room.
    pub fn new(room: Arc<FunctionRoom>, chaos: Chaos) -> Self {
        Self { room, chaos }
    }

    fn run(&self, call: &FunctionCall) -> Result<FunctionResult, FunctionError> {
        let name = call.function.split(':').next().unwrap_or_default();
        let body = {
            let mut room = self.room.lock();
            let body = room.functions.get(name).cloned();
            let body = body.ok_or_else(|| PortError::not_found(format!("function {name}: there is none")))?;
            room.calls.push(call.clone());
            body
        };
        match body(call) {
            Ok(payload) => Ok(FunctionResult { payload, version: "$LATEST".to_owned() }),
            Err((error, message)) => {
                let cause = json!({ "errorType": error, "errorMessage": message }).to_string();
                Err(FunctionError::Failed { error, cause })
            }
        }
    }
}

/// A function of this name takes longer than anybody waits.
pub const SLOW: &str = "slow";

#[async_trait]
impl Functions for SimFunctions {
    async fn invoke(&self, call: FunctionCall) -> Result<FunctionResult, FunctionError> {
        if call.function == SLOW {
            // Whoever runs a suite moves no clock: what it learns is that nobody knows.
            tokio::task::yield_now().await;
            return Err(PortError::unavailable("no answer in time").into());
        }
        self.chaos.call("functions.invoke", || Ok(self.run(&call))).await?
    }
}
