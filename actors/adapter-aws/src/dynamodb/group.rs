//! Starts and ends of several executions in one transaction.
//!
//! A start and an end write two items, and what is billed for a transaction is its items: ten starts in one transaction
//! cost what ten transactions cost, and are one request. Nobody waits for company: while few transactions are on the way
//! an append goes at once; what comes while all lanes are busy goes together in the next one. One append that may not be
//! done fails by itself: the answer names the items at fault, and the others are written again without it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use cueline_ports::{PortError, PortErrorKind, PortResult};
use cueline_protocol::ids::ExecutionId;
use tokio::sync::oneshot;

use super::{
    DynamoDb,
    item::{TRANSACTION_LIMIT, write_token},
    transaction::{NotDone, pause},
};
use crate::error::Call;

/// Items of one append: the commits and the row of lists.
const ITEMS: usize = 2;
/// Most appends of one transaction. DynamoDB takes 100 items.
const MOST: usize = 100 / ITEMS;
/// Transactions on the way at once.
const LANES: usize = 4;
/// Tries of an append that meets another writer.
const TRIES: u32 = 12;

/// An append of two items.
#[derive(Clone)]
pub(super) struct Pair {
    pub(super) execution: ExecutionId,
    pub(super) commit: Put,
    pub(super) row: Put,
    /// Of both bodies.
    pub(super) bytes: usize,
}

/// Appends that wait for a lane. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Groups(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    members: VecDeque<Member>,
    busy: usize,
}

struct Member {
    pair: Pair,
    done: oneshot::Sender<PortResult<()>>,
}

impl Member {
    fn conflict(&self) -> PortError {
        PortError::conflict(format!("another writer appended to the journal of {} first", self.pair.execution))
    }
}

impl Groups {
    /// Queues an append; says whether a lane is free for it.
    fn enter(&self, member: Member) -> bool {
        let mut waiting = self.lock();
        waiting.members.push_back(member);
        let is_free = waiting.busy < LANES;
        waiting.busy += usize::from(is_free);
        is_free
    }

    /// What goes next; gives the lane back when nothing waits.
    fn next(&self) -> Option<Vec<Member>> {
        let mut waiting = self.lock();
        if waiting.members.is_empty() {
            waiting.busy -= 1;
            return None;
        }
        let sizes = waiting.members.iter().map(|member| (&member.pair.execution, member.pair.bytes));
        let together = chosen(sizes);
        let mut group = Vec::with_capacity(together.len());
        // From the back, so that places before stay as they were.
        for place in together.into_iter().rev() {
            group.extend(waiting.members.remove(place));
        }
        group.reverse();
        Some(group)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Places of those that fit one transaction, which may name an item once.
fn chosen<'a>(waiting: impl Iterator<Item = (&'a ExecutionId, usize)>) -> Vec<usize> {
    let (mut places, mut executions, mut room) = (Vec::new(), Vec::new(), TRANSACTION_LIMIT);
    for (place, (execution, bytes)) in waiting.enumerate() {
        if places.len() == MOST {
            break;
        }
        if executions.contains(&execution) || (bytes > room && !places.is_empty()) {
            continue;
        }
        room = room.saturating_sub(bytes);
        places.push(place);
        executions.push(execution);
    }
    places
}

/// What a cancelled transaction says of one append in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Nothing: it was cancelled for another one's sake.
    Innocent,
    /// Its condition failed.
    Conflict,
    /// Its items are being written by somebody else; its condition was not judged.
    Met,
    /// The table has no room for it now.
    Throttled,
    /// The service does not take it.
    Refused,
}

/// One verdict per append, by the codes of its items; nothing when the codes are not of these appends.
fn judged(codes: &[&str], appends: usize) -> Option<Vec<Verdict>> {
    (codes.len() == appends * ITEMS).then(|| codes.chunks(ITEMS).map(verdict).collect())
}

