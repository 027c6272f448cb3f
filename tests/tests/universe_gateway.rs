//! What the front door owes, in the simulated world.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use cueline_domain::governance::{
    alerts::{AlertRule, Observation},
    budget::{Budget, Period},
    cache_key::CacheKey,
    money::Money,
};
use cueline_patterns::{
    chat::{Awaited, Capacity, Conversations, ERROR, NewFrame, StreamLog, Turned, Turnstile},
    governance::{Alerts, AnswerCache, Budgets, Limit, Limits, ReserveError, Scope, Sharing},
};
use cueline_ports::Key;
use cueline_protocol::v1::CompleteChatReply;
use cueline_runtime::{World, worker::Kinds};
use cueline_tests::universe::{Process, Setup, Universe};

/// What a lost call had reserved was given back, and could be spent a second time.
#[tokio::test]
async fn a_lost_call_counts_as_much_as_it_may_have_cost() {
    let budgets = Budgets::new(&Universe::new(1).world(1));
    let budget = Budget { limit: Money::from_dollars(1.0), per: Period::Total };
    let scopes = [Scope { name: "key/a".into(), budget }];
    let dollars = Money::from_dollars;
    budgets.reserve("known", &scopes, dollars(0.4)).await.unwrap();
    budgets.reserve("lost", &scopes, dollars(0.5)).await.unwrap();
    assert!(budgets.settle("known", dollars(0.1)).await.unwrap());
    assert!(budgets.settle_lost("lost").await.unwrap());
    let account = budgets.account(&scopes[0]).await.unwrap();
    assert_eq!((account.spent, account.reserved), (dollars(0.6), Money::ZERO));
    assert!(!budgets.settle_lost("lost").await.unwrap(), "once");
    assert!(!budgets.settle("lost", dollars(0.1)).await.unwrap(), "a bill that comes too late changes nothing");
    let refused = budgets.reserve("next", &scopes, dollars(0.5)).await;
    assert!(matches!(refused, Err(ReserveError::Exceeded { .. })), "{refused:?}");
}

/// A process with nothing to do but what the test does.
fn quiet<T>(story: impl AsyncFnMut(World) -> T) -> T {
    let universe = Universe::new(1);
    let mut story = story;
    universe.lives(&Setup::new(Kinds::new), async |Process { engine }| story(engine.world().clone()).await)
}

#[test]
fn an_answer_is_given_again_until_it_expires_and_then_forgotten() {
    quiet(async |world| {
        let cache = AnswerCache::new(&world);
        let body = serde_json::json!({ "model": "m", "messages": [] });
        let name = CacheKey::of("a", &["m"], body.as_object().unwrap());
        let reply =
            CompleteChatReply { body: "{}".into(), target: "m".into(), cost: 1.0, ..CompleteChatReply::default() };
        cache.put("a", &name.to_string(), 60, &reply).await.unwrap();
        let kept = cache.get("a", &name).await.unwrap().unwrap();
        assert_eq!((kept.body.as_str(), kept.cost), ("{}", 0.0), "what is given again costs nothing");
        assert_eq!(cache.get("b", &name).await.unwrap(), None, "another tenant has its own");
        world.clock.sleep(Duration::from_secs(30)).await;
        cache.put("a", &name.to_string(), 60, &reply).await.unwrap();
        world.clock.sleep(Duration::from_secs(31)).await;
        assert_eq!(cache.forget_expired().await.unwrap(), 0, "it was answered anew");
        assert!(cache.get("a", &name).await.unwrap().is_some());
        world.clock.sleep(Duration::from_secs(30)).await;
        assert_eq!(cache.get("a", &name).await.unwrap(), None, "nobody looked for it, it is over all the same");
        assert_eq!(cache.forget_expired().await.unwrap(), 1);
        assert_eq!(world.table.query("cache", "", None, 10).await.unwrap().items.len(), 0);
        assert_eq!(world.table.query("cache#a", "", None, 10).await.unwrap().items.len(), 0);
    });
}

