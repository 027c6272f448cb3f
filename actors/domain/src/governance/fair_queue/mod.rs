//! Who goes next when a target is busy: each tenant gets its share, whatever the others ask for.
//!
//! This is start-time fair queueing (Goyal, Vin, Cheng: "Start-time Fair Queueing", IEEE/ACM Transactions on Networking 5(5),
//! 1997), the self-clocked kind of fair queueing (Golestani, INFOCOM 1994) that orders by starts. A virtual clock runs in
//! tokens per weight. A request starts where its tenant's last one finished, or now when that is later, and finishes
//! `cost / weight` after that:
//!
//! ```text
//! start = max(virtual now, finish of the tenant's last)     finish = start + cost / weight     virtual now = start of who went last
//! ```
//!
//! The smallest start goes next; among equal ones, who came first. By starts rather than by finishes: a tenant that comes
//! new waits for one request of each other tenant at most, however large its own is, and the bound below is the same.
//!
//! Laws that the tests hold:
//!
//! - Nobody is lost, and nobody is served twice.
//! - Within a tenant, who comes first goes first.
//! - While two tenants both wait, what each was served per weight, over any stretch of time, differs by at most
//!   `largest / weight` of the one plus `largest / weight` of the other, where `largest` is the tenant's largest request
//!   (theorem 1 of the paper). It holds however fast or slow the target is, and whoever leaves meanwhile.
//! - Who was idle has saved up nothing. Who is served and then idle for a moment still owes what it was served.
//! - Who leaves, or waits too long, pays nothing.
//!
//! Entering, leaving and going take `O(log n)`; [`FairQueue::place`] and [`FairQueue::view`] are for people and walk the queue.
//! Costs are counted where they pass: let every request of a busy target enter, or its tenant gets more than its share. What
//! was estimated is what is charged; there is no settling afterwards.

mod pace;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use pace::Pace;

/// Parts of a token that the virtual clock counts: a cost divided by a weight never becomes nothing.
const PARTS: u128 = 1 << 32;
/// A cost above this is a mistake; it would take the virtual clock a lifetime of such mistakes to overflow.
const MOST_COST: u64 = 1 << 40;
/// Tenants that nobody waits for but that still owe; beyond, who owes the least is forgiven.
const REMEMBERED: usize = 10_000;

/// How many may wait, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FairQueueLimits {
    /// Requests of one tenant.
    pub per_tenant: usize,
    /// Requests of all; whoever waited too long counts until [`FairQueue::expired`] tells it.
    pub total: usize,
    /// Milliseconds after which nobody waits any more.
    pub patience_ms: i64,
}

/// A place in one queue. Numbers go up and never come twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Ticket(u64);

impl Ticket {
    /// From 1, in the order of entering.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// That of the tenant.
    PerTenant,
    /// That of the queue.
    Total,
}

/// A request that may not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// What is full.
    pub limit: Limit,
    /// How many may wait under it.
    pub allowed: usize,
    /// How many do.
    pub waiting: usize,
    /// About how long a request that entered now would wait; `None` until the target has shown its pace.
    pub wait_ms: Option<u64>,
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = match self.limit {
            Limit::PerTenant => "of the tenant ",
            Limit::Total => "",
        };
        write!(f, "{} requests {whose}wait already; {} may", self.waiting, self.allowed)?;
        match self.wait_ms {
            Some(ms) => write!(f, "; come again in about {ms} ms"),
            None => Ok(()),
        }
    }
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// From 1: in which order it goes if nobody else enters or leaves.
    pub position: usize,
    /// How many wait.
    pub of: usize,
    /// How many of them are the tenant's.
    pub tenant_waiting: usize,
}

/// A tenant that waits, for a queue that people can see.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Who.
    pub tenant: String,
    /// How many of its requests wait.
    pub waiting: usize,
    /// How long the oldest has waited.
    pub oldest_ms: i64,
    /// As it said last.
    pub weight: u32,
    /// The part of the target that it gets while the same tenants wait, from 0 to 1.
    pub share: f64,
}

#[derive(Debug, Clone)]
struct Waiting {
    tenant: Arc<str>,
    entered_ms: i64,
}

/// A tenant that waits, or that waits for nothing and still owes.
#[derive(Debug, Clone)]
struct Lane {
    /// Start of the first request that waits; of an idle tenant the finish of its last one.
    start: u128,
    weight: u32,
    /// With their costs, in the order of entering.
    queue: BTreeMap<Ticket, u64>,
    /// Of everything in the queue.
    cost: u128,
}

