//! Alarms of a service that outlives every process: a message that becomes visible when it is time.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use cueline_ports::{Alarms, Clock, PortResult};
use cueline_protocol::{
    ids::{ExecutionId, QueueName},
    v1::Alarm,
};

use super::{Chaos, QueueRoom};

/// Where alarms go off.
pub const ALARMS: &str = "alarms";

/// Alarms that are set: the message of each.
#[derive(Default)]
pub struct AlarmRoom(Mutex<BTreeMap<ExecutionId, (i64, Bytes)>>);

impl AlarmRoom {
    /// What was set last for each execution and not cleared, whether it has gone off or not.
    pub fn set(&self) -> BTreeMap<ExecutionId, i64> {
        let set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        set.iter().map(|(execution, (at_ms, _))| (execution.clone(), *at_ms)).collect()
    }
}

/// Alarms as one process sees them.
pub struct SimAlarms {
    room: Arc<AlarmRoom>,
    queue: Arc<QueueRoom>,
    clock: Arc<dyn Clock>,
    chaos: Chaos,
}

impl SimAlarms {
    /// Alarms that go off on the queue [`ALARMS`].
    pub fn new(room: Arc<AlarmRoom>, queue: Arc<QueueRoom>, clock: Arc<dyn Clock>, chaos: Chaos) -> Self {
        Self { room, queue, clock, chaos }
    }

    fn replace(&self, execution: &ExecutionId, at_ms: Option<i64>) {
        let Ok(name) = QueueName::new(ALARMS) else { return };
        let mut set = self.room.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, message)) = set.remove(execution) {
            self.queue.withdraw(&name, &message);
        }
        if let Some(at_ms) = at_ms {
            let alarm = Alarm { execution: execution.to_string(), due_ms: at_ms };
            let message = Bytes::from(serde_json::to_vec(&alarm).unwrap_or_default());
            self.queue.put(&name, message.clone(), at_ms.max(self.clock.now_ms()));
            set.insert(execution.clone(), (at_ms, message));
        }
    }
}

#[async_trait]
impl Alarms for SimAlarms {
    async fn set(&self, execution: &ExecutionId, at_ms: i64) -> PortResult<()> {
        let set = || {
            self.replace(execution, Some(at_ms));
            Ok(())
        };
        self.chaos.call("alarms.set", set).await
    }

    async fn clear(&self, execution: &ExecutionId) -> PortResult<()> {
        let clear = || {
            self.replace(execution, None);
            Ok(())
        };
        self.chaos.call("alarms.clear", clear).await
    }
}