fn verdict(codes: &[&str]) -> Verdict {
    let any = |wanted: &[&str]| codes.iter().any(|code| wanted.contains(code));
    if any(&["ConditionalCheckFailed"]) {
        Verdict::Conflict
    } else if any(&["TransactionConflict"]) {
        Verdict::Met
    } else if any(&["ThrottlingError", "ProvisionedThroughputExceeded"]) {
        Verdict::Throttled
    } else if codes.iter().all(|code| *code == "None") {
        Verdict::Innocent
    } else {
        Verdict::Refused
    }
}

impl DynamoDb {
    /// Writes both items or none.
    pub(super) async fn put_pair(&self, pair: Pair) -> PortResult<()> {
        let (done, outcome) = oneshot::channel();
        if self.groups.enter(Member { pair, done }) {
            let table = self.clone();
            tokio::spawn(async move {
                while let Some(group) = table.groups.next() {
                    table.write_group(group).await;
                }
            });
        }
        let lost = || PortError::unavailable("the runtime is shutting down; the append may have been done or not");
        outcome.await.unwrap_or_else(|_| Err(lost()))
    }

    async fn write_group(&self, mut group: Vec<Member>) {
        while !group.is_empty() {
            let codes = match self.write_pairs(&group, &write_token()).await {
                Ok(()) => return group.into_iter().for_each(|member| told(member, Ok(()))),
                Err(NotDone::Failed(error)) if error.kind == PortErrorKind::Invalid && group.len() > 1 => {
                    // Of many, one is not taken and the answer does not say which.
                    return group.into_iter().for_each(|member| self.write_apart(member, 0));
                }
                Err(NotDone::Failed(error)) => {
                    return group.into_iter().for_each(|member| told(member, Err(same(&error))));
                }
                Err(NotDone::Cancelled(codes)) => codes,
            };
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            let verdicts = judged(&codes, group.len()).filter(|all| all.iter().any(|one| *one != Verdict::Innocent));
            let Some(verdicts) = verdicts else {
                return group.into_iter().for_each(|member| self.write_apart(member, 0));
            };
            let mut innocent = Vec::new();
            for (member, verdict) in group.into_iter().zip(verdicts) {
                match verdict {
                    Verdict::Innocent => innocent.push(member),
                    Verdict::Met => self.write_apart(member, 1),
                    _ => {
                        let error = self.refusal(verdict, &member, &codes);
                        told(member, Err(error));
                    }
                }
            }
            group = innocent;
        }
    }

    /// Alone and off the lanes: who waits for another writer holds nobody up.
    fn write_apart(&self, member: Member, tries: u32) {
        let table = self.clone();
        tokio::spawn(async move {
            let outcome = table.write_alone(&member, tries).await;
            told(member, outcome);
        });
    }

    async fn write_alone(&self, member: &Member, mut tries: u32) -> PortResult<()> {
        // One token for every try: a transaction whose answer was lost is not done twice.
        let once = write_token();
        loop {
            if tries > 0 {
                pause(tries).await;
            }
            tries += 1;
            let codes = match self.write_pairs(std::slice::from_ref(member), &once).await {
                Ok(()) => return Ok(()),
                Err(NotDone::Failed(error)) => return Err(error),
                Err(NotDone::Cancelled(codes)) => codes,
            };
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            match verdict(&codes) {
                Verdict::Met if tries < TRIES => {}
                // Of writers that meet this often, another one was first.
                Verdict::Met => return Err(member.conflict()),
                verdict => return Err(self.refusal(verdict, member, &codes)),
            }
        }
    }

    fn refusal(&self, verdict: Verdict, member: &Member, codes: &[&str]) -> PortError {
        let kind = match verdict {
            Verdict::Conflict | Verdict::Met => return member.conflict(),
            Verdict::Throttled => PortErrorKind::Throttled,
            Verdict::Refused | Verdict::Innocent => PortErrorKind::Invalid,
        };
        let code = codes.iter().find(|code| **code != "None").copied().unwrap_or("cancelled");
        Call { action: "dynamodb:TransactWriteItems", on: &self.on() }.error(kind, code)
    }

