//! What must hold of every journal, whatever happened while it was written.

use std::{collections::BTreeMap, time::Duration};

use cueline_ports::{ExecutionStatus, ListExecutions};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{
    Engine,
    codec::Commit,
    inspect::{self, Replayed},
};
use cueline_states::{Entry, Event, State};

/// Checks an execution that has ended; gives its commits for further questions.
///
/// # Panics
/// When something does not hold.
pub async fn ended(engine: &Engine, execution: &ExecutionId) -> Vec<Commit> {
    let commits = inspect::history(engine, execution).await.expect("the history can be read");
    let versions: Vec<u64> = commits.iter().map(|commit| commit.version).collect();
    assert_eq!(versions, (1..=commits.len() as u64).collect::<Vec<_>>(), "{execution}: versions are dense");

    let entries: Vec<&Entry> = commits.iter().flat_map(|commit| &commit.entries).collect();
    let endings = entries.iter().filter(|entry| is_ending(entry)).count();
    assert_eq!(endings, 1, "{execution} ends exactly once");
    assert!(entries.last().is_some_and(|entry| is_ending(entry)), "{execution}: nothing follows the end");
    for (task, results) in results_by_task(&entries) {
        assert_eq!(results, 1, "{execution}: the result of task {task} is recorded once");
    }

    let verified = inspect::verify(engine, execution).await.expect("the journal can be verified");
    assert_eq!(verified.mismatch, None, "{execution}: the journal folds to its snapshot");
    // Two commits are folded as quickly as a snapshot is read.
    let is_brief = commits.len() <= 2 && verified.snapshot == 0;
    assert!(is_brief || verified.snapshot == commits.len() as u64, "{execution}: there is a snapshot of the end");

    let definition = inspect::definition_of(engine, &commits).await.expect("the definition is kept");
    let replayed = inspect::replay(&definition, &commits).expect("the journal can be replayed");
    let Replayed { difference, state, .. } = replayed;
    assert_eq!(difference, None, "{execution}: every decision comes out as it was recorded");
    assert_eq!(state.encode(), fold(&commits).encode(), "{execution}: the replay ends where the journal does");
    commits
}

/// No execution but these and their children, and none of them open: children that nobody waits for any more have a
/// while to end, too.
///
/// # Panics
/// When there are others.
pub async fn exactly(engine: &Engine, mut expected: Vec<ExecutionId>) {
    let query = ListExecutions { limit: 10_000, ..ListExecutions::default() };
    let mut looks = 0;
    let page = loop {
        let page = engine.list(query.clone()).await.expect("executions can be listed");
        let open = page.items.iter().find(|summary| summary.status == ExecutionStatus::Running);
        let Some(open) = open else { break page };
        looks += 1;
        assert!(looks < 600, "nothing is left open, but {} is", open.execution);
        engine.world().clock.sleep(Duration::from_secs(1)).await;
    };
    let children = page.items.iter().filter(|summary| summary.parent.is_some());
    for child in children {
        ended(engine, &child.execution).await;
    }
    let own = page.items.into_iter().filter(|summary| summary.parent.is_none());
    let mut found: Vec<ExecutionId> = own.map(|summary| summary.execution).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "every accepted execution is there once, and no other");
}

fn is_ending(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::ExecutionSucceeded
            | Entry::ExecutionFailed { .. }
            | Entry::ExecutionAborted { .. }
            | Entry::ExecutionTimedOut
    )
}

/// How many results were recorded of each task that has any.
pub fn results_by_task(entries: &[&Entry]) -> BTreeMap<u64, usize> {
    let mut results = BTreeMap::new();
    for entry in entries {
        if let Entry::TaskSucceeded { task, .. } | Entry::TaskFailed { task, .. } | Entry::TaskTimedOut { task, .. } =
            entry
        {
            *results.entry(*task).or_default() += 1;
        }
    }
    results
}

/// The state that commits fold to.
///
/// # Panics
/// When they do not fold.
pub fn fold(commits: &[Commit]) -> State {
    let mut state = State::new();
    for entry in commits.iter().flat_map(|commit| &commit.entries) {
        state.apply(entry).expect("a recorded entry folds");
    }
    state
}

/// What a late or repeated event about an ended execution may do: nothing.
///
/// # Panics
/// When it does something.
pub async fn ignores_late_news(engine: &Engine, execution: &ExecutionId) {
    let before = engine.peek(execution).await.map(|peeked| peeked.version).ok();
    for event in [Event::Tick, Event::Resend { tasks: vec![1, 2], max_sends: 1 }] {
        // Whether it is refused or changes nothing does not matter here.
        let _ = engine.deliver(execution.clone(), event).await;
    }
    let after = engine.peek(execution).await.map(|peeked| peeked.version).ok();
    assert_eq!(before, after, "{execution}: late news change nothing");
}