/// Each process let through as much as all of them together may.
#[test]
fn a_limit_is_one_limit_however_many_processes_there_are() {
    quiet(async |world| {
        let limits: Vec<Limits> = (0..3).map(|_| Limits::new(world.clock.clone())).collect();
        let mut sharing: Vec<Sharing> = limits.iter().map(|limits| Sharing::new(limits.clone(), &world)).collect();
        let name = |limit| [("key/a".to_owned(), limit)];
        let rate = name(Limit { requests_per_minute: Some(60), tokens_per_minute: Some(100_000), concurrent: None });
        let mut passed = 0;
        for _ in 0..300 {
            for (limits, sharing) in limits.iter().zip(&mut sharing) {
                passed += (0..5).filter(|_| limits.take(&rate, 10).is_ok()).count();
                sharing.look().await.unwrap();
            }
            world.clock.sleep(Duration::from_secs(1)).await;
        }
        // A tenth of a minute's at once in each, then as the limit says: 300 in five minutes.
        assert!((280..=300 + 3 * 6).contains(&passed), "{passed}");
        let narrow = name(Limit { concurrent: Some(4), ..Limit::default() });
        let mut under_way = Vec::new();
        for at in (0..3).cycle().take(9) {
            let (limits, sharing) = (&limits[at], &mut sharing[at]);
            sharing.look().await.unwrap();
            under_way.extend(limits.take(&narrow, 0).ok());
            world.clock.sleep(Duration::from_secs(1)).await;
            sharing.look().await.unwrap();
        }
        assert_eq!(under_way.len(), 4);
        // One process is gone without a word: what it had under way ends with it.
        let before = world.table.query("limits", "", None, 10).await.unwrap().items.len();
        drop(under_way);
        world.clock.sleep(Duration::from_secs(700)).await;
        let rest = sharing.split_off(1);
        drop(sharing);
        for mut sharing in rest {
            for _ in 0..3 {
                let _ = limits[1].take(&narrow, 0).unwrap();
                sharing.look().await.unwrap();
                world.clock.sleep(Duration::from_secs(1)).await;
            }
        }
        let after = world.table.query("limits", "", None, 10).await.unwrap().items.len();
        assert!((before, after) == (3, 2), "{before} {after}");
    });
}

#[test]
fn a_busy_target_is_shared_by_tenants_and_not_by_requests() {
    quiet(async |world| {
        let capacity = Capacity {
            concurrent: 1,
            requests_per_minute: None,
            tokens_per_minute: None,
            patience: Duration::from_secs(3_600),
        };
        let turnstile = Turnstile::new(capacity);
        let gone: Arc<Mutex<Vec<&str>>> = Arc::default();
        // One that holds the door until everybody is in the queue.
        let first = turnstile.enter(&world.clock, "first", 1, || 1).await.unwrap();
        let calls = (0..30).map(|_| "many").chain((0..3).map(|_| "few"));
        let calls: Vec<_> = calls
            .map(|tenant| {
                let (turnstile, clock, gone) = (turnstile.clone(), world.clock.clone(), gone.clone());
                tokio::spawn(async move {
                    let pass = turnstile.enter(&clock, tenant, 1, || 100).await.unwrap();
                    gone.lock().unwrap().push(tenant);
                    clock.sleep(Duration::from_secs(1)).await;
                    drop(pass);
                })
            })
            .collect();
        world.clock.sleep(Duration::from_millis(10)).await;
        let waiting = turnstile.waiting(world.clock.now_ms());
        assert_eq!(waiting.iter().map(|row| row.waiting).sum::<usize>(), 33, "{waiting:?}");
        drop(first);
        for call in calls {
            call.await.unwrap();
        }
        let gone = gone.lock().unwrap();
        let last_of_few = gone.iter().rposition(|tenant| *tenant == "few").unwrap();
        assert!(last_of_few < 7, "three of the few go among the first six: {gone:?}");
        assert_eq!((gone.len(), turnstile.running()), (33, 0));
    });
}