impl Lane {
    /// What a cost moves the start on by; never nothing, as a weight is less than [`PARTS`].
    fn charge(&self, cost: u64) -> u128 {
        u128::from(cost) * PARTS / u128::from(self.weight)
    }
}

/// Requests that wait for one target.
#[derive(Debug, Clone)]
pub struct FairQueue {
    limits: FairQueueLimits,
    /// Never goes back, whatever the caller's clock does, so that tickets age in their order.
    clock_ms: i64,
    /// Start of who went last.
    virtual_now: u128,
    last_ticket: u64,
    waiting: BTreeMap<Ticket, Waiting>,
    lanes: BTreeMap<Arc<str>, Lane>,
    /// The first request of each tenant that waits, by its start.
    heads: BTreeSet<(u128, Ticket)>,
    /// Tenants that wait for nothing, by what they finished at; always after the virtual now.
    idle: BTreeSet<(u128, Arc<str>)>,
    /// Waited too long and were not told so.
    overdue: BTreeSet<Ticket>,
    /// Of everything that waits.
    cost: u128,
    /// Of every tenant that waits.
    weights: u64,
    pace: Pace,
}

impl FairQueue {
    /// Empty.
    pub fn new(limits: FairQueueLimits) -> Self {
        Self {
            limits,
            clock_ms: i64::MIN,
            virtual_now: 0,
            last_ticket: 0,
            waiting: BTreeMap::new(),
            lanes: BTreeMap::new(),
            heads: BTreeSet::new(),
            idle: BTreeSet::new(),
            overdue: BTreeSet::new(),
            cost: 0,
            weights: 0,
            pace: Pace::default(),
        }
    }

    /// Waits for its turn. A weight or a cost of 0 counts as 1. A tenant has one weight: what it said last holds for everything
    /// of it that waits.
    pub fn enter(&mut self, tenant: &str, weight: u32, cost_tokens: u64, now_ms: i64) -> Result<Ticket, Refused> {
        self.sweep(now_ms);
        let weight = weight.max(1);
        self.check_room(tenant, weight)?;
        self.last_ticket += 1;
        let (ticket, cost) = (Ticket(self.last_ticket), cost_tokens.clamp(1, MOST_COST));
        let tenant = self.lanes.get_key_value(tenant).map_or_else(|| Arc::from(tenant), |(name, _)| Arc::clone(name));
        let new = Lane { start: self.virtual_now, weight, queue: BTreeMap::new(), cost: 0 };
        let lane = self.lanes.entry(Arc::clone(&tenant)).or_insert(new);
        if lane.queue.is_empty() {
            self.idle.remove(&(lane.start, Arc::clone(&tenant)));
            lane.start = lane.start.max(self.virtual_now);
            self.heads.insert((lane.start, ticket));
        } else {
            self.weights -= u64::from(lane.weight);
        }
        lane.weight = weight;
        self.weights += u64::from(weight);
        lane.queue.insert(ticket, cost);
        lane.cost += u128::from(cost);
        self.cost += u128::from(cost);
        self.waiting.insert(ticket, Waiting { tenant, entered_ms: self.clock_ms });
        Ok(ticket)
    }

    /// Who goes now; ask when the target has room. `None` means that nobody waits while the target has room: everybody had
    /// what it wanted, so all debts are forgotten.
    pub fn next(&mut self, now_ms: i64) -> Option<Ticket> {
        self.sweep(now_ms);
        let Some(&(_, ticket)) = self.heads.first() else {
            self.lanes.clear();
            self.idle.clear();
            return None;
        };
        let cost = self.remove(ticket, true)?;
        self.pace.served(self.clock_ms, cost, !self.waiting.is_empty());
        Some(ticket)
    }

    /// Whoever waited too long since the last time it was asked, oldest first. Ask now and then, also when nobody goes.
    pub fn expired(&mut self, now_ms: i64) -> Vec<Ticket> {
        self.sweep(now_ms);
        std::mem::take(&mut self.overdue).into_iter().collect()
    }

    /// The client is gone. False when it did not wait any more.
    pub fn leave(&mut self, ticket: Ticket) -> bool {
        self.overdue.remove(&ticket) || self.remove(ticket, false).is_some()
    }