    async fn write_pairs(&self, members: &[Member], once: &str) -> Result<(), NotDone> {
        let items = members.iter().flat_map(|member| [&member.pair.commit, &member.pair.row]);
        let items = items.map(|put| TransactWriteItem::builder().put(put.clone()).build()).collect();
        self.transact_items(items, Some(once)).await
    }
}

/// The error once more, for the next one in the group.
fn same(error: &PortError) -> PortError {
    let mut again = PortError::new(error.kind, &error.message);
    again.retry_after = error.retry_after;
    again
}

/// Who asked may be gone.
fn told(member: Member, outcome: PortResult<()>) {
    let _ = member.done.send(outcome);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> ExecutionId {
        name.parse().unwrap()
    }

    fn places(waiting: &[(&str, usize)]) -> Vec<usize> {
        let ids: Vec<_> = waiting.iter().map(|(name, bytes)| (id(name), *bytes)).collect();
        chosen(ids.iter().map(|(id, bytes)| (id, *bytes)))
    }

    #[test]
    fn a_transaction_takes_what_fits_and_names_an_execution_once() {
        assert_eq!(places(&[]), [] as [usize; 0]);
        assert_eq!(places(&[("a", 1), ("b", 1), ("a", 1), ("c", 1)]), [0, 1, 3]);
        let half = TRANSACTION_LIMIT / 2 + 1;
        assert_eq!(places(&[("a", half), ("b", half), ("c", 10)]), [0, 2]);
        assert_eq!(places(&[("a", TRANSACTION_LIMIT * 2), ("b", 1)]), [0], "what fits nowhere goes alone");
        let many: Vec<String> = (0..200).map(|n| format!("e{n}")).collect();
        let many: Vec<_> = many.iter().map(|name| (name.as_str(), 1)).collect();
        assert_eq!(places(&many), (0..MOST).collect::<Vec<_>>());
    }

    #[test]
    fn a_cancelled_transaction_fails_those_at_fault_only() {
        use Verdict::*;
        type Case<'a> = (&'a [&'a str], usize, Option<&'a [Verdict]>);
        let cases: &[Case<'_>] = &[
            (&["ConditionalCheckFailed", "None", "None", "None"], 2, Some(&[Conflict, Innocent])),
            (&["None", "TransactionConflict", "ConditionalCheckFailed", "None"], 2, Some(&[Met, Conflict])),
            (&["None", "ThrottlingError", "None", "None"], 2, Some(&[Throttled, Innocent])),
            (&["ProvisionedThroughputExceeded", "None"], 1, Some(&[Throttled])),
            (&["ValidationError", "None", "None", "None"], 2, Some(&[Refused, Innocent])),
            (&["ItemCollectionSizeLimitExceeded", "None"], 1, Some(&[Refused])),
            (&["None", "None"], 1, Some(&[Innocent])),
            (&["ConditionalCheckFailed"], 2, None),
            (&[], 1, None),
        ];
        for (codes, appends, expected) in cases {
            assert_eq!(judged(codes, *appends).as_deref(), *expected, "{codes:?}");
        }
    }

    #[test]
    fn lanes_are_taken_and_given_back() {
        let groups = Groups::default();
        let enter = |name: &str| {
            let put = || Put::builder().table_name("t").item("pk", super::super::item::text("a")).build().unwrap();
            let pair = Pair { execution: id(name), commit: put(), row: put(), bytes: 1 };
            groups.enter(Member { pair, done: oneshot::channel().0 })
        };
        let free: Vec<bool> = (0..LANES + 3).map(|n| enter(&format!("e{n}"))).collect();
        assert_eq!(free.iter().filter(|free| **free).count(), LANES);
        let sizes: Vec<usize> = std::iter::from_fn(|| groups.next()).map(|group| group.len()).collect();
        assert_eq!(sizes, [LANES + 3], "what waits goes together");
        (1..LANES).for_each(|_| assert!(groups.next().is_none()));
        assert_eq!(groups.lock().busy, 0);
        assert!(enter("last"));
    }
}
