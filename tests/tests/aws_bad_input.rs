//! What is wrong on a stack is said with the action, the resource and the fix; it loses nothing, and nothing loops hot.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use cueline_tests::{
    emulator,
    stack::{Deployed, eventually},
    system::Cueline,
    weather::{Gusts, Shut, Weather},
};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(120);

/// Why a process does not start: exit code and words.
fn start(process: &Cueline) -> anyhow::Result<(i32, String)> {
    let mut child = process
        .prepared(&["up", "--no-doors", "--admin", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let until = Instant::now() + PATIENCE;
    while child.try_wait()?.is_none() {
        if Instant::now() > until {
            child.kill()?;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let ended = child.wait_with_output()?;
    Ok((ended.status.code().unwrap_or(-1), String::from_utf8_lossy(&ended.stderr).into_owned()))
}

fn shut(call: &'static str, status: u16, body: impl Into<String>) -> Shut {
    Shut { call, status, body: body.into() }
}

/// A fault, and what a person must be told about it.
struct Case {
    name: &'static str,
    shut: Shut,
    told: &'static [&'static str],
}

fn cases() -> Vec<Case> {
    let query = |code: &str, message: &str| {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        )
    };
    let role = "arn:aws:sts::1:assumed-role/cueline-all/task";
    vec![
        Case {
            name: "credentials that nobody knows",
            shut: shut(
                "Action.DescribeStacks",
                403,
                query("InvalidClientTokenId", "The security token included in the request is invalid."),
            ),
            told: &["cloudformation:DescribeStacks on stack cueline in us-east-1", "InvalidClientTokenId"],
        },
        Case {
            name: "an expired token",
            shut: shut("Action.DescribeStacks", 403, query("ExpiredToken", "The security token is expired")),
            told: &["cloudformation:DescribeStacks", "ExpiredToken", "expired"],
        },
        Case {
            name: "a clock that is wrong",
            shut: shut(
                "DynamoDB_20120810.Query",
                400,
                json!({
                    "__type": "com.amazon.coral.service#InvalidSignatureException",
                    "message": "Signature expired: 20261129T010000Z is now earlier than 20261129T012000Z"
                })
                .to_string(),
            ),
            told: &["dynamodb:Query", "table cueline", "Signature expired"],
        },
        Case {
            name: "a missing permission on the table",
            shut: shut(
                "DynamoDB_20120810.Query",
                400,
                json!({
                    "__type": "com.amazon.coral.service#AccessDeniedException",
                    "Message": format!("User: {role} is not authorized to perform: dynamodb:Query")
                })
                .to_string(),
            ),
            told: &[
                "dynamodb:Query",
                "table cueline",
                "AccessDeniedException",
                "allow dynamodb:Query on it to this role",
            ],
        },
        Case {
            name: "a key that may not be used",
            shut: shut(
                "DynamoDB_20120810.Query",
                400,
                json!({
                    "__type": "com.amazon.coral.service#AccessDeniedException",
                    "Message": "KMS key access denied error: kms:Decrypt on arn:aws:kms:us-east-1:1:key/k"
                })
                .to_string(),
            ),
            told: &["dynamodb:Query", "KMS key access denied", "and KMS key"],
        },
        Case {
            name: "a table that is gone",
            shut: shut(
                "DynamoDB_20120810.Query",
                400,
                json!({
                    "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
                    "message": "Requested resource not found"
                })
                .to_string(),
            ),
            told: &["dynamodb:Query", "table cueline", "ResourceNotFoundException", "check the stack and its region"],
        },
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_cannot_start_says_what_it_was_refused() {
    let Some(account) = emulator::account("a_process_that_cannot_start") else { return };
    refused_starts(account).await.unwrap();
}

async fn refused_starts(account: emulator::Account) -> anyhow::Result<()> {
    let deployed = Deployed::on(account, None).await?;
    let weather = Weather::over(&deployed.account.endpoint, Gusts::default(), 1).await?;
    for (number, Case { name, shut, told }) in cases().into_iter().enumerate() {
        let process = deployed.process_through(&weather.endpoint, &format!("refused-{number}"));
        weather.shut(vec![shut]);
        let before = weather.refused();
        let (code, words) = tokio::task::block_in_place(|| start(&process))?;
        ensure!(code == 5, "{name}: exit code {code}: {words}");
        for part in told {
            ensure!(words.contains(part), "{name}: {part:?} is missing in: {words}");
        }
        ensure!(weather.refused() - before <= 12, "{name}: it was tried {} times", weather.refused() - before);
    }
    weather.shut(Vec::new());

    let mut process = deployed.process("no-credentials");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"] {
        process.set(name, "");
    }
    process.set("AWS_EC2_METADATA_DISABLED", "true");
    process.set("AWS_CONFIG_FILE", "/nonexistent");
    process.set("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    let (code, words) = tokio::task::block_in_place(|| start(&process))?;
    ensure!(code == 5 && words.contains("no AWS credentials: set AWS_PROFILE"), "without credentials: {code} {words}");

    let mut process = deployed.process("no-stack");
    process.set("CUELINE_STACK", "other");
    let (code, words) = tokio::task::block_in_place(|| start(&process))?;
    ensure!(code == 5 && words.contains("stack other in us-east-1: it does not exist"), "no stack: {code} {words}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_process_waits_out_what_it_may_not_do() {
    let Some(account) = emulator::account("a_running_process_waits_out") else { return };
    while_running(account).await.unwrap();
}

/// Messages on a queue that is none of its own.
const FOREIGN: &str = "\
import boto3, json, os, sys
prefix = sys.argv[1]
sqs = boto3.client('sqs', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
def send(queue, body):
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=f'{prefix}-{queue}')['QueueUrl'], MessageBody=body)
send('parsing', 'hello')
send('parsing', 'AAAA')
event = {'version': '0', 'id': 'e-1', 'detail-type': 'SomethingElse', 'source': 'my.app', 'account': '1', 'time':
         '2026-11-29T00:00:00Z', 'region': 'us-east-1', 'resources': [], 'detail': {}}
send('ingress', json.dumps(event))
event['detail-type'] = 'WorkflowRequested'
event['id'] = 'e-2'
event['detail'] = {'version': '99', 'workflow': 'rag-ask'}
send('ingress', json.dumps(event))
event['id'] = 'e-3'
event['version'] = '9'
event['detail'] = {'workflow': 'rag-ask'}
send('ingress', json.dumps(event))
event['version'] = '0'
event['id'] = 'e-4'
event['source'] = 'aws.s3'
event['detail-type'] = 'Object Created'
event['detail'] = {'version': '0', 'bucket': {'name': sys.argv[2]}, 'object':
                   {'key': 'vanished.md', 'size': 3, 'etag': 'x', 'sequencer': '00'}, 'reason': 'PutObject'}
send('ingress', json.dumps(event))
";

/// Commits of an execution as this version cannot read them.
const NEWER: &str = "\
import boto3, os, sys
table = boto3.resource('dynamodb', endpoint_url=os.environ['AWS_ENDPOINT_URL']).Table(sys.argv[1])
from boto3.dynamodb.conditions import Key
items = table.query(KeyConditionExpression=Key('pk').eq('e#' + sys.argv[2]))['Items']
commits = [item for item in items if item['sk'].startswith('c#')]
assert commits, items
for item in commits:
    item['c'] = [bytes([255, 255, 255, 127]) for _ in item['c']]
    table.put_item(Item=item)
";

async fn while_running(account: emulator::Account) -> anyhow::Result<()> {
    let deployed = Deployed::on(account, None).await?;
    let weather = Weather::over(&deployed.account.endpoint, Gusts::default(), 1).await?;
    let mut process = deployed.process_through(&weather.endpoint, "process");
    process.set("RUST_LOG", "info");
    tokio::task::block_in_place(|| process.up())?;

    // Reading objects is forbidden for a while: the document waits, and nothing loops hot.
    let denied = "<Error><Code>AccessDenied</Code><Message>User is not authorized to perform: kms:Decrypt on the resource \
                  associated with this ciphertext</Message></Error>";
    weather.shut(vec![shut("S3.GET", 403, denied)]);
    deployed.drop_file("kept.md", "# Kept\n\nThe ferry to Ithaca leaves at nine.\n").await?;
    let refused = eventually(PATIENCE, async || {
        let refused = weather.refused();
        ensure!(refused > 0, "nothing was read yet");
        Ok(refused)
    })
    .await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let more = weather.refused() - refused;
    ensure!(more < 60, "{more} refused reads in five seconds");
    weather.shut(Vec::new());
    let state = async |key: &str| -> anyhow::Result<Value> {
        let documents = tokio::task::block_in_place(|| process.documents())?;
        documents.into_iter().find(|document| document["key"] == key).with_context(|| format!("{key} is not listed"))
    };
    let kept = eventually(PATIENCE, async || {
        let document = state("kept.md").await?;
        ensure!(["searchable", "failed", "refused"].iter().any(|end| document["state"] == *end), "it is {document}");
        Ok(document)
    })
    .await?;
    if kept["state"] != "searchable" {
        // A refusal is an answer, so its ingestion may have ended with it; a person says `retry` when the door is open.
        let words = kept.to_string();
        ensure!(words.contains("s3:GetObject") && words.contains("kms:Decrypt"), "it names what is missing: {words}");
        tokio::task::block_in_place(|| process.json(&["documents", "retry", "kept.md"]))?;
    }
    eventually(PATIENCE, async || {
        let document = state("kept.md").await?;
        ensure!(document["state"] == "searchable", "it is {document}");
        Ok(())
    })
    .await?;

    // What nobody can read goes to the dead letters with its reason, once.
    let stack = &deployed.stack;
    deployed.python(FOREIGN, &[&stack.queue_prefix, &stack.inbox_bucket])?;
    let reasons = eventually(PATIENCE, async || {
        let dead = tokio::task::block_in_place(|| process.json(&["dead-letters", "list"]))?;
        let letters = dead.as_array().or_else(|| dead["items"].as_array()).cloned().unwrap_or_default();
        let reasons: Vec<String> =
            letters.iter().map(|letter| format!("{}: {}", letter["queue"], letter["reason"])).collect();
        ensure!(reasons.len() >= 5, "{reasons:?}");
        Ok(reasons)
    })
    .await?;
    println!("{reasons:#?}");
    for part in ["event_version_unknown", "event_unknown", "event_invalid", "\"parsing\""] {
        ensure!(reasons.iter().any(|reason| reason.contains(part)), "{part} is missing in {reasons:?}");
    }
    // The object that is gone by now leaves no document and no dead letter.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let documents = tokio::task::block_in_place(|| process.documents())?;
    let gone = documents.iter().find(|document| document["key"] == "vanished.md");
    ensure!(gone.is_none_or(|document| document["state"] == "deleted"), "{gone:?}");
    ensure!(!reasons.iter().any(|reason| reason.contains("vanished")), "{reasons:?}");
    let (before, _) = weather.counts();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (after, _) = weather.counts();
    println!("{} calls in five quiet seconds", after - before);
    ensure!(after - before < 100, "{} calls in five quiet seconds", after - before);

    // A row that a newer version wrote is told as such, and nothing else is harmed by it.
    let broken = state("kept.md").await?["execution"].as_str().context("no execution")?.to_owned();
    deployed.python(NEWER, &[&stack.table, &broken])?;
    let (code, out, words) = tokio::task::block_in_place(|| process.run(&["executions", "history", &broken]))?;
    ensure!(code == 4, "a journal that cannot be read is told: {code} {out} {words}");
    ensure!(words.contains("journal_damaged") && words.contains(&broken) && words.contains("newer version"), "{words}");
    deployed.drop_file("after.md", "# After\n\nLife goes on.\n").await?;
    eventually(PATIENCE, async || {
        let document = state("after.md").await?;
        ensure!(document["state"] == "searchable", "it is {document}");
        Ok(())
    })
    .await
}
