//! One queue as data: no clock, no waiting. Every call says what time it is.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    sync::Arc,
};

use bytes::Bytes;
use cueline_ports::{Delivery, Outgoing, QueueDepth, Receipt};

/// Groups take turns; `None` is a group too.
pub(super) type Group = Option<Arc<str>>;

/// Messages, who has them, and whose turn it is.
#[derive(Debug, Default)]
pub(super) struct State {
    messages: HashMap<u64, Message>,
    next_id: u64,
    /// Ids that may be ready, per group. An id stays here when its message was acknowledged or leased in another way; it
    /// is skipped when its turn comes.
    ready: HashMap<Group, VecDeque<u64>>,
    /// Groups in `ready`, the next one first.
    turns: VecDeque<Group>,
    /// When something may become ready. An entry counts only while its message says the same.
    due: BinaryHeap<Reverse<(i64, u64)>>,
    ready_count: usize,
    leased_count: usize,
}

#[derive(Debug)]
struct Message {
    body: Bytes,
    group: Group,
    /// Deliveries so far; the last one is the only one whose receipt counts.
    deliveries: u32,
    /// Its receiver did not give it back, so the last receipt counts even when the lease ran out meanwhile.
    held: bool,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Ready,
    Leased { until_ms: i64 },
    Delayed { until_ms: i64 },
}

impl Phase {
    fn until(self) -> Option<i64> {
        match self {
            Self::Ready => None,
            Self::Leased { until_ms } | Self::Delayed { until_ms } => Some(until_ms),
        }
    }
}

impl State {
    /// Adds a message: visible at once, or at `until_ms`.
    pub(super) fn send(&mut self, message: Outgoing, until_ms: Option<i64>) {
        let id = self.next_id;
        self.next_id += 1;
        let group = message.group.map(|name| self.group(name));
        let phase = until_ms.map_or(Phase::Ready, |until_ms| Phase::Delayed { until_ms });
        self.messages.insert(id, Message { body: message.body, group, deliveries: 0, held: false, phase });
        match until_ms {
            Some(until_ms) => self.due.push(Reverse((until_ms, id))),
            None => {
                self.ready_count += 1;
                self.enqueue(id);
            }
        }
    }

    /// Leases the next message, if one is ready.
    pub(super) fn receive(&mut self, until_ms: i64) -> Option<Delivery> {
        let id = self.dequeue()?;
        let message = self.messages.get_mut(&id)?;
        message.deliveries += 1;
        message.held = true;
        message.phase = Phase::Leased { until_ms };
        self.ready_count -= 1;
        self.leased_count += 1;
        let delivery = Delivery {
            receipt: receipt(id, message.deliveries),
            body: message.body.clone(),
            receive_count: message.deliveries,
            trace: None,
        };
        self.due.push(Reverse((until_ms, id)));
        Some(delivery)
    }

    /// Makes ready what is due.
    pub(super) fn sweep(&mut self, now_ms: i64) {
        while let Some(Reverse((at, id))) = self.due.peek().copied() {
            let counts = self.messages.get(&id).is_some_and(|message| message.phase.until() == Some(at));
            if counts && at > now_ms {
                break;
            }
            self.due.pop();
            if counts {
                self.make_ready(id);
            }
        }
        self.compact_due();
    }

    /// When something may become ready by itself; never too late.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    /// Leases the delivery's message until `until_ms`; `false` when the receipt does not count any more.
    pub(super) fn extend(&mut self, receipt: &Receipt, until_ms: i64) -> bool {
        let Some(id) = self.current(receipt) else { return false };
        self.set_phase(id, Phase::Leased { until_ms });
        self.due.push(Reverse((until_ms, id)));
        true
    }

    /// Removes the delivery's message; gives its body and group back when the receipt counted.
    pub(super) fn remove(&mut self, receipt: &Receipt) -> Option<(Bytes, Group)> {
        let id = self.current(receipt)?;
        self.leave_phase(id);
        let message = self.messages.remove(&id)?;
        Some((message.body, message.group))
    }

    /// Body and group of the delivery's message while the receipt counts.
    pub(super) fn peek(&self, receipt: &Receipt) -> Option<(Bytes, Group)> {
        let message = self.messages.get(&self.current(receipt)?)?;
        Some((message.body.clone(), message.group.clone()))
    }

