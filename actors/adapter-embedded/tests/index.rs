//! The index: its suite, any history of events, and a writer that is killed.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test is an assertion and says what it skips")]
#![cfg(feature = "retrieval")]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use cueline_domain::access::{AccessRule, Clearance};
use cueline_embedded::index::{EmbeddedIndex, IndexOptions};
use cueline_ports::{
    Index, IndexedChunk, IndexedDocument, PortErrorKind, SearchRequest, SearchResults, conformance::index_suite,
};
use proptest::prelude::*;
use tempfile::TempDir;

fn open(dir: &Path) -> EmbeddedIndex {
    EmbeddedIndex::open(dir, IndexOptions::default()).unwrap()
}

fn document(name: &str, sequence: u64, texts: &[String]) -> IndexedDocument {
    let version = format!("{name}@{sequence}");
    let chunk = |(ordinal, text): (u32, &String)| IndexedChunk {
        id: format!("{version}-{ordinal}"),
        ordinal,
        text: text.clone(),
        start: 0,
        end: 1,
    };
    IndexedDocument {
        collection: "c".into(),
        document: name.into(),
        chunks: (0..).zip(texts).map(chunk).collect(),
        version,
        sequence,
        access: AccessRule::public("acme"),
        attributes: BTreeMap::new(),
    }
}

