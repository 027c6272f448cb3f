//! What every queue promises.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use cueline_protocol::ids::QueueName;
use futures::future::{join, join_all};

use super::TestClock;
use crate::{Delivery, Outgoing, PortErrorKind, Queue, QueueDepth, Receipt};

const NO_WAIT: Duration = Duration::ZERO;

/// Every check of the suite, in a form that each suite runs in its own way.
macro_rules! every_check {
    ($run:ident) => {
        $run!(a_message_is_received_and_acknowledged);
        $run!(a_lease_hides_and_its_end_delivers_again);
        $run!(a_lease_can_be_extended_and_lost);
        $run!(a_release_delivers_again);
        $run!(a_delay_hides);
        $run!(acknowledging_late_or_twice_is_fine);
        $run!(at_most_max_are_received);
        $run!(a_receiver_waits_for_the_first_message);
        $run!(a_receiver_waits_no_longer_than_told);
        $run!(a_waiting_receiver_sees_the_end_of_a_lease);
        $run!(a_receiver_that_goes_away_takes_nothing_along);
        $run!(racing_receivers_share);
        $run!(dead_letters_keep_their_reason);
        $run!(dead_letters_are_paged_oldest_first);
        $run!(dead_letters_can_be_redriven);
        $run!(a_purge_drops_all_but_the_dead);
        $run!(queues_do_not_touch_each_other);
        $run!(depth_counts_each_message_once);
    };
}

/// Checks every promise of [`Queue`], each on a fresh one that runs on the given clock.
pub async fn queue_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = (Arc<dyn Queue>, Arc<dyn TestClock>)>,
{
    macro_rules! one_by_one {
        ($check:ident) => {
            $check(&Bench::new(fresh().await)).await;
        };
    }
    every_check!(one_by_one);
}

/// [`queue_suite`] for a service that keeps its own time: every check at once, because all of them wait.
pub async fn queue_wire_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = (Arc<dyn Queue>, Arc<dyn TestClock>)>,
{
    let mut checks: Vec<futures::future::LocalBoxFuture<'_, ()>> = Vec::new();
    macro_rules! at_once {
        ($check:ident) => {
            checks.push(Box::pin(async { $check(&Bench::new(fresh().await)).await }));
        };
    }
    every_check!(at_once);
    join_all(checks).await;
}

/// Checks that groups take turns, message by message. SQS shares among groups in its own way, which nobody else can check.
pub async fn queue_fairness_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = (Arc<dyn Queue>, Arc<dyn TestClock>)>,
{
    groups_take_turns(&Bench::new(fresh().await)).await;
}

/// A queue to look at and the clock that it runs on.
struct Bench {
    port: Arc<dyn Queue>,
    clock: Arc<dyn TestClock>,
    queue: QueueName,
}

impl Bench {
    fn new((port, clock): (Arc<dyn Queue>, Arc<dyn TestClock>)) -> Self {
        Self { port, clock, queue: queue("work") }
    }

    fn lease(&self) -> Duration {
        self.clock.lease()
    }

    async fn send(&self, bodies: &[&str]) {
        let messages = bodies.iter().map(|body| Outgoing::new(body.as_bytes().to_vec())).collect();
        self.port.send(&self.queue, messages).await.expect("sending succeeds");
    }

    async fn receive(&self, max: usize) -> Vec<Delivery> {
        self.port.receive(&self.queue, max, self.lease(), NO_WAIT).await.expect("receiving succeeds")
    }

    async fn receive_one(&self) -> Delivery {
        let mut received = self.receive(1).await;
        assert_eq!(received.len(), 1, "a visible message is received");
        received.remove(0)
    }

    async fn acknowledge(&self, receipt: &Receipt) {
        self.port.acknowledge(&self.queue, vec![receipt.clone()]).await.expect("acknowledging succeeds");
    }

    async fn depth(&self) -> QueueDepth {
        self.port.depth(&self.queue).await.expect("depth can be read")
    }

