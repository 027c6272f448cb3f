//! What may be shown in an answer: never what was removed, replaced or is for others, whenever it was found.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test is an assertion")]

use std::{sync::Arc, time::Duration};

use cueline_domain::{
    access::Audience,
    collection::{Answering, Collection, CollectionName},
};
use cueline_patterns::rag::{self, ASK, Ingress, Ledger, LedgerEntry, RagConfig};
use cueline_ports::{Clock, ExecutionStatus, PortErrorKind, PutCondition};
use cueline_protocol::ids::{BucketName, ExecutionId};
use cueline_runtime::{
    Engine, Finished, StartExecution, codec,
    inspect::{self, ForkRequest},
};
use cueline_states::Json;
use cueline_tests::universe::{MODEL, Process, Setup, Universe};
use serde_json::{Value, json};

const NEEDLE: &str = "The vault opens with the words hollow amber.";

fn inbox() -> BucketName {
    BucketName::new("inbox").unwrap()
}

fn config() -> Arc<RagConfig> {
    let mut config = RagConfig::new(inbox());
    let mut strict = Collection::named(CollectionName::parse("strict").unwrap());
    let answering = Answering { model: MODEL.to_owned(), instructions: None, source_words: 500, strict: true };
    strict.answering = Some(answering);
    let mut staff = Collection::named(CollectionName::parse("staff").unwrap());
    staff.audience = Audience::Groups(["hr".to_owned()].into());
    config.collections.extend([("strict".to_owned(), strict), ("staff".to_owned(), staff)]);
    Arc::new(config)
}

/// A library without weather, and what people do in it.
struct Library<'a> {
    universe: &'a Universe,
    engine: Engine,
    ingress: Ingress,
}

impl Library<'_> {
    async fn put(&self, key: &str, text: &str) {
        let objects = self.universe.outside().objects;
        objects.put(&inbox(), key, text.to_owned().into(), PutCondition::Any).await.unwrap();
    }

    async fn delete(&self, key: &str) {
        self.universe.outside().objects.delete(&inbox(), key).await.unwrap();
    }

    /// Looks at everything until nothing is under way.
    async fn settle(&self) {
        for _ in 0..60 {
            self.ingress.full_look().await;
            self.universe.clock.sleep(Duration::from_secs(5)).await;
            let rows = Ledger::new(self.universe.outside()).list(None, None, None, 1_000).await.unwrap().items;
            if rows.iter().all(|entry| entry.row.state.is_settled()) && self.running().await == 0 {
                return;
            }
        }
        panic!("the library does not settle");
    }

    async fn running(&self) -> usize {
        let query = cueline_ports::ListExecutions { limit: 1_000, ..Default::default() };
        let all = self.engine.list(query).await.unwrap().items;
        all.iter().filter(|summary| summary.status == ExecutionStatus::Running).count()
    }

    async fn row(&self, key: &str) -> Option<LedgerEntry> {
        Ledger::new(self.universe.outside()).get(key).await.unwrap()
    }

    async fn start(&self, input: Value) -> (ExecutionId, Finished) {
        let started = self.engine.start(StartExecution::of(ASK, input)).await.unwrap();
        let finished = self.engine.wait(&started.execution).await.unwrap();
        (started.execution, finished)
    }

    async fn ask(&self, input: Value) -> (ExecutionId, Value) {
        let (execution, finished) = self.start(input).await;
        (execution, output(&finished))
    }

    async fn fork(&self, origin: &ExecutionId, input: Option<Value>) -> Value {
        let id = ExecutionId::new(format!("{origin}-fork")).unwrap();
        let request = ForkRequest {
            origin: origin.clone(),
            from_step: 2,
            input: input.map(Json::new),
            definition: None,
            execution: Some(id.clone()),
        };
        inspect::fork(&self.engine, request).await.unwrap();
        output(&self.engine.wait(&id).await.unwrap())
    }
}

fn output(finished: &Finished) -> Value {
    assert_eq!(finished.status, ExecutionStatus::Succeeded, "{:?}", finished.failure);
    Value::clone(finished.output.as_ref().unwrap())
}

