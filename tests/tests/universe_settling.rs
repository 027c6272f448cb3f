//! What follows from an answer, in the simulated world: its bill and its record.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test is an assertion")]
#![cfg(feature = "system")]

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use cueline::{
    gateway::{Ended, Settling},
    telemetry::instruments::Instruments,
};
use cueline_domain::{
    cost::TokenPrice,
    governance::{
        audit::{AuditAttempt, AuditRecord},
        budget::{Budget, Period},
        money::Money,
    },
};
use cueline_patterns::{
    chat::{Completer, END, ERROR, Fault, NewFrame, Settle, StreamLog, Target, TargetInfo, Targets},
    governance::{Alerts, AnswerCache, Audit, Budgets, Scope},
};
use cueline_protocol::{
    ids::ExecutionId,
    v1::{ChatAttempt, CompleteChatReply, CompleteChatRequest},
};
use cueline_runtime::{Perform, TaskContext, World, worker::Kinds};
use cueline_tests::universe::{MODEL, Process, Setup, Universe};

/// A process with nothing to do but what the test does.
fn quiet<T>(story: impl AsyncFnMut(World) -> T) -> T {
    let (universe, mut story) = (Universe::new(1), story);
    universe.lives(&Setup::new(Kinds::new), async |Process { engine }| story(engine.world().clone()).await)
}

/// A target `a` at one and two dollars a million.
fn targets(world: &World) -> Arc<Targets> {
    let price = Some(TokenPrice { input: 1.0, output: 2.0 });
    let info = TargetInfo { price, ..TargetInfo::new("a", "a") };
    Arc::new(Targets::new(vec![Target::new(info, world.models[MODEL].clone())]))
}

fn settling(world: &World) -> Settling {
    Settling::new(
        Budgets::new(world),
        Audit::new(world),
        AnswerCache::new(world),
        Alerts::new(world, &BTreeMap::new()).unwrap(),
        targets(world),
        Instruments::default(),
    )
}

/// A body of an execution.
fn context(world: &World, execution: &str, attempt: u32) -> TaskContext {
    TaskContext {
        world: world.clone(),
        execution: ExecutionId::new(execution).unwrap(),
        task: 1,
        attempt,
        idempotency_key: format!("{execution}/1"),
        tenant: "t".into(),
        deadline_ms: 0,
        trace: None,
    }
}

fn attempt(target: &str, outcome: &str, cost: f64) -> ChatAttempt {
    ChatAttempt { target: target.into(), outcome: outcome.into(), output_tokens: 3, cost, ..ChatAttempt::default() }
}

fn reply() -> CompleteChatReply {
    let body = serde_json::json!({ "choices": [{ "message": { "content": "Four." } }] });
    CompleteChatReply {
        body: body.to_string(),
        target: "a".into(),
        finish_reason: "stop".into(),
        input_tokens: 10,
        output_tokens: 20,
        ..CompleteChatReply::default()
    }
}

fn ended<'a>(
    execution: &'a str,
    request: &'a CompleteChatRequest,
    attempts: &'a [ChatAttempt],
    result: Result<&'a CompleteChatReply, &'a Fault>,
) -> Ended<'a> {
    Ended { execution, tenant: "t", request, attempts, result, findings: &[], now_ms: 7 }
}

async fn records(world: &World) -> Vec<AuditRecord> {
    let mut records = Vec::new();
    for chain in Audit::chains(world).await.unwrap() {
        assert_eq!(Audit::verify(world, &chain).await.unwrap().broken, None);
        records.extend(Audit::records(world, &chain).await.unwrap());
    }
    records
}

/// A body that is run again after a crash settled again, and its answer was in the audit twice.
#[test]
fn an_answer_that_is_settled_again_is_in_the_audit_once() {
    quiet(async |world| {
        let request = CompleteChatRequest::default();
        let (reply, attempts) = (reply(), [attempt("b", "model_cut", 1e-6), attempt("a", "done", 2e-6)]);
        // The second is another process: it has another chain.
        for of_process in [settling(&world), settling(&world)] {
            for _ in 0..2 {
                of_process.settle(&context(&world, "e", 1), &request, &attempts, Ok(&reply), &[]).await.unwrap();
            }
        }
        let found = records(&world).await;
        assert_eq!(found.len(), 1);
        let call = |target: &str, outcome: &str, cost_micros| AuditAttempt {
            target: target.into(),
            outcome: outcome.into(),
            input_tokens: 0,
            output_tokens: 3,
            cost_micros,
        };
        assert_eq!(found[0].attempts, [call("b", "model_cut", 1), call("a", "done", 2)]);
        assert_eq!((found[0].outcome.as_str(), found[0].cost_micros, found[0].output_tokens), ("done", 3, 6));
        // Retry of a definition asks anew.
        settling(&world).settle(&context(&world, "e", 2), &request, &attempts, Ok(&reply), &[]).await.unwrap();
        assert_eq!(records(&world).await.len(), 2);
    });
}

