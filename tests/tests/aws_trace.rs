//! One trace, from `put-events` through every process to the event that is published at the end.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test is an assertion and says what it saw"
)]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, ensure};
use cueline_tests::{
    collector::Collector,
    emulator, opensearch,
    stack::{Deployed, eventually},
    system::Cueline,
};
use serde_json::Value;

const PROCESSES: [&str; 4] = ["supervisor", "ingestion", "parsing", "indexing"];
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PATIENCE: Duration = Duration::from_secs(120);

/// Another team's queue hears what is published, and news of S3 are switched off: they carry no trace.
const LISTEN: &str = "\
import boto3, json, os, sys
at = dict(endpoint_url=os.environ['AWS_ENDPOINT_URL'])
sqs, events = boto3.client('sqs', **at), boto3.client('events', **at)
url = sqs.create_queue(QueueName='theirs')['QueueUrl']
arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
pattern = json.dumps({'source': ['cueline'], 'detail-type': ['DocumentIndexed']})
events.put_rule(Name='theirs', EventBusName=sys.argv[1], EventPattern=pattern)
events.put_targets(Rule='theirs', EventBusName=sys.argv[1], Targets=[{'Id': 'theirs', 'Arn': arn}])
events.disable_rule(Name=sys.argv[2])
";

const OFFER: &str = "\
import boto3, json, os, sys
bus, bucket, key, trace = sys.argv[1:]
events = boto3.client('events', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
detail = {'bucket': bucket, 'key': key, 'metadata': {'traceparent': trace}}
entry = {'EventBusName': bus, 'Source': 'shop', 'DetailType': 'DocumentOffered', 'Detail': json.dumps(detail)}
answer = events.put_events(Entries=[entry])
assert not answer['FailedEntryCount'], answer
";

const HEAR: &str = "\
import boto3, os
sqs = boto3.client('sqs', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
url = sqs.get_queue_url(QueueName='theirs')['QueueUrl']
for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get('Messages', []):
    print(message['Body'])
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_goes_from_put_events_to_what_is_published() {
    let Some(account) = emulator::account("one_trace_goes_from_put_events_to_what_is_published") else { return };
    match opensearch::node() {
        Ok(node) => tell(account, node.endpoint()).await.unwrap(),
        Err(reason) => eprintln!("one_trace_goes_from_put_events_to_what_is_published: skipped: {reason}"),
    }
}

async fn tell(account: emulator::Account, index: &str) -> anyhow::Result<()> {
    let deployed = Deployed::on(account, Some(index)).await?;
    let collector = Collector::start().await?;
    let (bus, prefix) = (deployed.stack.bus.clone(), deployed.stack.queue_prefix.clone());
    deployed.python(LISTEN, &[&bus, &format!("{prefix}-documents")])?;
    let mut processes: Vec<Cueline> = Vec::new();
    for kind in PROCESSES {
        let mut process = deployed.process(kind);
        process.set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint(kind));
        process.up_with(&["--serve", kind])?;
        processes.push(process);
    }
    deployed.drop_file("handover.txt", "The keys are handed over at the front desk every Monday.").await?;
    let traceparent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    deployed.python(OFFER, &[&bus, &deployed.stack.inbox_bucket, "handover.txt", &traceparent])?;
    let documents = deployed.process("person").settled(1, PATIENCE)?;
    ensure!(documents.iter().all(|document| document["state"] == "searchable"), "{documents:#?}");
    let heard = eventually(PATIENCE, async || {
        let printed = deployed.python(HEAR, &[])?;
        let body = printed.lines().next().context("nothing was heard yet")?;
        Ok(serde_json::from_str::<Value>(body)?)
    })
    .await?;
    // What was not sent yet is sent at the end.
    for process in &mut processes {
        process.stop()?;
    }
    let spans = collector.of_trace(TRACE);
    println!("trace {TRACE}:");
    for span in &spans {
        println!("  {:<11} {}", span.process, span.name);
    }
    let through: BTreeSet<&str> = spans.iter().map(|span| span.process.as_str()).collect();
    for process in &PROCESSES {
        ensure!(through.contains(process), "{process} is missing in {through:?}");
    }
    ensure!(spans.iter().any(|span| span.name.contains("rag-ingest")), "the span of the execution is missing");
    measured(&processes)?;
    let told = heard["detail"]["metadata"]["traceparent"].as_str().unwrap_or_default();
    println!("  {:<11} {} {told}", "their queue", heard["detail-type"].as_str().unwrap_or_default());
    ensure!(told.contains(TRACE), "{heard:#}");
    Ok(())
}

/// What dashboards and alarms read is in the log: executions, and the document that became searchable.
fn measured(processes: &[Cueline]) -> anyhow::Result<()> {
    let mut names = BTreeSet::new();
    for process in processes {
        for line in process.printed()?.lines().filter(|line| line.starts_with("{\"_aws\"")) {
            println!("  {line}");
            let line: Value = serde_json::from_str(line)?;
            let directives = line["_aws"]["CloudWatchMetrics"].as_array().context("no directives")?.clone();
            for metric in directives.iter().flat_map(|of| of["Metrics"].as_array().cloned().unwrap_or_default()) {
                let name = metric["Name"].as_str().unwrap_or_default().to_owned();
                ensure!(!line[&name].is_null(), "{name} has no value in {line}");
                names.insert(name);
            }
        }
    }
    for name in ["Executions", "ExecutionDuration", "DocumentsIndexed"] {
        ensure!(names.contains(name), "{name} is missing in {names:?}");
    }
    Ok(())
}
