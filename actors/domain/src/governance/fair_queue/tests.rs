//! The laws of the queue, over any order of entering, leaving and going.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const WEIGHTS: [u32; 4] = [1, 2, 3, 10];

fn wide() -> FairQueue {
    FairQueue::new(FairQueueLimits { per_tenant: 1_000, total: 10_000, patience_ms: 1_000_000 })
}

fn drain(queue: &mut FairQueue, now_ms: i64) -> Vec<Ticket> {
    std::iter::from_fn(|| queue.next(now_ms)).collect()
}

/// Who goes, in letters, of requests that all wait from the start.
fn order(requests: &[(&str, u32, u64)]) -> String {
    let mut queue = wide();
    let mut tenants = BTreeMap::new();
    for (tenant, weight, cost) in requests {
        tenants.insert(queue.enter(tenant, *weight, *cost, 0).unwrap(), *tenant);
    }
    drain(&mut queue, 0).iter().map(|ticket| tenants[ticket]).collect()
}

#[test]
fn tenants_go_by_their_shares() {
    for (requests, expected) in [
        (&[("a", 1, 10), ("a", 1, 10), ("a", 1, 10), ("b", 1, 10), ("b", 1, 10)][..], "ababa"),
        (&[("a", 1, 10), ("a", 1, 10), ("b", 2, 10), ("b", 2, 10), ("b", 2, 10)], "abbab"),
        (&[("a", 1, 30), ("a", 1, 30), ("b", 1, 10), ("b", 1, 10), ("b", 1, 10)], "abbba"),
        (&[("a", 0, 0), ("a", 0, 0), ("b", 1, 1)], "aba"),
        (&[("a", u32::MAX, 1), ("a", u32::MAX, 1), ("b", 1, u64::MAX)], "aba"),
        (&[], ""),
    ] {
        assert_eq!(order(requests), expected, "{requests:?}");
    }
}

#[test]
fn an_idle_tenant_saves_up_nothing() {
    let mut queue = wide();
    for _ in 0..100 {
        queue.enter("busy", 1, 10, 0).unwrap();
    }
    for _ in 0..50 {
        queue.next(0);
    }
    let back: Vec<Ticket> = (0..50).map(|_| queue.enter("back", 1, 10, 0).unwrap()).collect();
    let next: Vec<bool> = (0..10).filter_map(|_| queue.next(0)).map(|ticket| back.contains(&ticket)).collect();
    assert_eq!(next.iter().filter(|is_back| **is_back).count(), 5, "from now on one each: {next:?}");
}

#[test]
fn who_is_idle_for_a_moment_still_owes() {
    let mut queue = wide();
    let large = queue.enter("large", 1, 1_000, 0).unwrap();
    for _ in 0..20 {
        queue.enter("small", 1, 10, 0).unwrap();
    }
    assert_eq!(queue.next(0), Some(large));
    let again = queue.enter("large", 1, 1_000, 1).unwrap();
    assert_eq!(drain(&mut queue, 1).last(), Some(&again));
    assert_eq!(queue.lanes.len(), 0, "nobody waited: all is forgiven");
}

#[test]
fn who_leaves_pays_nothing() {
    let mut queue = wide();
    let leaves = queue.enter("a", 1, 1_000_000, 0).unwrap();
    let stays = queue.enter("a", 1, 10, 0).unwrap();
    let other = queue.enter("b", 1, 10, 0).unwrap();
    assert!(queue.leave(leaves) && !queue.leave(leaves));
    assert_eq!(queue.place(stays), Some(Place { position: 1, of: 2, tenant_waiting: 1 }));
    assert_eq!(drain(&mut queue, 0), [stays, other]);
}

#[test]
fn a_full_queue_refuses_with_numbers() {
    let mut queue = FairQueue::new(FairQueueLimits { per_tenant: 2, total: 3, patience_ms: 100_000 });
    queue.enter("a", 1, 10, 0).unwrap();
    queue.enter("a", 1, 10, 0).unwrap();
    let refused = queue.enter("a", 1, 10, 0).unwrap_err();
    assert_eq!(refused, Refused { limit: Limit::PerTenant, allowed: 2, waiting: 2, wait_ms: None });
    assert_eq!(refused.to_string(), "2 requests of the tenant wait already; 2 may");
    queue.enter("b", 1, 10, 0).unwrap();
    assert!(queue.next(1_000).is_some() && queue.next(3_000).is_some(), "ten tokens in two seconds");
    for tenant in ["c", "d"] {
        queue.enter(tenant, 1, 10, 3_000).unwrap();
    }
    let refused = queue.enter("e", 1, 10, 3_000).unwrap_err();
    assert_eq!(refused, Refused { limit: Limit::Total, allowed: 3, waiting: 3, wait_ms: Some(2_000) });
    assert_eq!(refused.to_string(), "3 requests wait already; 3 may; come again in about 2000 ms");
    let refused = queue.enter("a", 1, 10, 3_000).unwrap_err();
    assert_eq!(refused.wait_ms, Some(6_000), "it has one third, and one of its own waits");
}