#[test]
fn a_limit_of_a_minute_lets_the_next_in_when_there_is_room_again() {
    quiet(async |world| {
        let capacity = Capacity {
            concurrent: 100,
            requests_per_minute: Some(60),
            tokens_per_minute: None,
            patience: Duration::from_secs(20),
        };
        let turnstile = Turnstile::new(capacity);
        let begun_ms = world.clock.now_ms();
        let mut came = Vec::new();
        for _ in 0..20 {
            drop(turnstile.enter(&world.clock, "a", 1, || 1).await.unwrap());
            came.push(world.clock.now_ms() - begun_ms);
        }
        assert!(
            came[5] < 1_000 && (11_000..16_000).contains(&came[19]),
            "one a second after a tenth of a minute: {came:?}"
        );
        // Whoever would have to wait too long is told so.
        let calls: Vec<_> = (0..40)
            .map(|_| {
                let (turnstile, clock) = (turnstile.clone(), world.clock.clone());
                tokio::spawn(async move { turnstile.enter(&clock, "a", 1, || 1).await.map(drop) })
            })
            .collect();
        let mut outcomes = Vec::new();
        for call in calls {
            outcomes.push(call.await.unwrap());
        }
        let late = outcomes.iter().filter(|outcome| matches!(outcome, Err(Turned::Late { waited_ms: 20_000 }))).count();
        let through = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert!((18..=22).contains(&through) && late + through == 40, "{through} went through, {late} were late");
        assert_eq!((turnstile.running(), turnstile.waiting(world.clock.now_ms()).len()), (0, 0));
    });
}

/// The row that names a log for forgetting comes after its first words, and must come all the same.
#[test]
fn every_log_is_forgotten_in_time_however_it_ended() {
    quiet(async |world| {
        let log = StreamLog::new(&world);
        let frame = |data: &str, last| NewFrame { event: "", head: Bytes::new(), data: data.to_owned().into(), last };
        let mut whole = log.new_writer("whole");
        whole.append(vec![frame("1", false)]).await.unwrap();
        whole.append(vec![frame("2", false), frame("3", true)]).await.unwrap();
        log.new_writer("short").append(vec![frame("1", true)]).await.unwrap();
        // Its writer is gone after the first words; somebody ends it.
        log.new_writer("cut").append(vec![frame("1", false)]).await.unwrap();
        log.close("cut", ERROR, Bytes::from_static(b"{}")).await.unwrap();
        let (mut taken, before) = {
            log.new_writer("taken").append(vec![frame("1", false)]).await.unwrap();
            log.writer("taken").await.unwrap()
        };
        assert_eq!(before.len(), 1);
        taken.append(vec![frame("2", true)]).await.unwrap();
        drop((whole, taken));
        assert_eq!(log.forget_before(world.clock.now_ms()).await.unwrap(), 0, "not yet");
        world.clock.sleep(Duration::from_secs(1)).await;
        assert_eq!(log.forget_before(world.clock.now_ms()).await.unwrap(), 4);
        for partition in ["streams", "stream#whole", "stream#short", "stream#cut", "stream#taken"] {
            assert_eq!(world.table.query(partition, "", None, 10).await.unwrap().items.len(), 0, "{partition}");
        }
    });
}

/// Each handle is a process of its own: what one writes, the other reads from the table, from any event on.
#[test]
fn a_log_is_followed_in_a_process_that_does_not_write_it() {
    quiet(async |world| {
        let (here, elsewhere) = (StreamLog::new(&world), StreamLog::new(&world));
        let frame = |data: String, last| NewFrame { event: "", head: Bytes::new(), data: data.into(), last };
        let mut writer = here.new_writer("log");
        writer.append((1..=3).map(|at| frame(at.to_string(), false)).collect()).await.unwrap();
        for after in 0..=3 {
            let mut reader = elsewhere.reader("log", after);
            let mut told = Vec::new();
            while told.len() < 3 - after as usize {
                told.extend(reader.next().await.unwrap().into_iter().map(|frame| frame.offset));
            }
            assert_eq!(told, (after + 1..=3).collect::<Vec<_>>());
        }
        let mut reader = elsewhere.reader("log", 2);
        assert_eq!(reader.next().await.unwrap().len(), 1, "the rest of what was appended together");
        for at in 4..=40 {
            writer.append(vec![frame(at.to_string(), at == 40)]).await.unwrap();
        }
        let mut told = Vec::new();
        while !reader.is_over() {
            told.extend(reader.next().await.unwrap().into_iter().map(|frame| frame.offset));
        }
        assert_eq!(told, (4..=40).collect::<Vec<_>>());
        assert!(elsewhere.ends_at("log", 40).await.unwrap() && !elsewhere.ends_at("log", 39).await.unwrap());
    });
}