    async fn is_empty(&self) -> bool {
        self.depth().await == QueueDepth::default()
    }
}

fn queue(name: &str) -> QueueName {
    QueueName::new(name).expect("a valid name")
}

fn text(delivery: &Delivery) -> String {
    String::from_utf8_lossy(&delivery.body).into_owned()
}

fn kind<T>(result: crate::PortResult<T>) -> Option<PortErrorKind> {
    result.err().map(|error| error.kind)
}

async fn a_message_is_received_and_acknowledged(bench: &Bench) {
    assert!(bench.receive(10).await.is_empty(), "a queue that was never used is empty");
    bench.send(&["hello"]).await;
    let delivery = bench.receive_one().await;
    assert_eq!((text(&delivery).as_str(), delivery.receive_count), ("hello", 1), "a message arrives as it was sent");
    bench.acknowledge(&delivery.receipt).await;
    bench.clock.advance(bench.lease() * 2).await;
    assert!(bench.receive(10).await.is_empty(), "an acknowledged message is gone");
    assert!(bench.is_empty().await, "an acknowledged message is not counted");
    bench.port.send(&bench.queue, vec![]).await.expect("sending nothing is fine");
}

async fn a_lease_hides_and_its_end_delivers_again(bench: &Bench) {
    bench.send(&["x"]).await;
    let first = bench.receive_one().await;
    bench.clock.advance(bench.lease() - Duration::from_secs(1)).await;
    assert!(bench.receive(10).await.is_empty(), "a leased message is invisible");
    bench.clock.advance(Duration::from_secs(2)).await;
    let second = bench.receive_one().await;
    assert_eq!((text(&second).as_str(), second.receive_count), ("x", 2), "a lease that ended delivers again");
    assert_ne!(first.receipt, second.receipt, "each delivery has its own receipt");
}

async fn a_lease_can_be_extended_and_lost(bench: &Bench) {
    bench.send(&["x"]).await;
    let first = bench.receive_one().await;
    for _ in 0..3 {
        bench.clock.advance(bench.lease() - Duration::from_secs(1)).await;
        bench.port.extend(&bench.queue, &first.receipt, bench.lease()).await.expect("a held lease can be extended");
    }
    assert!(bench.receive(10).await.is_empty(), "an extended lease hides on");
    bench.clock.advance(bench.lease() + Duration::from_secs(1)).await;
    let second = bench.receive_one().await;
    let late = bench.port.extend(&bench.queue, &first.receipt, bench.lease()).await;
    assert_eq!(kind(late), Some(PortErrorKind::NotFound), "what somebody else has cannot be extended");
    bench.port.extend(&bench.queue, &second.receipt, bench.lease()).await.expect("the new holder can");
    let unknown = bench.port.extend(&bench.queue, &Receipt("no such receipt".to_owned()), bench.lease()).await;
    assert_eq!(kind(unknown), Some(PortErrorKind::NotFound), "an unknown receipt cannot be extended");
}

async fn a_release_delivers_again(bench: &Bench) {
    bench.send(&["x"]).await;
    let first = bench.receive_one().await;
    bench.port.release(&bench.queue, &first.receipt, NO_WAIT).await.expect("a held message can be released");
    let second = bench.receive_one().await;
    assert_eq!(second.receive_count, 2, "a released message is delivered again");
    bench.port.release(&bench.queue, &second.receipt, Duration::from_secs(5)).await.expect("released");
    assert!(bench.receive(10).await.is_empty(), "not before the delay is over");
    bench.clock.advance(Duration::from_secs(6)).await;
    assert_eq!(bench.receive_one().await.receive_count, 3, "but then");
    let late = bench.port.release(&bench.queue, &first.receipt, NO_WAIT).await;
    assert_eq!(kind(late), Some(PortErrorKind::NotFound), "what somebody else has cannot be released");
}