#[test]
fn patience_ends_and_makes_room() {
    let mut queue = FairQueue::new(FairQueueLimits { per_tenant: 2, total: 3, patience_ms: 100 });
    let old = queue.enter("a", 1, 10, 0).unwrap();
    let young = queue.enter("a", 1, 10, 50).unwrap();
    assert_eq!(queue.expired(100), []);
    assert_eq!(queue.next(101), Some(young), "the old one is skipped");
    assert_eq!((queue.place(old), queue.len()), (None, 0));
    assert_eq!((queue.expired(101), queue.expired(101)), (vec![old], vec![]));
    let gone = queue.enter("a", 1, 10, 200).unwrap();
    assert!(queue.next(301).is_none() && queue.leave(gone), "a client may go before it is told");
    assert_eq!(queue.expired(301), []);
    let late = queue.enter("a", 1, 10, 0).unwrap();
    assert_eq!(queue.next(350), Some(late), "a clock that went back ages nobody");
}

#[test]
fn who_waits_can_be_seen() {
    let mut queue = wide();
    queue.enter("a", 1, 10, 0).unwrap();
    queue.enter("b", 2, 10, 30).unwrap();
    queue.enter("b", 3, 10, 40).unwrap();
    let row = |tenant: &str, waiting, oldest_ms, weight, share| Row {
        tenant: tenant.to_owned(),
        waiting,
        oldest_ms,
        weight,
        share,
    };
    assert_eq!(queue.view(100), [row("a", 1, 100, 1, 0.25), row("b", 2, 70, 3, 0.75)]);
    drain(&mut queue, 100);
    assert_eq!(queue.view(100), []);
}

#[test]
fn debts_that_are_remembered_are_bounded() {
    let mut queue = FairQueue::new(FairQueueLimits { per_tenant: 10, total: 100_000, patience_ms: 1_000 });
    for tenant in 0..3 * REMEMBERED {
        queue.enter(&tenant.to_string(), 1, 1_000_000, 0).unwrap();
    }
    for _ in 0..2 * REMEMBERED {
        queue.next(0);
    }
    assert!(queue.idle.len() <= REMEMBERED && queue.lanes.len() <= 2 * REMEMBERED);
}

#[derive(Debug, Clone)]
enum Step {
    Enter(usize, u64),
    Next,
    Leave(usize),
    Expired,
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (0..NAMES.len(), 1_u64..500).prop_map(|(tenant, cost)| Step::Enter(tenant, cost)),
        4 => Just(Step::Next),
        1 => (0_usize..1_000).prop_map(Step::Leave),
        1 => Just(Step::Expired),
        1 => (0_i64..60).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..250)
}