async fn search(index: &EmbeddedIndex, text: &str, vector: Option<Vec<f32>>) -> SearchResults {
    let request = SearchRequest { collection: "c".into(), text: text.into(), vector, filter: None, depth: 10_000 };
    index.search(&Clearance::system("acme"), request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_index_keeps_the_promises_of_its_port() {
    let directories = Mutex::new(Vec::new());
    index_suite(async || {
        let directory = TempDir::new().unwrap();
        let index = open(directory.path());
        directories.lock().unwrap().push(directory);
        Arc::new(index) as Arc<dyn Index>
    })
    .await;
}

#[tokio::test]
async fn a_restart_shows_the_same() {
    let directory = TempDir::new().unwrap();
    let texts = ["penguins swim".to_owned(), "walrus".to_owned()];
    let index = open(directory.path());
    index.upsert(document("a", 1, &texts)).await.unwrap();
    index.upsert(document("a", 2, &texts)).await.unwrap();
    index.upsert(document("b", 1, &texts)).await.unwrap();
    index.upsert(document("old", 1, &texts)).await.unwrap();
    index.remove("c", "b", 9).await.unwrap();
    let vectors = vec![("a@2-0".to_owned(), vec![0.6, 0.8, 0.1]), ("a@2-1".to_owned(), vec![0.1, 0.9, 0.3])];
    index.attach_vectors("c", "a", "a@2", vectors).await.unwrap();
    index.remove("c", "old", 2).await.unwrap();
    let before = (search(&index, "penguins", Some(vec![1.0, 0.0, 0.0])).await, index.visible("c", "a").await.unwrap());
    drop(index);

    for _ in 0..2 {
        let index = open(directory.path());
        let after =
            (search(&index, "penguins", Some(vec![1.0, 0.0, 0.0])).await, index.visible("c", "a").await.unwrap());
        assert_eq!(chunks(&after.0), chunks(&before.0));
        assert_eq!(after.0.vector, before.0.vector);
        assert_eq!(after.1, before.1);
        assert_eq!(index.count("c").await.unwrap(), (1, 2));
        assert!(!index.upsert(document("b", 9, &texts)).await.unwrap(), "a tombstone outlives the process");
        let other_dimension = vec![("a@2-0".to_owned(), vec![1.0; 4])];
        let refused = index.attach_vectors("c", "a", "a@2", other_dimension).await.map_err(|error| error.kind);
        assert_eq!(refused, Err(PortErrorKind::Invalid));
    }
}

/// Word scores move a little when obsolete words are deleted; what is found does not.
fn chunks(results: &SearchResults) -> Vec<&str> {
    results.keyword.iter().chain(&results.vector).map(|hit| hit.chunk.as_str()).collect()
}

#[tokio::test]
async fn a_directory_belongs_to_one_index() {
    let directory = TempDir::new().unwrap();
    let _index = open(directory.path());
    let second = EmbeddedIndex::open(directory.path(), IndexOptions::default());
    assert_eq!(second.err().map(|error| error.kind), Some(PortErrorKind::Unavailable));
}

#[tokio::test]
async fn scores_do_not_tell_of_other_collections() {
    let (alone, shared) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (alone, shared) = (open(alone.path()), open(shared.path()));
    let texts = ["penguins swim".to_owned(), "walrus".to_owned()];
    for number in 0..5 {
        let mut other = document(&format!("o{number}"), 1, &texts);
        other.collection = "other".into();
        shared.upsert(other).await.unwrap();
    }
    for index in [&alone, &shared] {
        index.upsert(document("a", 1, &texts)).await.unwrap();
    }
    assert_eq!(search(&alone, "penguins", None).await, search(&shared, "penguins", None).await);
}

#[tokio::test]
async fn many_languages_are_found() {
    let directory = TempDir::new().unwrap();
    let index = open(directory.path());
    let texts =
        ["東京都の天気予報", "Die Straßenbahn fährt über Köln", "Погода в Москве", "مرحبا بالعالم", "ประเทศไทย"];
    index.upsert(document("a", 1, &texts.map(str::to_owned))).await.unwrap();
    for (question, ordinal) in
        [("天気", 0), ("koln", 1), ("STRASSENBAHN", 1), ("москве", 2), ("بالعالم", 3), ("ไทย", 4)]
    {
        let found: Vec<u32> = search(&index, question, None).await.keyword.iter().map(|hit| hit.ordinal).collect();
        assert_eq!(found, [ordinal], "{question}");
    }
}

/// What happens to one of three documents.
#[derive(Debug, Clone)]
enum Event {
    Upsert { sequence: u64, chunks: usize },
    Attach { sequence: u64 },
    Remove { sequence: u64 },
}

fn event() -> impl Strategy<Value = (usize, Event)> {
    let sequence = 0..6_u64;
    let event = prop_oneof![
        (sequence.clone(), 0..3_usize).prop_map(|(sequence, chunks)| Event::Upsert { sequence, chunks }),
        sequence.clone().prop_map(|sequence| Event::Attach { sequence }),
        sequence.prop_map(|sequence| Event::Remove { sequence }),
    ];
    (0..3_usize, event)
}

/// The rule of the port in its simplest form: the last word on a document.
#[derive(Default, Clone, PartialEq, Debug)]
struct Model {
    last: Option<(u64, Option<usize>)>,
    vectors: usize,
}

impl Model {
    fn apply(&mut self, event: &Event) -> bool {
        match (*event).clone() {
            Event::Upsert { sequence, chunks } => {
                let accepted = match self.last {
                    None => true,
                    Some((last, Some(_))) => last <= sequence,
                    Some((last, None)) => last < sequence,
                };
                if accepted && self.last != Some((sequence, Some(chunks))) {
                    *self = Self { last: Some((sequence, Some(chunks))), vectors: 0 };
                }
                accepted
            }
            Event::Attach { sequence } => match self.last {
                Some((last, Some(chunks))) if last == sequence => {
                    self.vectors = chunks;
                    true
                }
                _ => false,
            },
            Event::Remove { sequence } => {
                let accepted = self.last.is_none_or(|(last, _)| last <= sequence);
                if accepted {
                    *self = Self { last: Some((sequence, None)), vectors: 0 };
                }
                accepted
            }
        }
    }
}

const NAMES: [&str; 3] = ["x", "y", "z"];
const WORDS: [&str; 3] = ["alpha event", "beta event", "gamma event"];

async fn apply(index: &EmbeddedIndex, name: &str, event: &Event) -> bool {
    match event {
        Event::Upsert { sequence, chunks } => {
            let texts: Vec<String> = WORDS[..*chunks].iter().map(|text| (*text).to_owned()).collect();
            index.upsert(document(name, *sequence, &texts)).await.unwrap()
        }
        Event::Attach { sequence } => {
            let chunks = index.visible("c", name).await.unwrap().map(|status| status.chunks).unwrap_or_default();
            let vectors = chunks.into_iter().map(|id| (id, vec![1.0, 0.5])).collect();
            index.attach_vectors("c", name, &format!("{name}@{sequence}"), vectors).await.unwrap()
        }
        Event::Remove { sequence } => index.remove("c", name, *sequence).await.unwrap(),
    }
}

async fn assert_agrees(index: &EmbeddedIndex, models: &[Model; 3]) {
    let results = search(index, "event", Some(vec![1.0, 0.5])).await;
    for (name, model) in NAMES.iter().zip(models) {
        let visible = model.last.and_then(|(sequence, chunks)| Some((sequence, chunks?)));
        let status = index.visible("c", name).await.unwrap();
        assert_eq!(status.as_ref().map(|status| (status.sequence, status.chunks.len())), visible);
        assert_eq!(status.map_or(0, |status| status.vectors), model.vectors);
        let by_words = results.keyword.iter().filter(|hit| hit.document == *name).count();
        let by_vector = results.vector.iter().filter(|hit| hit.document == *name).count();
        assert_eq!((by_words, by_vector), (visible.map_or(0, |(_, chunks)| chunks), model.vectors), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any history, with restarts in between, agrees with the rule at every moment.
    #[test]
    fn any_history_agrees_with_the_rule(history in prop::collection::vec(event(), 1..25), restart in 0..25_usize) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let directory = TempDir::new().unwrap();
            let mut index = open(directory.path());
            let mut models = <[Model; 3]>::default();
            for (step, (document, event)) in history.iter().enumerate() {
                if step == restart {
                    drop(index);
                    index = open(directory.path());
                }
                let accepted = apply(&index, NAMES[*document], event).await;
                assert_eq!(accepted, models[*document].apply(event), "{event:?} at step {step}");
                assert_agrees(&index, &models).await;
            }
        });
    }
}

const CHILD_DIR: &str = "CUELINE_TEST_INDEX_DIR";

/// Not a test of its own: the process that is killed. It says what it was promised, line by line.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_writes_until_it_is_killed() {
    let Ok(dir) = std::env::var(CHILD_DIR) else { return };
    let index = Arc::new(open(Path::new(&dir)));
    let writers = (0..8_u64).map(|writer| {
        let index = index.clone();
        tokio::spawn(async move {
            for sequence in 1..u64::MAX {
                let name = format!("w{writer}");
                let texts: Vec<String> = (0..1 + sequence % 4).map(|n| format!("event number {n}")).collect();
                println!("begin {writer} {sequence}");
                if sequence % 7 == 0 {
                    index.remove("c", &name, sequence).await.unwrap();
                } else {
                    let told = document(&name, sequence, &texts);
                    let vectors = told.chunks.iter().map(|chunk| (chunk.id.clone(), vec![1.0, 0.5])).collect();
                    let version = told.version.clone();
                    index.upsert(told).await.unwrap();
                    index.attach_vectors("c", &name, &version, vectors).await.unwrap();
                }
                println!("end {writer} {sequence}");
            }
        })
    });
    futures::future::join_all(writers.collect::<Vec<_>>()).await;
}