async fn a_delay_hides(bench: &Bench) {
    let later = |body: &str, seconds| Outgoing {
        delay: Duration::from_secs(seconds),
        ..Outgoing::new(body.as_bytes().to_vec())
    };
    let messages = vec![later("third", 20), later("second", 10), later("first", 0)];
    bench.port.send(&bench.queue, messages).await.expect("sending succeeds");
    for expected in ["first", "second", "third"] {
        let received = bench.receive(10).await;
        let bodies: Vec<_> = received.iter().map(text).collect();
        assert_eq!(bodies, [expected], "a delayed message is invisible until its delay is over");
        bench.acknowledge(&received[0].receipt).await;
        bench.clock.advance(Duration::from_secs(11)).await;
    }
}

async fn acknowledging_late_or_twice_is_fine(bench: &Bench) {
    bench.send(&["x"]).await;
    let first = bench.receive_one().await;
    bench.clock.advance(bench.lease() * 2).await;
    let second = bench.receive_one().await;
    bench.acknowledge(&first.receipt).await;
    bench.acknowledge(&second.receipt).await;
    bench.acknowledge(&second.receipt).await;
    bench.acknowledge(&Receipt("no such receipt".to_owned())).await;
    bench.clock.advance(bench.lease() * 2).await;
    assert!(bench.receive(10).await.is_empty(), "the message is gone");
}

async fn at_most_max_are_received(bench: &Bench) {
    bench.send(&["1", "2", "3", "4", "5"]).await;
    assert_eq!(bench.receive(2).await.len(), 2, "no more than `max` are received");
    assert_eq!(bench.receive(10).await.len(), 3, "the rest is there for the next one");
}

async fn a_receiver_waits_for_the_first_message(bench: &Bench) {
    let receive = bench.port.receive(&bench.queue, 10, bench.lease(), Duration::from_secs(60));
    let send = async {
        tokio::task::yield_now().await;
        bench.send(&["late"]).await;
    };
    let (received, ()) = join(receive, send).await;
    let received = received.expect("receiving succeeds");
    assert_eq!(received.iter().map(text).collect::<Vec<_>>(), ["late"], "a waiting receiver gets what arrives");
}

async fn a_receiver_waits_no_longer_than_told(bench: &Bench) {
    let receive = bench.port.receive(&bench.queue, 10, bench.lease(), Duration::from_secs(10));
    let pass = async {
        for _ in 0..12 {
            tokio::task::yield_now().await;
            bench.clock.advance(Duration::from_secs(1)).await;
        }
    };
    let (received, ()) = join(receive, pass).await;
    assert_eq!(received.expect("receiving succeeds"), [], "a receiver returns empty-handed after its wait");
}

async fn a_waiting_receiver_sees_the_end_of_a_lease(bench: &Bench) {
    bench.send(&["x"]).await;
    // The waiter begins before anything has an end, so that nothing told it when to look again.
    let waiter = async {
        let held = bench.port.receive(&bench.queue, 1, bench.lease() * 4, Duration::from_secs(600));
        held.await.expect("receiving succeeds")
    };
    let holder = bench.receive_one().await;
    let pass = async {
        for _ in 0..8 {
            tokio::task::yield_now().await;
            bench.clock.advance(Duration::from_secs(5)).await;
        }
    };
    let (received, ()) = join(waiter, pass).await;
    assert_eq!(received.len(), 1, "a receiver that waits gets a message whose lease ended");
    assert_eq!((text(&received[0]).as_str(), received[0].receive_count), ("x", 2), "as a second delivery");
    assert_eq!(
        kind(bench.port.extend(&bench.queue, &holder.receipt, bench.lease()).await),
        Some(PortErrorKind::NotFound)
    );
}

async fn a_receiver_that_goes_away_takes_nothing_along(bench: &Bench) {
    for round in 0..8 {
        let mut gone = Box::pin(bench.port.receive(&bench.queue, 1, bench.lease(), Duration::from_secs(60)));
        assert!(futures::poll!(&mut gone).is_pending(), "nothing is there yet");
        let stays = bench.port.receive(&bench.queue, 1, bench.lease(), Duration::from_secs(60));
        let script = async {
            tokio::task::yield_now().await;
            bench.send(&[&round.to_string()]).await;
            drop(gone);
        };
        let (received, ()) = join(stays, script).await;
        assert_eq!(received.expect("receiving succeeds").len(), 1, "the one that stayed is woken");
    }
}

