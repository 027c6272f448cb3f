//! Who wakes when. An index of due times in memory; the truth about timers is in the journals.
//!
//! Where several processes share a journal, an execution that rests may have no process that holds it when its time comes:
//! the one that did was stopped. For that case only, the `alarms` beside this file have somebody outside wake it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, Weak},
    time::Duration,
};

use cueline_protocol::ids::ExecutionId;
use cueline_states::Event;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::Notify;

use crate::{
    alarms::{self, Attendants},
    engine::Core,
};

/// The longest sleep between two looks, so that a jump of the clock is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// When a timer is tried again whose shard is just being restarted.
const NOBODY_THERE_MS: i64 = 1_000;

/// Due times by execution. An execution that fires too early decides nothing, so a stale entry is harmless.
#[derive(Default)]
pub struct Timers {
    due: Mutex<BTreeSet<(i64, ExecutionId)>>,
    sooner: Notify,
    /// Alarms that somebody outside keeps, for executions that rest long.
    pub(crate) alarms: alarms::Wanted,
}

impl Timers {
    /// Replaces the timer `old` of an execution by `new`.
    pub fn set(&self, execution: &ExecutionId, old: Option<i64>, new: Option<i64>) {
        let mut due = self.lock();
        if let Some(old) = old {
            due.remove(&(old, execution.clone()));
        }
        if let Some(new) = new {
            let first = due.first().is_none_or(|(first, _)| new < *first);
            due.insert((new, execution.clone()));
            drop(due);
            if first {
                self.sooner.notify_one();
            }
        }
    }

    /// The execution needs no timer any more.
    pub fn clear(&self, execution: &ExecutionId, old: Option<i64>) {
        self.set(execution, old, None);
    }

    /// How many timers are set.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// No timer is set.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes what is due at `now_ms`, at most `limit`.
    pub fn take_due(&self, now_ms: i64, limit: usize) -> Vec<ExecutionId> {
        let mut due = self.lock();
        let mut fired = Vec::new();
        while fired.len() < limit && due.first().is_some_and(|(at, _)| *at <= now_ms) {
            fired.extend(due.pop_first().map(|(_, execution)| execution));
        }
        fired
    }

    /// When the next one is due.
    pub fn next(&self) -> Option<i64> {
        self.lock().first().map(|(at, _)| *at)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<(i64, ExecutionId)>> {
        self.due.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The actor that fires timers.
pub struct Waker;

/// Look for due timers.
pub struct Look;

/// The state of a waker.
pub struct Waking {
    core: Arc<Core>,
    /// They end with it.
    _attendants: Option<Attendants>,
}

impl Actor for Waker {
    type Msg = Look;
    type State = Waking;
    type Arguments = Weak<Core>;

    async fn pre_start(&self, myself: ActorRef<Look>, core: Weak<Core>) -> Result<Waking, ActorProcessingErr> {
        myself.cast(Look)?;
        let core = core.upgrade().ok_or("the engine is gone")?;
        let attendants = alarms::attend(&core);
        Ok(Waking { core, _attendants: attendants })
    }

    async fn handle(
        &self,
        myself: ActorRef<Look>,
        _message: Look,
        waking: &mut Waking,
    ) -> Result<(), ActorProcessingErr> {
        let core = &waking.core;
        let now_ms = core.world.clock.now_ms();
        let due = core.timers.take_due(now_ms, 1_000);
        if due.is_empty() {
            let sleep = core.timers.next().map_or(LONGEST_SLEEP, |at| {
                Duration::from_millis(at.saturating_sub(now_ms).max(0) as u64).min(LONGEST_SLEEP)
            });
            tokio::select! {
                biased;
                () = core.world.clock.sleep(sleep) => {}
                () = core.timers.sooner.notified() => {}
            }
        }
        for execution in due {
            if !core.tell(execution.clone(), Event::Tick) {
                core.timers.set(&execution, None, Some(now_ms + NOBODY_THERE_MS));
            }
        }
        myself.cast(Look)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> ExecutionId {
        ExecutionId::new(name).unwrap()
    }

    #[test]
    fn timers_fire_in_order_of_time_and_once() {
        let timers = Timers::default();
        timers.set(&id("late"), None, Some(30));
        timers.set(&id("early"), None, Some(10));
        timers.set(&id("moved"), None, Some(5));
        timers.set(&id("moved"), Some(5), Some(20));
        assert_eq!(timers.next(), Some(10));
        assert_eq!(timers.take_due(20, 9), vec![id("early"), id("moved")]);
        assert_eq!(timers.take_due(20, 9), Vec::<ExecutionId>::new());
        assert_eq!(timers.len(), 1);
    }
}
