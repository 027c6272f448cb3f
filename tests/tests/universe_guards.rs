//! What a collection asks of rerankers and guards, on questions and answers of the simulated world.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test is an assertion")]

use std::{sync::Arc, time::Duration};

use cueline_domain::collection::{Answering, Collection, CollectionName, Rerank};
use cueline_patterns::rag::{self, ASK, Ingress, Ledger, RagConfig};
use cueline_ports::{Clock, ExecutionStatus, PutCondition};
use cueline_protocol::ids::BucketName;
use cueline_runtime::{Engine, StartExecution};
use cueline_tests::universe::{GUARD, MODEL, Process, RERANKER, Setup, Universe, guard_samples};
use serde_json::{Value, json};

fn inbox() -> BucketName {
    BucketName::new("inbox").unwrap()
}

fn config() -> Arc<RagConfig> {
    let mut config = RagConfig::new(inbox());
    let collection = |name: &str| Collection::named(CollectionName::parse(name).unwrap());
    let ranked = |name: &str, reranker: &str| {
        let mut ranked = collection(name);
        ranked.retrieval.results = 2;
        ranked.retrieval.rerank = Rerank::Model { name: reranker.to_owned(), candidates: 50 };
        ranked
    };
    let guarded = |name: &str, guard: &str| Collection { guard: Some(guard.to_owned()), ..collection(name) };
    let mut asked = guarded("asked", GUARD);
    let answering = Answering { model: MODEL.to_owned(), instructions: None, source_words: 500, strict: false };
    asked.answering = Some(answering);
    let all = [
        ranked("ranked", RERANKER),
        ranked("nobody", "nobody"),
        guarded("guarded", GUARD),
        guarded("unguarded", "nobody"),
        asked,
    ];
    config.collections.extend(all.map(|collection| (collection.name.as_str().to_owned(), collection)));
    Arc::new(config)
}

/// Documents in a collection, then a question.
async fn ask(
    universe: &Universe,
    engine: &Engine,
    collection: &str,
    texts: &[&str],
    question: &str,
) -> Result<Value, String> {
    let ingress = Ingress::new(engine.clone(), config());
    for (number, text) in texts.iter().enumerate() {
        let key = format!("{collection}/{number}.txt");
        universe.outside().objects.put(&inbox(), &key, (*text).to_owned().into(), PutCondition::Any).await.unwrap();
    }
    for _ in 0..60 {
        ingress.full_look().await;
        universe.clock.sleep(Duration::from_secs(5)).await;
        let rows = Ledger::new(universe.outside()).list(None, None, None, 1_000).await.unwrap().items;
        if rows.len() >= texts.len() && rows.iter().all(|entry| entry.row.state.is_settled()) {
            break;
        }
    }
    let input = json!({ "collection": collection, "question": question });
    let started = engine.start(StartExecution::of(ASK, input)).await.unwrap();
    let finished = engine.wait(&started.execution).await.unwrap();
    match finished.status {
        ExecutionStatus::Succeeded => Ok(Value::clone(finished.output.as_ref().unwrap())),
        _ => Err(format!("{:?}", finished.failure)),
    }
}

fn in_universe(story: impl AsyncFn(&Universe, &Engine)) {
    let universe = Universe::new(7);
    let setup = Setup::new(|| rag::kinds(config(), 1));
    let setup =
        rag::definitions().into_iter().fold(setup, |setup, (name, definition)| setup.workflow(name, definition));
    universe.lives(&setup, async |Process { engine }| story(&universe, &engine).await);
}

fn notes(answer: &Value) -> String {
    answer["notes"].to_string()
}

const KEY: &str = "The brass key of the tower hangs behind the clock.";

#[test]
fn a_model_decides_which_passages_are_best() {
    in_universe(async |universe, engine| {
        let others = ["The brass band plays in the tower.", "A clock has no key.", "Keys and locks of the town."];
        let texts = [others[0], others[1], KEY, others[2]];
        let question = "where hangs the brass key of the tower";
        let answer = ask(universe, engine, "ranked", &texts, question).await.unwrap();
        assert_eq!(answer["citations"][0]["quote"], KEY, "{answer:#}");
        assert!(!notes(&answer).contains("ranked by"), "{answer:#}");
    });
}

#[test]
fn a_reranker_or_guard_that_is_not_there_is_named() {
    in_universe(async |universe, engine| {
        for (collection, message) in [("nobody", "retrieval.rerank.name is"), ("unguarded", "guard is")] {
            let error = ask(universe, engine, collection, &[KEY], "where is the brass key").await.unwrap_err();
            assert!(
                error.contains(message) && error.contains("nobody") && error.contains("configured are sim-"),
                "{error}"
            );
        }
    });
}

#[test]
fn a_question_or_an_answer_that_is_forbidden_is_refused_with_the_rule() {
    in_universe(async |universe, engine| {
        let forbidden = guard_samples().forbidden;
        let recipe = format!("The recipe of the {forbidden} lies behind the clock.");
        for collection in ["guarded", "asked"] {
            let question = format!("Where is the recipe of the {forbidden}?");
            let answer = ask(universe, engine, collection, &[&recipe], &question).await.unwrap();
            assert_eq!(answer["text"], "That is not for us to say.", "{answer:#}");
            assert!(notes(&answer).contains("guard_intervened: the question was refused: word"), "{answer:#}");
            assert!(answer.get("citations").is_none() && answer.get("closest").is_none(), "{answer:#}");
        }
        let answer = ask(universe, engine, "guarded", &[&recipe], "What lies behind the clock?").await.unwrap();
        assert!(notes(&answer).contains("guard_intervened: the answer was refused: word"), "{answer:#}");
        assert!(!answer.to_string().contains(&forbidden), "{answer:#}");
    });
}

#[test]
fn what_is_to_be_masked_is_masked_in_the_answer_and_in_its_quotes() {
    in_universe(async |universe, engine| {
        let (address, mask) = guard_samples().masked.unwrap();
        let text = format!("Letters about the tower go to {address} every Monday.");
        let answer = ask(universe, engine, "guarded", &[&text], "Where do letters about the tower go?").await.unwrap();
        assert!(answer["text"].as_str().unwrap().contains(&mask), "{answer:#}");
        assert!(answer["citations"][0]["quote"].as_str().unwrap().contains(&mask), "{answer:#}");
        assert!(!answer.to_string().contains(&address), "{answer:#}");
        assert!(notes(&answer).contains("guard_intervened: the answer was masked: pii/EMAIL"), "{answer:#}");
    });
}
