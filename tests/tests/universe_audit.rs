//! What the audit owes, in the simulated world: every record once, whatever dies in between.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test is an assertion")]

use std::time::Duration;

use cueline_domain::governance::{
    audit::{AuditAttempt, AuditRecord},
    audit_search::{AuditFilter, Place},
};
use cueline_patterns::governance::{Audit, Verified};
use cueline_runtime::{World, worker::Kinds};
use cueline_tests::universe::{Dice, Disturbance, Faults, Process, Setup, Universe, for_each_seed};

/// A process that does what a story says, for as long as it lives.
fn life<T>(universe: &Universe, story: impl AsyncFnMut(World) -> T) -> T {
    let mut story = story;
    universe.lives(&Setup::new(Kinds::new), async |Process { engine }| story(engine.world().clone()).await)
}

fn record(execution: &str, tenant: &str) -> AuditRecord {
    let attempt =
        AuditAttempt { target: "a".into(), outcome: "done".into(), cost_micros: 1, ..AuditAttempt::default() };
    AuditRecord {
        execution: execution.into(),
        tenant: tenant.into(),
        outcome: "done".into(),
        targets: vec!["a".into()],
        attempts: vec![attempt],
        ..AuditRecord::default()
    }
}

/// Executions of all records, in the order of their chains.
async fn executions(world: &World) -> Vec<String> {
    let mut found = Vec::new();
    for chain in Audit::chains(world).await.unwrap() {
        assert_eq!(Audit::verify(world, &chain).await.unwrap().broken, None, "{chain}");
        found.extend(Audit::records(world, &chain).await.unwrap().into_iter().map(|record| record.execution));
    }
    found
}

#[test]
fn what_is_handed_over_together_is_written_together_and_before_anybody_goes_on() {
    let universe = Universe::new(1);
    life(&universe, async |world| {
        let audit = Audit::new(&world);
        let before = universe.chaos.calls_by_name().get("table.transact").copied().unwrap_or_default();
        let names: Vec<String> = (0..50).map(|at| format!("e{at:02}")).collect();
        let adding = names.iter().map(|name| audit.add(record(name, "t"), Some(name.clone())));
        for added in futures::future::join_all(adding).await {
            added.unwrap();
        }
        assert_eq!(universe.chaos.calls_by_name()["table.transact"] - before, 1);
        assert_eq!(executions(&world).await, names);
    });
}

/// A record waited in memory for its turn: `kill -9` lost it, although its answer was settled.
#[test]
fn a_record_that_was_waited_for_survives_the_process() {
    let universe = Universe::new(1);
    life(&universe, async |world| Audit::new(&world).add(record("e", "t"), None).await.unwrap());
    life(&universe, async |world| {
        assert_eq!(executions(&world).await, ["e"]);
        Audit::new(&world).add(record("f", "t"), None).await.unwrap();
        assert_eq!(executions(&world).await, ["e", "f"], "another process, another chain");
        assert_eq!(Audit::chains(&world).await.unwrap().len(), 2);
    });
}

#[test]
fn a_record_of_a_name_is_written_once_whoever_brings_it_again() {
    let universe = Universe::new(1);
    let named = |name: &str| (record(name, "t"), Some(name.to_owned()));
    life(&universe, async |world| {
        let audit = Audit::new(&world);
        let (one, again, other) = (named("one"), named("one"), named("two"));
        let added = futures::join!(
            audit.add(one.0, one.1),
            audit.add(again.0, again.1),
            audit.add(other.0, other.1),
            audit.add(record("nameless", "t"), None),
        );
        assert!(matches!(added, (Ok(()), Ok(()), Ok(()), Ok(()))), "{added:?}");
        let (again, third) = (named("two"), named("three"));
        let added = futures::join!(audit.add(again.0, again.1), audit.add(third.0, third.1));
        assert!(matches!(added, (Ok(()), Ok(()))), "{added:?}");
        assert_eq!(executions(&world).await, ["one", "two", "nameless", "three"]);
    });
    // The next process runs the bodies again that the last one had not finished.
    life(&universe, async |world| {
        let audit = Audit::new(&world);
        let (again, next) = (named("three"), named("four"));
        let added = futures::join!(audit.add(again.0, again.1), audit.add(next.0, next.1));
        assert!(matches!(added, (Ok(()), Ok(()))), "{added:?}");
        let (record, once) = named("one");
        audit.add(record, once).await.unwrap();
        assert_eq!(executions(&world).await, ["one", "two", "nameless", "three", "four"]);
    });
}

/// Whatever call of the table fails, loses its reply or is the last of its process: the body runs again, its record is there once.
#[test]
fn a_record_is_there_once_however_its_writing_is_disturbed() {
    for disturbance in
        [Disturbance::FailBefore, Disturbance::FailAfter, Disturbance::CrashBefore, Disturbance::CrashAfter]
    {
        // The transaction fails, three names are looked at, the transaction comes again.
        for nth in 1..=6 {
            let universe = Universe::new(3);
            life(&universe, async |world| {
                // What a process that died had written.
                Audit::new(&world).add(record("old", "t"), Some("old".into())).await.unwrap();
            });
            let mut lives = 0;
            life(&universe, async |world| {
                lives += 1;
                let audit = Audit::new(&world);
                if lives == 1 {
                    universe.chaos.plan(nth, disturbance);
                }
                let adding = ["old", "e", "f"].map(|name| audit.add(record(name, "t"), Some(name.to_owned())));
                for added in futures::future::join_all(adding).await {
                    added.unwrap();
                }
            });
            life(&universe, async |world| {
                universe.chaos.calm();
                let mut found = executions(&world).await;
                found.sort();
                assert_eq!(found, ["e", "f", "old"], "{disturbance:?} of call {nth}");
            });
        }
    }
}

