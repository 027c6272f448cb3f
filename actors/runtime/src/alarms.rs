//! Alarms for executions that rest long: whoever is alive when they go off wakes the execution.
//!
//! ```text
//!  settle ─► Wanted (the last word per execution) ─► setter ─► Alarms::set / clear
//!  queue `alarms` ─► listener ─► Event::Tick, acknowledged once it was decided
//! ```
//!
//! The timers in memory stay and are usually first. An alarm that goes off too early, twice or for nothing decides nothing, so
//! none is ever needed to be right, and one that cannot be set now is set later.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cueline_ports::{Alarms, Delivery, PortResult};
use cueline_protocol::{
    ids::{ExecutionId, QueueName},
    v1::Alarm,
};
use cueline_states::{Event, State, Status};
use futures::{StreamExt, stream};
use tokio::{sync::Notify, task::JoinHandle};

use crate::{EngineError, engine::Core};

/// The queue that alarms go off on.
const QUEUE: &str = "alarms";
/// A rest that is shorter is left to the timers in memory: it costs two requests to be woken from outside.
const LONG_MS: i64 = 60_000;
/// Alarms that are set at once.
const AT_ONCE: usize = 16;
/// Messages that are taken at once, for how long, and how long is waited for the first.
const BATCH: usize = 10;
const LEASE: Duration = Duration::from_secs(60);
const WAIT: Duration = Duration::from_secs(20);
/// The pause after a call that failed.
const PAUSE: Duration = Duration::from_secs(5);

/// What is to be done about the alarm of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Set(i64),
    Clear,
}

/// Decides. `known` is the alarm that this process set for it, `due` when it has to go on by itself.
fn decide(known: Option<i64>, is_running: bool, rests: bool, due: Option<i64>, now_ms: i64) -> Option<Order> {
    let wanted = due.filter(|due| is_running && rests && due.saturating_sub(now_ms) > LONG_MS);
    match (wanted, known) {
        (Some(due), known) => (known != Some(due)).then_some(Order::Set(due)),
        // What it would wake is over, or waits for nothing but people.
        (None, Some(known)) if known > now_ms && (!is_running || due.is_none()) => Some(Order::Clear),
        // It is awake, or will be before anybody outside could wake it; an alarm that is set may go off.
        (None, _) => None,
    }
}

/// Alarms that this process asked for.
#[derive(Default)]
pub(crate) struct Wanted {
    orders: Mutex<Orders>,
    changed: Notify,
}

#[derive(Default)]
struct Orders {
    /// Not carried out yet; the last word counts.
    open: BTreeMap<ExecutionId, Order>,
    /// What is set as far as this process knows.
    set: HashMap<ExecutionId, i64>,
}

impl Wanted {
    fn rests(&self, execution: &ExecutionId, state: &State, rests: bool, now_ms: i64) {
        let mut orders = self.lock();
        let known = orders.set.get(execution).copied();
        let is_running = state.status() == Status::Running;
        let due = if is_running { state.next_due_ms() } else { None };
        let order = decide(known, is_running, rests, due, now_ms);
        match order {
            Some(Order::Set(at_ms)) => drop(orders.set.insert(execution.clone(), at_ms)),
            Some(Order::Clear) => drop(orders.set.remove(execution)),
            // It went off, or will for nobody.
            None if !is_running => drop(orders.set.remove(execution)),
            None => {}
        }
        if let Some(order) = order {
            orders.open.insert(execution.clone(), order);
            drop(orders);
            self.changed.notify_one();
        }
    }

    /// One that failed is wanted again, unless something else is by now.
    fn put_back(&self, execution: ExecutionId, order: Order) {
        self.lock().open.entry(execution).or_insert(order);
    }

    fn rang(&self, execution: &ExecutionId, due_ms: i64) {
        let mut orders = self.lock();
        if orders.set.get(execution).is_some_and(|at_ms| *at_ms <= due_ms) {
            orders.set.remove(execution);
        }
    }

    fn take(&self) -> BTreeMap<ExecutionId, Order> {
        std::mem::take(&mut self.lock().open)
    }

    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    /// An execution has nothing to decide now. Free where nobody keeps alarms.
    pub(crate) fn rests(&self, execution: &ExecutionId, state: &State, rests: impl FnOnce() -> bool) {
        if self.world.alarms.is_some() {
            self.timers.alarms.rests(execution, state, rests(), self.world.clock.now_ms());
        }
    }
}

/// Who sets alarms and who hears them; they end when this is dropped.
pub(crate) struct Attendants(Vec<JoinHandle<()>>);