/// Who waits for words of an answer that is not there any more is told so instead of waiting for ever.
#[test]
fn nobody_waits_for_ever_for_an_answer_that_is_gone() {
    quiet(async |world| {
        let (here, elsewhere) = (StreamLog::new(&world), StreamLog::new(&world));
        let frame = NewFrame { event: "", head: Bytes::new(), data: Bytes::from_static(b"1"), last: false };
        here.new_writer("chatcmpl-gone").append(vec![frame]).await.unwrap();
        let mut reader = elsewhere.reader("chatcmpl-gone", 1);
        let told = reader.next().await.unwrap();
        assert_eq!((told.len(), told[0].event.as_str(), told[0].last), (1, ERROR, true));
        assert_eq!(told[0].json()["error"]["code"], "answer_gone");
        assert_eq!(reader.next().await.unwrap(), [], "nothing follows");
        // Meanwhile it has said that it reads, so that nobody gives the answer up.
        assert!(world.table.get(&Key::new("streams-read", "chatcmpl-gone")).await.unwrap().is_some());
    });
}

/// What is reserved grows with further calls, as far as all accounts allow.
#[test]
fn a_reservation_is_raised_in_all_accounts_or_in_none() {
    quiet(async |world| {
        let (budgets, dollars) = (Budgets::new(&world), Money::from_dollars);
        let scope = |name: &str, limit| Scope {
            name: name.into(),
            budget: Budget { limit: dollars(limit), per: Period::Total },
        };
        let scopes = [scope("key/a", 1.0), scope("tenant/t", 0.5)];
        assert!(!budgets.raise("call", dollars(0.1)).await.unwrap(), "nothing is reserved for it");
        budgets.reserve("call", &scopes, dollars(0.2)).await.unwrap();
        assert!(budgets.raise("call", dollars(0.1)).await.unwrap(), "it is covered");
        assert!(budgets.raise("call", dollars(0.5)).await.unwrap());
        assert!(!budgets.raise("call", dollars(0.6)).await.unwrap(), "the tenant has no more");
        for scope in &scopes {
            assert_eq!(budgets.account(scope).await.unwrap().reserved, dollars(0.5));
        }
        assert!(budgets.settle("call", dollars(0.3)).await.unwrap());
        for scope in &scopes {
            let account = budgets.account(scope).await.unwrap();
            assert_eq!((account.spent, account.reserved), (dollars(0.3), Money::ZERO));
        }
    });
}

#[test]
fn what_is_wrong_stands_until_it_is_over_or_nobody_asks_for_it() {
    quiet(async |world| {
        let rule = serde_json::json!({
            "kind": "errors", "over": "target", "window_ms": 600_000, "threshold": 0.5, "minimum": 3,
        });
        let rules = BTreeMap::from([("failing".to_owned(), serde_json::from_value::<AlertRule>(rule).unwrap())]);
        let alerts = Alerts::new(&world, &rules).unwrap();
        let watching = tokio::spawn(alerts.clone().run(|_| Vec::new()));
        for _ in 0..5 {
            let (target, tenant) = ("a".to_owned(), "t".to_owned());
            let at_ms = world.clock.now_ms();
            alerts.observe(&Observation { at_ms, target, tenant, failed: Some(true), ..Observation::default() });
        }
        world.clock.sleep(Duration::from_secs(25)).await;
        let names = async || {
            let standing = Alerts::standing(&world).await.unwrap();
            standing.into_iter().map(|alert| (alert.rule, alert.subject, alert.measured)).collect::<Vec<_>>()
        };
        let failing = vec![("failing".to_owned(), "a".to_owned(), Some(1.0))];
        assert_eq!(names().await, failing);
        // Something else of the configuration changed: nothing that was seen is forgotten.
        alerts.exchange(&rules).await.unwrap();
        world.clock.sleep(Duration::from_secs(60)).await;
        assert_eq!(names().await, failing);
        alerts.exchange(&BTreeMap::new()).await.unwrap();
        assert_eq!(names().await, []);
        // A process that dies says nothing more.
        alerts.exchange(&rules).await.unwrap();
        for _ in 0..5 {
            let (target, tenant) = ("b".to_owned(), "t".to_owned());
            let at_ms = world.clock.now_ms();
            alerts.observe(&Observation { at_ms, target, tenant, failed: Some(true), ..Observation::default() });
        }
        world.clock.sleep(Duration::from_secs(25)).await;
        assert_eq!(names().await.len(), 1);
        watching.abort();
        world.clock.sleep(Duration::from_secs(120)).await;
        assert_eq!(names().await, []);
    });
}