#[test]
fn no_weather_loses_a_record_or_writes_it_twice() {
    for_each_seed("no_weather_loses_a_record_or_writes_it_twice", 5, |seed| {
        let universe = Universe::new(seed);
        let names: Vec<String> = (0..20).map(|at| format!("e{at:02}")).collect();
        for _ in 0..3 {
            life(&universe, async |world| {
                universe.chaos.set(Faults::any(&mut Dice::new(seed)));
                let audit = Audit::new(&world);
                let adding = names.iter().map(|name| audit.add(record(name, "t"), Some(name.clone())));
                for added in futures::future::join_all(adding).await {
                    added.unwrap();
                }
                universe.chaos.calm();
            });
        }
        life(&universe, async |world| {
            let mut found = executions(&world).await;
            found.sort();
            assert_eq!(found, names);
        });
        universe.chaos.tally()
    });
}

#[test]
fn while_the_table_takes_nothing_records_wait_and_few_try() {
    let universe = Universe::new(1);
    life(&universe, async |world| {
        let audit = Audit::new(&world);
        universe.chaos.outage(Duration::from_secs(30));
        let writes = || universe.chaos.calls_by_name().get("table.transact").copied().unwrap_or_default();
        let before = writes();
        let names: Vec<String> = (0..100).map(|at| format!("e{at:02}")).collect();
        let adding = names.iter().map(|name| audit.add(record(name, "t"), None));
        for added in futures::future::join_all(adding).await {
            added.unwrap();
        }
        let tries = writes() - before;
        assert!((20..45).contains(&tries), "one of all tries, once a second: {tries}");
        assert_eq!(executions(&world).await.len(), 100);
    });
}

#[test]
fn names_are_forgotten_in_time_and_records_are_not() {
    let universe = Universe::new(1);
    life(&universe, async |world| {
        let audit = Audit::new(&world);
        for name in ["one", "two"] {
            audit.add(record(name, "t"), Some(name.into())).await.unwrap();
            world.clock.sleep(Duration::from_secs(60)).await;
        }
        let middle_ms = world.clock.now_ms() - 90_000;
        assert_eq!(Audit::forget_names_before(&world, middle_ms).await.unwrap(), 1);
        audit.add(record("two", "t"), Some("two".into())).await.unwrap();
        assert_eq!(executions(&world).await, ["one", "two"], "this name is known still");
        assert_eq!(Audit::forget_names_before(&world, world.clock.now_ms() + 1).await.unwrap(), 1);
        for partition in ["audited", "audited#one", "audited#two"] {
            assert_eq!(world.table.query(partition, "", None, 10).await.unwrap().items.len(), 0, "{partition}");
        }
        assert_eq!(executions(&world).await, ["one", "two"]);
    });
}

#[test]
fn records_of_all_processes_are_found_newest_first_and_summed_up() {
    let universe = Universe::new(1);
    for of_process in [["a1", "b1"], ["a2", "b2"]] {
        life(&universe, async |world| {
            let audit = Audit::new(&world);
            for name in of_process {
                world.clock.sleep(Duration::from_secs(1)).await;
                let at_ms = world.clock.now_ms();
                audit.add(AuditRecord { at_ms, ..record(name, &name[..1]) }, None).await.unwrap();
            }
        });
    }
    life(&universe, async |world| {
        let find = async |filter: &AuditFilter, limit, before: Option<Place>| {
            let (found, next) = Audit::search(&world, filter, limit, before).await.unwrap();
            (found.into_iter().map(|(_, record)| record.execution).collect::<Vec<_>>(), next)
        };
        let all = AuditFilter::default();
        let (page, next) = find(&all, 3, None).await;
        assert_eq!(page, ["b2", "a2", "b1"]);
        assert_eq!(find(&all, 3, next).await, (vec!["a1".to_owned()], None));
        let of_a = AuditFilter { tenant: Some("a".into()), ..AuditFilter::default() };
        assert_eq!(find(&of_a, 10, None).await, (vec!["a2".to_owned(), "a1".to_owned()], None));
        let used: Vec<_> = Audit::usage(&world, Some("a")).await.unwrap().rows().collect();
        assert_eq!(used.len(), 1);
        assert_eq!((used[0].0.1.as_str(), used[0].1.answers, used[0].1.cost.in_micros()), ("a", 2, 2));
        assert_eq!(Audit::usage(&world, None).await.unwrap().rows().count(), 2);
        let chain = Audit::chains(&world).await.unwrap().remove(0);
        assert_eq!(Audit::verify(&world, &chain).await.unwrap(), Verified { records: 2, broken: None });
    });
}