/// A process died between the end of an answer and its bill: who found the answer in its log billed nothing.
#[test]
fn an_answer_that_another_process_wrote_is_billed_by_what_its_log_says() {
    // What is in the log, what it costs in millionths, how it ended. Ten tokens are read at $1 a million, twenty written at $2.
    let word = |text: &str, reason: &str| {
        format!(r#"{{"model":"a","choices":[{{"index":0,"delta":{{"content":"{text}"}},"finish_reason":{reason}}}]}}"#)
    };
    let end = r#"{"model":"a","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20}}"#;
    let broken = r#"{"error":{"code":"model_cut","message":"x","status":502}}"#;
    let eighty = "0123456789".repeat(8);
    for (frames, cost_micros, outcome) in [
        (vec![("", word("Four.", "null")), ("", word("", r#""stop""#)), (END, end.to_owned())], 50, "done"),
        (vec![("", word(&eighty, "null")), ("", word("", r#""stop""#))], 47, "done"),
        (vec![("", word(&eighty, "null")), (ERROR, broken.to_owned())], 47, "model_cut"),
    ] {
        quiet(async |world| {
            let budgets = Budgets::new(&world);
            let budget = Budget { limit: Money::from_dollars(1.0), per: Period::Total };
            let scopes = [Scope { name: "key/k".into(), budget }];
            budgets.reserve("e", &scopes, Money::from_dollars(0.5)).await.unwrap();
            let log = StreamLog::new(&world);
            let frame = |(event, data): &(&'static str, String)| NewFrame {
                event,
                head: Bytes::new(),
                data: data.clone().into(),
                last: !event.is_empty(),
            };
            log.new_writer("e").append(frames.iter().map(frame).collect()).await.unwrap();
            let body = r#"{"model":"a","messages":[{"role":"user","content":"Two and two?"}]}"#;
            let request = CompleteChatRequest {
                body: body.into(),
                targets: vec!["a".into()],
                stream: "e".into(),
                reservation: "e".into(),
                ..CompleteChatRequest::default()
            };
            let settling = settling(&world);
            let completer = Completer::new(targets(&world), log.clone(), world.clock.clone(), Arc::new(settling));
            let given = completer.perform(&context(&world, "e", 1), request.clone()).await;
            assert_eq!(given.is_ok(), outcome == "done");
            let account = budgets.account(&scopes[0]).await.unwrap();
            assert_eq!((account.spent, account.reserved), (Money::micros(cost_micros), Money::ZERO), "{outcome}");
            let found = records(&world).await;
            assert_eq!((found[0].targets.as_slice(), found[0].outcome.as_str()), (&["a".to_owned()][..], outcome));
            assert!(log.read("e", 0).await.unwrap().last().unwrap().last, "it has its end by now");
        });
    }
}

#[test]
fn an_answer_that_is_given_again_costs_nothing_and_names_who_gave_it() {
    quiet(async |world| {
        let request = CompleteChatRequest { cached: "{}".into(), ..CompleteChatRequest::default() };
        settling(&world).account(&ended("e", &request, &[], Ok(&reply()))).await.unwrap();
        let found = records(&world).await;
        assert_eq!((found[0].outcome.as_str(), found[0].cost_micros, found[0].targets.len()), ("cached", 0, 0));
        let given = AuditAttempt { target: "a".into(), outcome: "cached".into(), ..AuditAttempt::default() };
        assert_eq!(found[0].attempts, [given]);
    });
}

#[test]
fn content_is_in_the_audit_only_while_that_is_wanted() {
    quiet(async |world| {
        let settling = settling(&world);
        let body = r#"{"messages": [{"role": "user", "content": "Two and two?"}]}"#;
        let request = CompleteChatRequest { body: body.into(), ..CompleteChatRequest::default() };
        let settle = async |id: &str| {
            let attempts = [attempt("a", "done", 0.0)];
            settling.account(&ended(id, &request, &attempts, Ok(&reply()))).await.unwrap();
        };
        settle("before").await;
        settling.keep_content(true);
        settle("while").await;
        let fault = Fault::busy("a", &cueline_patterns::chat::Turned::Late { waited_ms: 5 });
        let attempts = [attempt("a", "target_busy", 0.0)];
        settling.account(&ended("broken", &request, &attempts, Err(&fault))).await.unwrap();
        settling.keep_content(false);
        settle("after").await;
        let found = records(&world).await;
        let kept: Vec<(&str, &str, &str)> =
            found.iter().map(|record| (&*record.execution, &*record.question, &*record.answer)).collect();
        let asked = "user: Two and two?";
        let expected = [("before", "", ""), ("while", asked, "Four."), ("broken", asked, ""), ("after", "", "")];
        assert_eq!(kept, expected);
    });
}
