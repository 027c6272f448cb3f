//! An actor kind as a function of Lambda: the real binary, named `bootstrap`, fed by a stub of the runtime API.
//!
//! The stub polls the queue as an event source mapping does and hands batches over. It is ours because no emulator runs a
//! custom runtime without containers.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test is an assertion and says what it saw"
)]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, ensure};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::{get, post},
};
use cueline_tests::{
    emulator,
    stack::{Deployed, environment, eventually},
    system::binary,
};
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc};

const PATIENCE: Duration = Duration::from_secs(90);

/// A batch, in the form of an event source mapping.
const POLL: &str = "\
import boto3, json, os, sys
sqs = boto3.client('sqs', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
url = sqs.get_queue_url(QueueName=sys.argv[1])['QueueUrl']
arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, VisibilityTimeout=30,
                            AttributeNames=['All'], MessageAttributeNames=['All'])
records = [{'messageId': m['MessageId'], 'receiptHandle': m['ReceiptHandle'], 'body': m['Body'],
            'attributes': m.get('Attributes', {}), 'eventSource': 'aws:sqs', 'eventSourceARN': arn,
            'messageAttributes': {name: {'stringValue': value.get('StringValue'), 'dataType': value['DataType']}
                                  for name, value in m.get('MessageAttributes', {}).items()}}
           for m in found.get('Messages', [])]
print(json.dumps({'Records': records}))
";

/// One invocation after the other.
struct Stub {
    events: Mutex<mpsc::Receiver<Value>>,
    answers: mpsc::Sender<Value>,
}

async fn next(State(stub): State<Arc<Stub>>) -> impl IntoResponse {
    let Some(event) = stub.events.lock().await.recv().await else {
        std::future::pending::<()>().await;
        unreachable!("nothing comes any more")
    };
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(20);
    let mut headers = HeaderMap::new();
    headers.insert("lambda-runtime-aws-request-id", "request-1".parse().unwrap());
    headers.insert("lambda-runtime-deadline-ms", deadline.as_millis().to_string().parse().unwrap());
    (headers, Json(event))
}

async fn answer(State(stub): State<Arc<Stub>>, Path(_id): Path<String>, Json(answer): Json<Value>) -> StatusCode {
    let _ = stub.answers.send(answer).await;
    StatusCode::ACCEPTED
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_serves_an_actor_kind() {
    let Some(account) = emulator::account("a_function_serves_an_actor_kind") else { return };
    tell(account).await.unwrap();
}

async fn tell(account: emulator::Account) -> anyhow::Result<()> {
    let deployed = Deployed::on(account, None).await?;
    deployed.add_queue("bench")?;
    let (give, events) = mpsc::channel(1);
    let (answers, mut told) = mpsc::channel(1);
    let stub = Arc::new(Stub { events: Mutex::new(events), answers });
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(answer))
        .with_state(stub);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let api = listener.local_addr()?.to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });

    let bootstrap = deployed.folder().join("bootstrap");
    std::os::unix::fs::symlink(binary(), &bootstrap)?;
    let mut function = Command::new(bootstrap)
        .envs(environment(&deployed.account))
        .env("AWS_LAMBDA_RUNTIME_API", &api)
        .env("CUELINE_STACK", "cueline")
        .env("CUELINE_SERVE", "bench")
        .env("CUELINE_BENCH", "1")
        .env("CUELINE_DATA", deployed.folder().join("function"))
        .stdout(Stdio::null())
        .spawn()?;

    let mut process = deployed.process("supervisor");
    process.up_with(&["--serve", "supervisor"])?;
    let step = |next: Option<&str>| {
        let mut state = json!({ "Type": "Task", "Resource": "cueline:bench.noop", "Parameters": { "value.$": "$" } });
        match next {
            Some(next) => state["Next"] = json!(next),
            None => state["End"] = json!(true),
        }
        state
    };
    let definition = json!({ "StartAt": "A", "States": { "A": step(Some("B")), "B": step(None) } });
    let request = json!({ "definition": definition, "input": { "order": 7 }, "execution": "fed" }).to_string();
    let headers = [("Content-Type", "application/json")];
    let (status, body) = process.http("POST", "/admin/v1/executions", &headers, request.as_bytes())?;
    ensure!((200..300).contains(&status), "{body:#}");

    let queue = format!("{}-bench", deployed.stack.queue_prefix);
    let (mut invocations, mut bodies) = (0, 0);
    eventually(PATIENCE, async || {
        let event: Value = serde_json::from_str(&deployed.python(POLL, &[&queue])?)?;
        let records = event["Records"].as_array().map_or(0, Vec::len);
        if records > 0 {
            (invocations, bodies) = (invocations + 1, bodies + records);
            give.send(event).await?;
            let answer = tokio::time::timeout(Duration::from_secs(25), told.recv()).await?.context("no answer")?;
            ensure!(answer["batchItemFailures"] == json!([]), "{answer:#}");
        }
        let shown = process.json(&["executions", "show", "fed"])?;
        ensure!(shown["status"] == "SUCCEEDED", "{shown:#}");
        Ok(())
    })
    .await?;
    println!("two steps by a function: {invocations} invocations, {bodies} messages");
    // Poison is named in the answer or buried with its reason, and stops nothing.
    let poison = json!({ "Records": [
        { "messageId": "m-1", "receiptHandle": "r-1", "body": "x", "eventSourceARN": "arn:aws:sqs:us-east-1:1:other" },
    ] });
    give.send(poison).await?;
    let answer = tokio::time::timeout(Duration::from_secs(25), told.recv()).await?.context("no answer")?;
    ensure!(answer["batchItemFailures"] == json!([{ "itemIdentifier": "m-1" }]), "{answer:#}");
    function.kill()?;
    function.wait()?;
    Ok(())
}