impl Drop for Attendants {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// Begins to set alarms where somebody keeps them, and to hear them in a process that receives messages: one that stands
/// still between its invocations, or ends with a command, would only keep them from the others.
pub(crate) fn attend(core: &Arc<Core>) -> Option<Attendants> {
    let alarms = core.world.alarms.clone()?;
    let mut attendants = vec![tokio::spawn(set(core.clone(), alarms))];
    if core.options.receives {
        attendants.push(tokio::spawn(listen(core.clone(), QueueName::new(QUEUE).ok()?)));
    }
    Some(Attendants(attendants))
}

async fn set(core: Arc<Core>, alarms: Arc<dyn Alarms>) {
    let wanted = &core.timers.alarms;
    loop {
        let orders = wanted.take();
        if orders.is_empty() {
            wanted.changed.notified().await;
            continue;
        }
        // One order per execution in a round, and one round after the other: the last word is the last call.
        let calls = orders.into_iter().map(async |(execution, order)| {
            let done = carry_out(alarms.as_ref(), &execution, order).await;
            (execution, order, done)
        });
        let done: Vec<_> = stream::iter(calls).buffer_unordered(AT_ONCE).collect().await;
        let mut failed = false;
        for (execution, order, result) in done {
            let Err(error) = result else { continue };
            if error.is_transient() || error.kind == cueline_ports::PortErrorKind::Denied {
                failed = true;
                tracing::warn!(execution = %execution, error = %error, "failed to set an alarm; it is set later");
                wanted.put_back(execution, order);
            } else {
                tracing::error!(execution = %execution, error = %error, "an alarm cannot be set");
            }
        }
        if failed {
            core.world.clock.sleep(PAUSE).await;
        }
    }
}

async fn carry_out(alarms: &dyn Alarms, execution: &ExecutionId, order: Order) -> PortResult<()> {
    match order {
        Order::Set(at_ms) => alarms.set(execution, at_ms).await,
        Order::Clear => alarms.clear(execution).await,
    }
}

async fn listen(core: Arc<Core>, queue: QueueName) {
    while !core.is_draining() {
        match core.world.queue.receive(&queue, BATCH, LEASE, WAIT).await {
            Ok(deliveries) => {
                for delivery in deliveries {
                    hear(&core, &queue, delivery).await;
                }
            }
            Err(error) => {
                tracing::warn!(queue = %queue, error = %error, "failed to receive alarms");
                core.world.clock.sleep(PAUSE).await;
            }
        }
    }
}

async fn hear(core: &Arc<Core>, queue: &QueueName, delivery: Delivery) {
    let (execution, due_ms) = match read(&delivery.body) {
        Ok(read) => read,
        Err(reason) => {
            tracing::error!(queue = %queue, reason, "message moved to the dead letters");
            if let Err(error) = core.world.queue.dead_letter(queue, &delivery.receipt, &reason).await {
                tracing::error!(queue = %queue, error = %error, "failed to dead-letter a message");
            }
            return;
        }
    };
    core.timers.alarms.rang(&execution, due_ms);
    match core.deliver(execution.clone(), Event::Tick).await {
        Ok(_) | Err(EngineError::NotFound { .. }) => {}
        // It comes again when its lease is over.
        Err(error) if error.is_transient() => {
            return tracing::warn!(execution = %execution, error = %error, "an alarm is heard later");
        }
        Err(error) => tracing::error!(execution = %execution, error = %error, "an alarm is for nobody"),
    }
    if let Err(error) = core.world.queue.acknowledge(queue, vec![delivery.receipt]).await {
        tracing::warn!(queue = %queue, error = %error, "failed to acknowledge an alarm; it comes again");
    }
}

fn read(body: &[u8]) -> Result<(ExecutionId, i64), String> {
    let alarm: Alarm = serde_json::from_slice(body).map_err(|error| format!("not an alarm: {error}"))?;
    let execution = ExecutionId::new(&alarm.execution).map_err(|error| format!("not an alarm: {error}"))?;
    Ok((execution, alarm.due_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;
    const LATER: i64 = NOW + LONG_MS + 1;

    #[test]
    fn an_alarm_is_set_for_a_long_rest_and_cleared_when_there_is_nothing_to_wake() {
        let (running, rests) = (true, true);
        let cases = [
            // A long rest, a short one, one that is over.
            (None, running, rests, Some(LATER), Some(Order::Set(LATER))),
            (None, running, rests, Some(NOW + LONG_MS), None),
            (None, running, rests, Some(NOW - 1), None),
            // Somebody works on it; it waits for people only.
            (None, running, !rests, Some(LATER), None),
            (None, running, rests, None, None),
            // It is set already, or for another time.
            (Some(LATER), running, rests, Some(LATER), None),
            (Some(LATER + 5), running, rests, Some(LATER), Some(Order::Set(LATER))),
            (Some(LATER), running, rests, Some(LATER + 5), Some(Order::Set(LATER + 5))),
            // Awake for a while: the alarm may go off.
            (Some(LATER), running, !rests, Some(LATER), None),
            (Some(LATER), running, rests, Some(NOW + 1), None),
            // Nothing is left to wake.
            (Some(LATER), running, rests, None, Some(Order::Clear)),
            (Some(LATER), !running, !rests, None, Some(Order::Clear)),
            (Some(NOW), !running, !rests, None, None),
            (None, !running, !rests, None, None),
        ];
        for (known, is_running, rests, due, expected) in cases {
            let decided = decide(known, is_running, rests, due, NOW);
            assert_eq!(decided, expected, "{known:?} {is_running} {rests} {due:?}");
        }
    }

    #[test]
    fn the_last_word_counts() {
        let wanted = Wanted::default();
        let id = ExecutionId::new("e").unwrap();
        wanted.put_back(id.clone(), Order::Set(1));
        wanted.put_back(id.clone(), Order::Clear);
        assert_eq!(
            wanted.take(),
            BTreeMap::from([(id, Order::Set(1))]),
            "what failed does not replace what came later"
        );
        assert!(wanted.take().is_empty());
    }

    #[test]
    fn what_is_no_alarm_is_named() {
        assert_eq!(read(br#"{"execution": "e", "dueMs": "5"}"#), Ok((ExecutionId::new("e").unwrap(), 5)));
        for bad in ["", "{", "[]", r#"{"execution": "a b"}"#, r#"{"executions": "e"}"#] {
            assert!(read(bad.as_bytes()).unwrap_err().starts_with("not an alarm"), "{bad}");
        }
    }
}