async fn racing_receivers_share(bench: &Bench) {
    let bodies: Vec<_> = (0..100).map(|n| n.to_string()).collect();
    bench.send(&bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let receivers = (0..8).map(|_| async {
        let mut got = Vec::new();
        loop {
            let received = bench.receive(3).await;
            if received.is_empty() {
                return got;
            }
            got.extend(received.iter().map(text));
            tokio::task::yield_now().await;
        }
    });
    let mut all: Vec<_> = join_all(receivers).await.concat();
    assert_eq!(all.len(), 100, "within its lease a message is delivered to one receiver");
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 100, "and every message to somebody");
}

async fn groups_take_turns(bench: &Bench) {
    let of = |group: &str, count: usize| {
        let message = Outgoing { group: Some(group.to_owned()), ..Outgoing::new(group.as_bytes().to_vec()) };
        vec![message; count]
    };
    bench.port.send(&bench.queue, of("busy", 200)).await.expect("sending succeeds");
    bench.port.send(&bench.queue, of("quiet", 2)).await.expect("sending succeeds");
    let received = bench.receive(10).await;
    let mut counts = BTreeMap::new();
    received.iter().for_each(|delivery| *counts.entry(text(delivery)).or_insert(0) += 1);
    assert_eq!(counts.get("quiet"), Some(&2), "a busy group does not keep a quiet one waiting");
}

async fn dead_letters_keep_their_reason(bench: &Bench) {
    bench.send(&["poison"]).await;
    let delivery = bench.receive_one().await;
    let at_ms = bench.clock.now_ms();
    bench.port.dead_letter(&bench.queue, &delivery.receipt, "cannot be decoded").await.expect("it can die");
    let died_ms = bench.clock.now_ms();
    bench.clock.advance(bench.lease() * 2).await;
    assert!(bench.receive(10).await.is_empty(), "a dead message is not delivered");
    let page = bench.port.dead_letters(&bench.queue, None, 10).await.expect("dead letters can be read");
    let letters: Vec<_> = page.items.iter().map(|it| (&it.body[..], it.reason.as_str())).collect();
    assert_eq!(letters, [(&b"poison"[..], "cannot be decoded")], "a dead letter keeps body and reason");
    assert!((at_ms..=died_ms).contains(&page.items[0].at_ms), "and the time of its death");
    assert_eq!(bench.depth().await, QueueDepth { dead: 1, ..QueueDepth::default() }, "it is counted as dead");
    let again = bench.port.dead_letter(&bench.queue, &delivery.receipt, "again").await;
    assert_eq!(kind(again), Some(PortErrorKind::NotFound), "it dies once");
    bench.acknowledge(&delivery.receipt).await;
    assert_eq!(bench.depth().await.dead, 1, "acknowledging late does not bury it");
}

async fn kill(bench: &Bench, bodies: &[&str]) {
    for body in bodies {
        bench.send(&[body]).await;
        let delivery = bench.receive_one().await;
        bench.port.dead_letter(&bench.queue, &delivery.receipt, "no reason").await.expect("it can die");
        bench.clock.advance(Duration::from_millis(7)).await;
    }
}

async fn dead_letters_are_paged_oldest_first(bench: &Bench) {
    let bodies = ["1", "2", "3", "4", "5", "6", "7"];
    kill(bench, &bodies).await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = bench.port.dead_letters(&bench.queue, cursor, 3).await.expect("dead letters can be read");
        assert!(page.items.len() <= 3, "a page has at most `limit` letters");
        seen.extend(page.items.into_iter().map(|letter| String::from_utf8_lossy(&letter.body).into_owned()));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, bodies, "dead letters are listed oldest first");
}