    /// Makes the delivery's message visible again, at once or at `until_ms`; `false` when the receipt does not count.
    pub(super) fn release(&mut self, receipt: &Receipt, until_ms: Option<i64>) -> bool {
        let Some(id) = self.current(receipt) else { return false };
        if let Some(message) = self.messages.get_mut(&id) {
            message.held = false;
        }
        match until_ms {
            None => self.make_ready(id),
            Some(until_ms) => {
                self.set_phase(id, Phase::Delayed { until_ms });
                self.due.push(Reverse((until_ms, id)));
            }
        }
        true
    }

    /// Forgets every message. Ids go on counting, so that an old receipt never fits a new message.
    pub(super) fn clear(&mut self) {
        *self = Self { next_id: self.next_id, ..Self::default() };
    }

    /// How full it is, without the dead.
    pub(super) fn depth(&self) -> QueueDepth {
        let delayed = self.messages.len() - self.ready_count - self.leased_count;
        QueueDepth { ready: self.ready_count, leased: self.leased_count, delayed, dead: 0 }
    }

    /// Something can be received now.
    pub(super) fn has_ready(&self) -> bool {
        self.ready_count > 0
    }

    /// Nothing of what is gone is left.
    #[cfg(test)]
    pub(super) fn is_small(&self) -> bool {
        let kept = [self.messages.len(), self.ready.len(), self.turns.len()];
        kept == [0; 3] && self.due.len() <= 2_048
    }

    fn group(&self, name: String) -> Arc<str> {
        let name: Arc<str> = name.into();
        let group = Some(Arc::clone(&name));
        // One copy of a name however many messages carry it.
        match self.ready.get_key_value(&group) {
            Some((Some(known), _)) => Arc::clone(known),
            _ => name,
        }
    }

    /// The message of a receipt, if that was its last delivery and it was not given back.
    fn current(&self, receipt: &Receipt) -> Option<u64> {
        let (id, delivery) = receipt.0.split_once('.')?;
        let (id, delivery) = (id.parse().ok()?, delivery.parse::<u32>().ok()?);
        let message = self.messages.get(&id)?;
        (message.deliveries == delivery && message.held).then_some(id)
    }

    fn make_ready(&mut self, id: u64) {
        self.set_phase(id, Phase::Ready);
        self.enqueue(id);
    }

    fn set_phase(&mut self, id: u64, phase: Phase) {
        self.leave_phase(id);
        match phase {
            Phase::Ready => self.ready_count += 1,
            Phase::Leased { .. } => self.leased_count += 1,
            Phase::Delayed { .. } => {}
        }
        if let Some(message) = self.messages.get_mut(&id) {
            message.phase = phase;
        }
    }

    fn leave_phase(&mut self, id: u64) {
        match self.messages.get(&id).map(|message| message.phase) {
            Some(Phase::Ready) => self.ready_count -= 1,
            Some(Phase::Leased { .. }) => self.leased_count -= 1,
            Some(Phase::Delayed { .. }) | None => {}
        }
    }

    fn enqueue(&mut self, id: u64) {
        let Some(message) = self.messages.get(&id) else { return };
        match self.ready.get_mut(&message.group) {
            Some(ids) => ids.push_back(id),
            None => {
                self.ready.insert(message.group.clone(), VecDeque::from([id]));
                self.turns.push_back(message.group.clone());
            }
        }
    }

    /// The next ready message: one of the group whose turn it is.
    fn dequeue(&mut self) -> Option<u64> {
        loop {
            let group = self.turns.pop_front()?;
            let Some(ids) = self.ready.get_mut(&group) else { continue };
            let messages = &self.messages;
            let found = std::iter::from_fn(|| ids.pop_front())
                .find(|id| messages.get(id).is_some_and(|message| message.phase == Phase::Ready));
            if ids.is_empty() {
                self.ready.remove(&group);
            } else {
                self.turns.push_back(group);
            }
            if found.is_some() {
                return found;
            }
        }
    }

    /// Acknowledged messages leave their due time behind; long leases would let those pile up.
    fn compact_due(&mut self) {
        let counting = self.messages.len() - self.ready_count;
        if self.due.len() > 2 * counting + 1_024 {
            let messages = &self.messages;
            self.due
                .retain(|Reverse((at, id))| messages.get(id).is_some_and(|message| message.phase.until() == Some(*at)));
        }
    }
}

fn receipt(id: u64, delivery: u32) -> Receipt {
    Receipt(format!("{id}.{delivery}"))
}