/// What was promised before the kill is there afterwards, whole; what was under way is there whole or not at all.
#[test]
fn killing_the_writer_loses_nothing_that_was_promised() {
    let directory = TempDir::new().unwrap();
    for round in 0..6_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_writes_until_it_is_killed", "--nocapture"])
            .env(CHILD_DIR, directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut begun = BTreeMap::new();
        let mut ended = BTreeMap::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut read = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [.., what @ ("begin" | "end"), writer, sequence] = words[..] {
                let into = if what == "begin" { &mut begun } else { &mut ended };
                into.insert(writer.parse::<u64>().unwrap(), sequence.parse::<u64>().unwrap());
            }
        };
        lines.by_ref().take(100 + 37 * round as usize).for_each(|line| read(&line));
        child.kill().unwrap();
        lines.for_each(|line| read(&line));
        child.wait().unwrap();

        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(check_after_kill(directory.path(), &begun, &ended));
        std::fs::remove_dir_all(directory.path()).unwrap();
        std::fs::create_dir(directory.path()).unwrap();
    }
}

async fn check_after_kill(dir: &Path, begun: &BTreeMap<u64, u64>, ended: &BTreeMap<u64, u64>) {
    let index = open(dir);
    let results = search(&index, "event", Some(vec![1.0, 0.5])).await;
    for (writer, begun) in begun {
        let name = format!("w{writer}");
        let promised = ended.get(writer).copied().unwrap_or_default();
        let status = index.visible("c", &name).await.unwrap();
        let by_words: Vec<_> = results.keyword.iter().filter(|hit| hit.document == name).collect();
        let by_vector = results.vector.iter().filter(|hit| hit.document == name).count();
        match status {
            None => {
                assert!([promised, *begun].iter().any(|sequence| sequence % 7 == 0), "{name} was lost: {promised}");
                assert_eq!((by_words.len(), by_vector), (0, 0), "{name}");
            }
            Some(status) => {
                assert!((promised..=*begun).contains(&status.sequence), "{name}: {promised} {begun} {status:?}");
                assert_eq!(status.chunks.len() as u64, 1 + status.sequence % 4);
                assert_eq!(by_words.len(), status.chunks.len(), "{name} is whole");
                assert!(by_words.iter().all(|hit| hit.version == status.version));
                let vectors_promised = status.sequence == promised;
                assert!(status.vectors == status.chunks.len() || (status.vectors == 0 && !vectors_promised));
                assert_eq!(by_vector, status.vectors);
            }
        }
    }
}