fn in_library(story: impl AsyncFn(Library<'_>)) {
    let universe = Universe::new(7);
    let setup = Setup::new(|| rag::kinds(config(), 1));
    let setup =
        rag::definitions().into_iter().fold(setup, |setup, (name, definition)| setup.workflow(name, definition));
    universe.lives(&setup, async |Process { engine }| {
        let ingress = Ingress::new(engine.clone(), config());
        story(Library { universe: &universe, engine, ingress }).await;
    });
}

fn text(answer: &Value) -> &str {
    answer["text"].as_str().unwrap_or_default()
}

fn is_refusal(answer: &Value) -> bool {
    answer["notInDocuments"] == true && answer.get("citations").is_none() && !answer.to_string().contains("amber")
}

fn notes(answer: &Value) -> Vec<String> {
    let notes = answer["notes"].as_array().cloned().unwrap_or_default();
    notes.iter().map(|note| note.as_str().unwrap_or_default().to_owned()).collect()
}

const QUESTION: &str = "With which words does the vault open?";

/// Reproduces: a fork from `Answer` cited a document that had been removed since, with a verified citation.
#[test]
fn a_fork_does_not_answer_from_what_was_removed_or_replaced() {
    in_library(async |library| {
        for (key, change) in [("gone.txt", None), ("new.txt", Some("The vault is closed for good."))] {
            library.put(key, NEEDLE).await;
            library.settle().await;
            let (origin, answer) = library.ask(json!({ "collection": "default", "question": QUESTION })).await;
            assert_eq!(answer["citations"][0]["document"], key, "{answer:#}");
            match change {
                None => library.ingress.remove(key).await.unwrap(),
                Some(text) => library.put(key, text).await,
            }
            library.settle().await;
            let forked = library.fork(&origin, None).await;
            assert!(is_refusal(&forked), "{forked:#}");
            assert_eq!(forked["passagesHidden"], 1);
            assert!(notes(&forked).iter().any(|note| note.starts_with("passages_hidden: 1 ")), "{forked:#}");
        }
    });
}

/// Reproduces: forking a manager's question with an input without groups gave the manager's answer.
#[test]
fn a_fork_answers_for_the_groups_of_its_own_input() {
    in_library(async |library| {
        library.put("a.txt", NEEDLE).await;
        library.put("a.txt.metadata.json", r#"{"metadataAttributes": {"groups": ["managers"]}}"#).await;
        library.settle().await;
        let asked = json!({ "collection": "default", "question": QUESTION, "groups": ["managers"] });
        let (origin, answer) = library.ask(asked.clone()).await;
        assert!(text(&answer).contains("hollow amber"), "{answer:#}");
        let forked = library.fork(&origin, Some(json!({ "collection": "default", "question": QUESTION }))).await;
        assert!(is_refusal(&forked), "{forked:#}");
        let (origin, _) =
            library.ask(json!({ "collection": "default", "question": QUESTION, "groups": ["managers", "x"] })).await;
        assert!(text(&library.fork(&origin, Some(asked)).await).contains("hollow amber"));
    });
}

/// Reproduces: deleting the metadata file of a restricted document showed it to everybody.
#[test]
fn a_restricted_document_stays_restricted_until_somebody_decides() {
    in_library(async |library| {
        let sidecar = "a.txt.metadata.json";
        let public = || json!({ "collection": "default", "question": QUESTION });
        // Both are there at the first look: the first version is restricted already.
        library.put("a.txt", NEEDLE).await;
        library.put(sidecar, r#"{"metadataAttributes": {"groups": ["hr"]}}"#).await;
        library.settle().await;
        assert_eq!(library.row("a.txt").await.unwrap().sequence, 1);
        assert!(is_refusal(&library.ask(public()).await.1));

        library.delete(sidecar).await;
        library.settle().await;
        assert!(is_refusal(&library.ask(public()).await.1));
        let row = library.row("a.txt").await.unwrap();
        assert_eq!(row.audience, Some(Audience::Groups(["hr".to_owned()].into())));
        assert!(row.notes[0].starts_with("metadata_missing: ") && row.notes[0].contains("shown to hr only"), "{row:?}");
        let hr = json!({ "collection": "default", "question": QUESTION, "groups": ["hr"] });
        assert!(text(&library.ask(hr).await.1).contains("hollow amber"));

        // A metadata file without groups is a decision.
        library.put(sidecar, r#"{"metadataAttributes": {}}"#).await;
        library.settle().await;
        assert!(text(&library.ask(public()).await.1).contains("hollow amber"));
        let row = library.row("a.txt").await.unwrap();
        assert_eq!((row.audience, row.notes.len()), (None, 0));
    });
}

#[test]
fn a_collection_may_restrict_what_has_no_metadata() {
    in_library(async |library| {
        library.put("staff/a.txt", NEEDLE).await;
        library.settle().await;
        assert!(is_refusal(&library.ask(json!({ "collection": "staff", "question": QUESTION })).await.1));
        let hr = json!({ "collection": "staff", "question": QUESTION, "groups": ["hr"] });
        assert!(text(&library.ask(hr).await.1).contains("hollow amber"));
    });
}

/// Reproduces: files in `My Folder/` and with a line feed in their name were ignored without a word.
#[test]
fn what_is_skipped_has_a_row_that_says_why() {
    in_library(async |library| {
        library.put("My Folder/a.txt", NEEDLE).await;
        library.put("bad\nname.txt", NEEDLE).await;
        library.settle().await;
        let looks = library.ingress.status().ignored;
        library.settle().await;
        assert_eq!(library.ingress.status().ignored, looks, "once they have a row, nobody looks again");
        for (key, code) in [("My Folder/a.txt", "collection_name_invalid"), ("bad%0Aname.txt", "object_key_invalid")] {
            let row = library.row(key).await.unwrap();
            let state = serde_json::to_value(&row.row.state).unwrap();
            assert_eq!((row.state(), &state["code"]), ("refused", &json!(code)), "{state}");
        }
        library.delete("My Folder/a.txt").await;
        library.delete("bad\nname.txt").await;
        library.settle().await;
        for key in ["My Folder/a.txt", "bad%0Aname.txt"] {
            assert_eq!(library.row(key).await.unwrap().state(), "deleted");
        }
    });
}

/// Reproduces: a name that leaves no room for `.metadata.json` was never ingested.
#[test]
fn a_name_too_long_for_a_metadata_file_has_none() {
    in_library(async |library| {
        let key = format!("{}.txt", "x".repeat(1_015));
        library.put(&key, NEEDLE).await;
        library.settle().await;
        assert_eq!(library.row(&key).await.unwrap().state(), "searchable");
        library.ingress.remove(&key).await.unwrap();
        library.settle().await;
        assert_eq!(library.row(&key).await.unwrap().state(), "deleted");
    });
}

/// Reproduces: without weights nobody was told that only words were searched, and `vector` searched words too.
#[test]
fn an_answer_says_how_it_was_searched() {
    in_library(async |library| {
        library.put("a.txt", NEEDLE).await;
        library.settle().await;
        let asked = |mode: &str| json!({ "collection": "default", "question": QUESTION, "mode": mode });
        let (_, answer) = library.ask(asked("hybrid")).await;
        assert_eq!(answer["mode"], "keyword");
        assert_eq!(notes(&answer), ["searched by words only: the collection has no embedding model"]);
        let (_, answer) = library.ask(asked("keyword")).await;
        assert_eq!((answer["mode"].as_str(), notes(&answer).len()), (Some("keyword"), 0));
        let (_, finished) = library.start(asked("vector")).await;
        let failure = finished.failure.unwrap();
        assert_eq!(failure.error, "Cueline.InvalidRequest");
        assert!(failure.cause.starts_with("mode_unavailable: "), "{}", failure.cause);
    });
}

/// Reproduces: unknown members were dropped, numbers cut to fit, and a missing collection was an error of JSONata.
#[test]
fn a_wrong_question_is_refused_with_what_is_wrong() {
    in_library(async |library| {
        library.put("a.txt", NEEDLE).await;
        library.settle().await;
        let cases = [
            (json!({ "question": "q", "colection": "default" }), "colection"),
            (json!({ "question": "q", "limit": 0 }), "limit is 0: write a number from 1 to 100"),
            (json!({ "question": "q", "limit": 100_000 }), "limit is 100000: write a number from 1 to 100"),
            (json!({ "question": "q", "collection": "nope" }), "collection_not_found: collection is \"nope\""),
            (json!({ "question": "q", "collection": "../x" }), "collection is \"../x\": a name has 1 to 63"),
            (json!({ "question": "q", "mode": "both" }), "mode is \"both\": use hybrid, keyword or vector"),
            (json!({ "question": "q", "model": "nobody" }), "model is \"nobody\"; configured are"),
            (json!({ "question": " " }), "question is empty"),
            (json!({ "question": "q".repeat(20_000) }), "question has 20000 bytes: write at most 16384"),
            (json!({ "question": "q", "passages": [] }), "passages"),
        ];
        for (input, cause) in cases {
            let shown: String = input.to_string().chars().take(80).collect();
            let (_, finished) = library.start(input).await;
            let failure = finished.failure.unwrap_or_default();
            assert!(failure.cause.contains(cause), "{shown}: {failure:?}");
        }
        let (_, answer) = library.ask(json!({ "question": QUESTION, "limit": 1 })).await;
        assert!(text(&answer).contains("hollow amber"), "without a collection it is the default: {answer:#}");
    });
}

/// The model of this world answers with the last line it was told: the question, of which no source says anything.
#[test]
fn what_a_model_makes_up_is_marked_or_left_out() {
    in_library(async |library| {
        for key in ["a.txt", "strict/a.txt"] {
            library.put(key, NEEDLE).await;
        }
        library.settle().await;
        let asked = |collection: &str| json!({ "collection": collection, "question": QUESTION, "model": MODEL });
        let (_, marked) = library.ask(asked("default")).await;
        assert_eq!(marked["untracedCount"], 1, "{marked:#}");
        let range = &marked["untraced"][0];
        let end = range["end"].as_str().unwrap().parse::<usize>().unwrap();
        assert_eq!((range.get("start"), &text(&marked)[..end]), (None, text(&marked)), "{marked:#}");
        let mut once = asked("default");
        once["strict"] = json!(true);
        for input in [asked("strict"), once] {
            let (_, strict) = library.ask(input).await;
            assert_eq!((&strict["notInDocuments"], &strict["untracedCount"]), (&json!(true), &json!(1)), "{strict:#}");
            assert!(!strict["closest"].as_array().unwrap().is_empty());
        }
    });
}

#[test]
fn a_refusal_names_what_comes_closest() {
    in_library(async |library| {
        library.put("a.txt", NEEDLE).await;
        library.settle().await;
        let (_, answer) =
            library.ask(json!({ "question": "How often is the vault cleaned by the Brunswick company?" })).await;
        assert_eq!(answer["notInDocuments"], true, "{answer:#}");
        assert_eq!(answer["closest"][0]["document"], "a.txt");
        assert_eq!(answer["closest"][0]["excerpt"], NEEDLE);
    });
}

/// Reproduces: the text of removed documents stayed on the disk for ever.
#[test]
fn the_text_of_a_removed_document_leaves_the_disk() {
    in_library(async |library| {
        let objects = library.universe.outside().objects;
        let stored = async || -> Vec<String> {
            let page = objects.list(&codec::payload_bucket(), "", None, 1_000).await.unwrap();
            let mut texts = Vec::new();
            for meta in page.items {
                let (_, body) = objects.get(&codec::payload_bucket(), &meta.key).await.unwrap();
                texts.push(String::from_utf8_lossy(&body).into_owned());
            }
            texts.into_iter().filter(|text| text.contains("amber")).collect()
        };
        for key in ["a.txt", "b/a.txt", "c.txt"] {
            library.put(key, NEEDLE).await;
        }
        library.settle().await;
        assert!(!stored().await.is_empty());
        for key in ["a.txt", "c.txt"] {
            library.ingress.remove(key).await.unwrap();
            library.settle().await;
            let (_, answer) = library.ask(json!({ "collection": "b", "question": QUESTION })).await;
            assert!(text(&answer).contains("hollow amber"), "equal content is still needed: {answer:#}");
        }
        // Overwritten: the old text goes when the new one is searchable.
        library.put("b/a.txt", "The vault is closed for good.").await;
        library.settle().await;
        assert_eq!(stored().await, Vec::<String>::new());
        // The same content comes back, although its artifacts were known once.
        library.put("a.txt", NEEDLE).await;
        library.settle().await;
        let (_, answer) = library.ask(json!({ "question": QUESTION })).await;
        assert!(text(&answer).contains("hollow amber"), "{answer:#}");
        let head = objects.head(&codec::payload_bucket(), &blake3::hash(NEEDLE.as_bytes()).to_hex()).await;
        assert!(head.is_ok_and(|meta| meta.size == NEEDLE.len() as u64));
        library.ingress.remove("a.txt").await.unwrap();
        library.settle().await;
        let head = objects.head(&codec::payload_bucket(), &blake3::hash(NEEDLE.as_bytes()).to_hex()).await;
        assert_eq!(head.unwrap_err().kind, PortErrorKind::NotFound);
    });
}
