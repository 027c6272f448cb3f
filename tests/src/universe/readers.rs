//! Readers and writers of a library while everything goes wrong.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use cueline_domain::ledger::DocumentState;
use cueline_patterns::rag::{ASK, Ingress, Ledger};
use cueline_ports::{Clock, ExecutionStatus};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::{Engine, StartExecution, inspect};
use cueline_states::Entry;
use serde_json::{Value, json};

use super::{
    Dice, Process, Universe, audit,
    library::{self, COLLECTION, MARKER, Shelf},
    runs::{Weather, may_pass, storm},
};

/// What a reader may not see while a question is answered: it was gone before and stayed so.
type Known = BTreeMap<String, (bool, u64, Option<String>)>;

/// A library in bad weather: writes, reads and crashes, then calm, then the truth.
///
/// # Panics
/// When a reader sees what it must not, or the end is not as it should be.
pub fn story(universe: &Universe, dice: &mut Dice, weather: &Weather) {
    let shelf = Shelf::default();
    let (writer, reader) = (RefCell::new(dice.split()), RefCell::new(dice.split()));
    let mut crashes = weather.crashes.iter();
    let calm_ms = universe.clock.elapsed_ms() + weather.lasting.as_millis() as i64;
    universe.chaos.set(weather.faults);
    universe.lives(&library::setup(), async |Process { engine }| {
        if let Some((nth, kind)) = crashes.next() {
            universe.chaos.plan(*nth, *kind);
        }
        let ingress = Ingress::new(engine.clone(), library::config());
        let watching = tokio::spawn(ingress.clone().run());
        let writing = async {
            while universe.clock.elapsed_ms() < calm_ms {
                let mut dice = writer.borrow_mut().split();
                shelf.touch(universe, &mut dice).await;
                let pause = writer.borrow_mut().between(0, 15_000);
                universe.clock.sleep(Duration::from_millis(pause)).await;
            }
        };
        let looking = async {
            loop {
                shelf.look(universe).await;
                let pause = reader.borrow_mut().between(1, 1_500);
                universe.clock.sleep(Duration::from_millis(pause)).await;
            }
        };
        let asking = async {
            loop {
                let pause = reader.borrow_mut().between(1, 12_000);
                universe.clock.sleep(Duration::from_millis(pause)).await;
                let document = reader.borrow_mut().below(4);
                ask_about(universe, &engine, &format!("{MARKER} doc{document} cue turn?")).await;
            }
        };
        tokio::select! {
            biased;
            () = writing => {}
            () = looking => {}
            () = asking => {}
            () = storm(universe, weather, calm_ms) => {}
        }
        universe.chaos.calm();
        shelf.settle(universe, &ingress).await;
        watching.abort();
        for id in ids(&engine).await {
            audit::ended(&engine, &id).await;
        }
    });
}

/// Every execution that there is; all have ended.
async fn ids(engine: &Engine) -> Vec<ExecutionId> {
    let mut ids = Vec::new();
    let mut query = cueline_ports::ListExecutions { limit: 1_000, ..Default::default() };
    loop {
        let page = engine.list(query.clone()).await.expect("executions can be listed");
        for summary in page.items {
            if summary.status == ExecutionStatus::Running {
                engine.wait(&summary.execution).await.expect("it ends");
            }
            ids.push(summary.execution);
        }
        query.cursor = page.cursor;
        if query.cursor.is_none() {
            return ids;
        }
    }
}

/// A question; what is retrieved for it must not be gone, replaced or mixed.
async fn ask_about(universe: &Universe, engine: &Engine, question: &str) {
    let input =
        json!({ "collection": COLLECTION, "question": question, "groups": [], "limit": 200, "mode": "keyword" });
    let before = known(universe).await;
    let started = match engine.start(StartExecution::of(ASK, input)).await {
        Ok(started) => started,
        Err(_) => return,
    };
    while let Err(error) = engine.wait(&started.execution).await {
        if !may_pass(&error) {
            return;
        }
        universe.clock.sleep(Duration::from_millis(200)).await;
    }
    let after = known(universe).await;
    let Some(passages) = retrieved(engine, &started.execution).await else { return };
    let mut versions: BTreeMap<&str, &str> = BTreeMap::new();
    for passage in &passages {
        let text = |name: &str| passage.get(name).and_then(Value::as_str).unwrap_or_default();
        let (document, version) = (text("document"), text("version"));
        let seen = *versions.entry(document).or_insert(version);
        assert_eq!(seen, version, "{document}: an answer is made of one version");
        if let (Some(before), Some(after)) = (before.get(document), after.get(document))
            && before == after
        {
            let (deleted, sequence, visible) = before;
            assert!(!deleted, "{document} was deleted before the question (sequence {sequence}) and is retrieved");
            if let Some(visible) = visible {
                assert_eq!(version, visible, "{document}: only the visible version is retrieved");
            }
        }
    }
}

/// How each document stands: deleted, its sequence, the version that is visible.
async fn known(universe: &Universe) -> Known {
    let texts = universe.index.visible_texts(COLLECTION);
    let rows = Ledger::new(universe.outside()).list(None, None, None, 1_000).await.expect("nothing fails outside");
    let of = rows.items.into_iter().map(|entry| {
        let key = entry.row.key.as_str().to_owned();
        let visible = texts.get(&key).map(|(version, ..)| version.clone());
        (key, (entry.row.state == DocumentState::Deleted, entry.sequence, visible))
    });
    of.collect()
}

/// The passages that an execution retrieved, as its journal says; `None` when it failed.
async fn retrieved(engine: &Engine, execution: &ExecutionId) -> Option<Vec<Value>> {
    let commits = inspect::history(engine, execution).await.ok()?;
    let entries = commits.iter().flat_map(|commit| &commit.entries);
    let output = entries.into_iter().find_map(|entry| match entry {
        Entry::TaskSucceeded { output, .. } => Some(output.clone()),
        _ => None,
    })?;
    Some(output.get("passages").and_then(Value::as_array).cloned().unwrap_or_default())
}