/// What could not be published when it changed was never heard of.
#[test]
fn an_alert_that_the_bus_did_not_take_is_published_with_a_later_look() {
    let universe = Universe::new(1);
    universe.lives(&Setup::new(Kinds::new), async |Process { engine }| {
        let world = engine.world().clone();
        let rule = serde_json::json!({
            "kind": "errors", "over": "target", "window_ms": 600_000, "threshold": 0.5, "minimum": 3,
        });
        let rules = BTreeMap::from([("failing".to_owned(), serde_json::from_value::<AlertRule>(rule).unwrap())]);
        let alerts = Alerts::new(&world, &rules).unwrap();
        let watching = tokio::spawn(alerts.clone().run(|_| Vec::new()));
        let said = || {
            let events = universe.published.events().into_iter();
            let events = events.filter(|event| event.detail_type.ends_with("AlertChanged"));
            events.map(|event| event.detail["state"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        universe.chaos.outage(Duration::from_secs(35));
        for _ in 0..5 {
            let (target, tenant) = ("a".to_owned(), "t".to_owned());
            let at_ms = world.clock.now_ms();
            alerts.observe(&Observation { at_ms, target, tenant, failed: Some(true), ..Observation::default() });
        }
        world.clock.sleep(Duration::from_secs(25)).await;
        // And it ends before anybody has heard that it began.
        alerts.exchange(&BTreeMap::new()).await.unwrap();
        assert_eq!(said(), [] as [&str; 0]);
        world.clock.sleep(Duration::from_secs(30)).await;
        assert_eq!(said(), ["firing", "cleared"], "in order, each once");
        world.clock.sleep(Duration::from_secs(60)).await;
        assert_eq!(said().len(), 2);
        watching.abort();
    });
}

#[test]
fn a_conversation_finds_the_answer_that_it_asked_for_last_and_is_forgotten() {
    quiet(async |world| {
        let chats = Conversations::new(&world);
        let awaited = |answer: &str| Awaited { answer: answer.into(), message: "m".into() };
        chats.ask("a", "c#1", &awaited("one")).await.unwrap();
        chats.ask("a", "d", &awaited("other")).await.unwrap();
        world.clock.sleep(Duration::from_secs(30)).await;
        chats.ask("a", "c#1", &awaited("two")).await.unwrap();
        assert_eq!(chats.awaited("a", "c#1").await.unwrap(), Some(awaited("two")));
        assert_eq!(chats.awaited("b", "c#1").await.unwrap(), None, "another tenant has its own");
        let middle_ms = world.clock.now_ms() - 10_000;
        assert_eq!(chats.forget_before(middle_ms).await.unwrap(), 1, "one asked again since");
        assert_eq!(chats.awaited("a", "d").await.unwrap(), None);
        assert_eq!(chats.awaited("a", "c#1").await.unwrap(), Some(awaited("two")));
        assert_eq!(chats.forget_before(world.clock.now_ms() + 1).await.unwrap(), 1);
        assert_eq!(world.table.query("chats", "", None, 10).await.unwrap().items.len(), 0);
    });
}