    /// Where a request stands; `None` when it does not wait any more.
    pub fn place(&self, ticket: Ticket) -> Option<Place> {
        let own = self.lanes.get(&self.waiting.get(&ticket)?.tenant)?;
        let before: u128 = own.queue.range(..ticket).map(|(_, cost)| own.charge(*cost)).sum();
        let mine = (own.start + before, ticket);
        let mut position = 1;
        for lane in self.lanes.values() {
            let mut start = lane.start;
            for (ticket, cost) in &lane.queue {
                if (start, *ticket) >= mine {
                    break;
                }
                position += 1;
                start += lane.charge(*cost);
            }
        }
        Some(Place { position, of: self.waiting.len(), tenant_waiting: own.queue.len() })
    }

    /// Who waits, by tenant.
    pub fn view(&self, now_ms: i64) -> Vec<Row> {
        let mut rows = Vec::new();
        for (tenant, lane) in &self.lanes {
            let Some(oldest) = lane.queue.first_key_value().and_then(|(ticket, _)| self.waiting.get(ticket)) else {
                continue;
            };
            rows.push(Row {
                tenant: tenant.to_string(),
                waiting: lane.queue.len(),
                oldest_ms: now_ms.saturating_sub(oldest.entered_ms).max(0),
                weight: lane.weight,
                share: f64::from(lane.weight) / self.weights as f64,
            });
        }
        rows
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn check_room(&self, tenant: &str, weight: u32) -> Result<(), Refused> {
        let of_tenant = self.lanes.get(tenant).map_or(0, |lane| lane.queue.len());
        let of_all = self.waiting.len() + self.overdue.len();
        let (limit, allowed, waiting) = if of_tenant >= self.limits.per_tenant {
            (Limit::PerTenant, self.limits.per_tenant, of_tenant)
        } else if of_all >= self.limits.total {
            (Limit::Total, self.limits.total, of_all)
        } else {
            return Ok(());
        };
        Err(Refused { limit, allowed, waiting, wait_ms: self.wait_ms(tenant, weight) })
    }

    /// Its own requests go first, at the tenant's share of the pace; never longer than everything that waits takes.
    fn wait_ms(&self, tenant: &str, weight: u32) -> Option<u64> {
        let lane = self.lanes.get(tenant).filter(|lane| !lane.queue.is_empty());
        let others = self.weights - lane.map_or(0, |lane| u64::from(lane.weight));
        let own = lane.map_or(0, |lane| lane.cost) as f64;
        let at_share = own * (others as f64 + f64::from(weight)) / f64::from(weight);
        self.pace.wait_ms(at_share.min(self.cost as f64))
    }

    /// Takes everybody out of the queue whose patience is over. Tickets age in their order, so only the oldest are looked at.
    fn sweep(&mut self, now_ms: i64) {
        self.clock_ms = self.clock_ms.max(now_ms);
        while let Some((&ticket, oldest)) = self.waiting.first_key_value() {
            if self.clock_ms.saturating_sub(oldest.entered_ms) <= self.limits.patience_ms {
                break;
            }
            self.remove(ticket, false);
            self.overdue.insert(ticket);
        }
    }

    /// Takes one out, and charges its tenant when it was `served`. What it costs; `None` when it does not wait.
    fn remove(&mut self, ticket: Ticket, served: bool) -> Option<u64> {
        let tenant = self.waiting.remove(&ticket)?.tenant;
        let lane = self.lanes.get_mut(&tenant)?;
        let cost = lane.queue.remove(&ticket)?;
        lane.cost -= u128::from(cost);
        self.cost -= u128::from(cost);
        // Only a first one has an entry; whoever leaves from behind moves nobody's start.
        let was_first = self.heads.remove(&(lane.start, ticket));
        if served {
            self.virtual_now = lane.start;
            lane.start += lane.charge(cost);
        }
        match lane.queue.first_key_value() {
            Some((&first, _)) if was_first => {
                self.heads.insert((lane.start, first));
            }
            Some(_) => {}
            None => {
                self.weights -= u64::from(lane.weight);
                self.idle.insert((lane.start, tenant));
            }
        }
        self.forgive();
        Some(cost)
    }

    /// Forgets idle tenants that owe nothing any more, and the smallest debts when there are too many.
    fn forgive(&mut self) {
        while self.idle.first().is_some_and(|(finish, _)| *finish <= self.virtual_now) || self.idle.len() > REMEMBERED {
            let Some((_, tenant)) = self.idle.pop_first() else { return };
            self.lanes.remove(&tenant);
        }
    }
}

#[cfg(test)]
mod tests;