proptest! {
    #[test]
    fn nobody_is_lost_or_served_twice_and_tenants_keep_their_order(steps in steps()) {
        let limits = FairQueueLimits { per_tenant: 8, total: 20, patience_ms: 100 };
        let mut queue = FairQueue::new(limits);
        let (mut now, mut entered, mut ended) = (0, BTreeMap::new(), BTreeMap::new());
        let mut last_served = BTreeMap::new();
        for step in steps {
            match step {
                Step::Enter(tenant, cost) => match queue.enter(NAMES[tenant], WEIGHTS[tenant], cost, now) {
                    Ok(ticket) => prop_assert!(entered.insert(ticket, (tenant, now)).is_none()),
                    Err(refused) => prop_assert!(refused.waiting >= refused.allowed),
                },
                Step::Next => if let Some(ticket) = queue.next(now) {
                    let (tenant, since) = entered[&ticket];
                    prop_assert!(now - since <= limits.patience_ms);
                    prop_assert!(ended.insert(ticket, "served").is_none());
                    prop_assert!(last_served.insert(tenant, ticket).is_none_or(|last| last < ticket));
                } else {
                    let waits = |(ticket, (_, since)): (&Ticket, &(usize, i64))| {
                        !ended.contains_key(ticket) && now - since <= limits.patience_ms
                    };
                    prop_assert!(!entered.iter().any(waits), "somebody waits and nobody goes");
                },
                Step::Leave(which) => if let Some(ticket) = entered.keys().nth(which % entered.len().max(1)) {
                    let left = queue.leave(*ticket);
                    prop_assert_eq!(left, !ended.contains_key(ticket));
                    ended.entry(*ticket).or_insert("left");
                },
                Step::Expired => for ticket in queue.expired(now) {
                    prop_assert!(now - entered[&ticket].1 > limits.patience_ms);
                    prop_assert!(ended.insert(ticket, "expired").is_none());
                },
                Step::Wait(ms) => now += ms,
            }
            prop_assert!(queue.len() <= limits.total);
        }
        now += limits.patience_ms + 1;
        for ticket in queue.expired(now) {
            prop_assert!(ended.insert(ticket, "expired").is_none());
        }
        prop_assert!(entered.keys().eq(ended.keys()), "everybody ended, once");
        prop_assert_eq!((queue.cost, queue.weights, queue.heads.len()), (0, 0, 0));
    }

    /// For each two tenants, over each stretch in which both wait: the paper's bound, in whole numbers.
    #[test]
    fn shares_are_kept_within_one_largest_request_of_each(steps in steps()) {
        let mut queue = wide();
        let mut costs = BTreeMap::new();
        let mut largest = [0_u64; 4];
        let mut served = [0_u64; 4];
        // Least and most of `served / weight` of one less that of another, since both began to wait.
        let mut ranges: BTreeMap<(usize, usize), (i128, i128)> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Enter(tenant, cost) => {
                    largest[tenant] = largest[tenant].max(cost);
                    costs.insert(queue.enter(NAMES[tenant], WEIGHTS[tenant], cost, 0).unwrap(), (tenant, cost));
                }
                Step::Leave(which) => if let Some(ticket) = costs.keys().nth(which % costs.len().max(1)) {
                    queue.leave(*ticket);
                },
                Step::Expired | Step::Wait(_) => {}
                Step::Next => if let Some(ticket) = queue.next(0) {
                    let (tenant, cost) = costs[&ticket];
                    served[tenant] += cost;
                    for (pair, (least, most)) in &mut ranges {
                        let now = ahead(&served, *pair);
                        (*least, *most) = ((*least).min(now), (*most).max(now));
                    }
                },
            }
            for (one, other) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
                // A stretch ends with the decision that emptied a lane, so it is looked at before it is dropped.
                let bound = i128::from(largest[one] * u64::from(WEIGHTS[other]))
                    + i128::from(largest[other] * u64::from(WEIGHTS[one]));
                if let Some((least, most)) = ranges.get(&(one, other)) {
                    prop_assert!(most - least <= bound, "{} by {} of {bound}", NAMES[one], most - least);
                }
                let both = [one, other].iter().all(|of| {
                    queue.lanes.get(NAMES[*of]).is_some_and(|lane| !lane.queue.is_empty())
                });
                if both {
                    let now = ahead(&served, (one, other));
                    ranges.entry((one, other)).or_insert((now, now));
                } else {
                    ranges.remove(&(one, other));
                }
            }
        }
    }

    #[test]
    fn a_place_is_when_one_goes(
        requests in prop::collection::vec((0..NAMES.len(), 1_u64..500), 1..60), gone in 0_usize..30,
    ) {
        let mut queue = wide();
        let tickets: Vec<Ticket> = requests
            .iter()
            .map(|(tenant, cost)| queue.enter(NAMES[*tenant], WEIGHTS[*tenant], *cost, 0).unwrap())
            .collect();
        for _ in 0..gone {
            queue.next(0);
        }
        let mut places: Vec<(usize, Ticket)> = tickets
            .iter()
            .filter_map(|ticket| Some((queue.place(*ticket)?.position, *ticket)))
            .collect();
        places.sort_unstable();
        let went = drain(&mut queue, 0);
        let expected: Vec<(usize, Ticket)> = (1..).zip(went).collect();
        prop_assert_eq!(places, expected);
    }
}

/// What one was served per weight more than the other, times both weights.
fn ahead(served: &[u64; 4], (one, other): (usize, usize)) -> i128 {
    i128::from(served[one]) * i128::from(WEIGHTS[other]) - i128::from(served[other]) * i128::from(WEIGHTS[one])
}