async fn dead_letters_can_be_redriven(bench: &Bench) {
    kill(bench, &["a", "b", "c"]).await;
    let page = bench.port.dead_letters(&bench.queue, None, 10).await.expect("dead letters can be read");
    let mut ids: Vec<_> = page.items.iter().take(2).map(|letter| letter.id.clone()).collect();
    ids.push("no such letter".to_owned());
    let moved = bench.port.redrive(&bench.queue, ids.clone()).await.expect("redriving succeeds");
    assert_eq!(moved, 2, "unknown ids are skipped and not counted");
    let mut received: Vec<_> = bench.receive(10).await.iter().map(text).collect();
    received.sort();
    assert_eq!(received, ["a", "b"], "redriven letters are delivered again");
    let left = bench.port.dead_letters(&bench.queue, None, 10).await.expect("dead letters can be read");
    let left: Vec<_> = left.items.iter().map(|letter| &letter.body[..]).collect();
    assert_eq!(left, [&b"c"[..]], "and are forgotten as dead");
    assert_eq!(bench.port.redrive(&bench.queue, ids).await.expect("redriving succeeds"), 0, "once");
    assert_eq!(bench.depth().await.dead, 1, "the count follows");
}

async fn a_purge_drops_all_but_the_dead(bench: &Bench) {
    kill(bench, &["dead"]).await;
    bench.send(&["leased"]).await;
    let leased = bench.receive_one().await;
    let delayed = Outgoing { delay: Duration::from_secs(5), ..Outgoing::new(&b"delayed"[..]) };
    bench.port.send(&bench.queue, vec![delayed, Outgoing::new(&b"ready"[..])]).await.expect("sending succeeds");
    bench.port.purge(&bench.queue).await.expect("purging succeeds");
    assert_eq!(bench.depth().await, QueueDepth { dead: 1, ..QueueDepth::default() }, "a purge leaves the dead");
    bench.clock.advance(bench.lease() * 2).await;
    assert!(bench.receive(10).await.is_empty(), "nothing comes back after a purge");
    bench.acknowledge(&leased.receipt).await;
    bench.send(&["new"]).await;
    assert_eq!(text(&bench.receive_one().await), "new", "the queue goes on");
}

async fn queues_do_not_touch_each_other(bench: &Bench) {
    bench.send(&["mine"]).await;
    let other = queue("other");
    bench.port.send(&other, vec![Outgoing::new(&b"theirs"[..])]).await.expect("sending succeeds");
    let names = bench.port.queues().await.expect("queues can be listed");
    assert!(names.contains(&bench.queue) && names.contains(&other), "queues that were used are listed");
    bench.port.purge(&other).await.expect("purging succeeds");
    assert_eq!(text(&bench.receive_one().await), "mine", "a queue keeps its own messages");
}

async fn depth_counts_each_message_once(bench: &Bench) {
    bench.send(&["1", "2", "3", "4"]).await;
    let delayed = Outgoing { delay: Duration::from_secs(5), ..Outgoing::new(&b"5"[..]) };
    bench.port.send(&bench.queue, vec![delayed]).await.expect("sending succeeds");
    let leased = bench.receive(3).await;
    assert_eq!(bench.depth().await, QueueDepth { ready: 1, leased: 3, delayed: 1, dead: 0 }, "each in its place");
    bench.port.release(&bench.queue, &leased[0].receipt, Duration::from_secs(5)).await.expect("released");
    bench.acknowledge(&leased[1].receipt).await;
    let QueueDepth { ready, leased, delayed, dead } = bench.depth().await;
    // What was released for later is with nobody, but some services count it with what is.
    assert_eq!((ready, leased + delayed, dead), (1, 3, 0), "and after moving");
    bench.clock.advance(bench.lease() * 2).await;
    assert_eq!(bench.depth().await, QueueDepth { ready: 4, leased: 0, delayed: 0, dead: 0 }, "and after time passed");
}
