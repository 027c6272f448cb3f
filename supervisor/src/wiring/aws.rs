//! The services that a stack made. Several processes share them; what is in memory here is only what can be read again.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use cueline_aws::{
    Connection, Meter,
    dynamodb::DynamoDb,
    eventbridge::EventBridgeBus,
    lambda::LambdaFunctions,
    opensearch::{Engine, OpenSearchIndex, OpenSearchOptions, Service},
    s3::{Place, S3Objects, S3Options},
    scheduler::{SchedulerAlarms, SchedulerOptions},
    sqs::{SqsOptions, SqsQueue},
    stack::{Stack, StackIndex},
    states::StepFunctions,
};
use cueline_embedded::index::{EmbeddedIndex, IndexOptions};
use cueline_ports::{
    Alarms, Delivery, Guardrail, Index, Objects, PortError, PortErrorKind, PortResult, PutCondition, Receipt,
    SystemClock, Table,
};
use cueline_protocol::ids::{BucketName, QueueName};
use cueline_runtime::{Peers, World, world::Entropy};
use serde_json::Value;

use super::{
    Counts, Handover, KEPT_KEY, Kept, Wired, hosted, inbox, kept_bucket, models, parser, queue, rag_of,
    unindexed::Unindexed,
};
use crate::{
    config::{Config, Serve},
    privacy,
};

/// A list request of S3 costs money; events tell what changed, and this finds what they lost.
const FULL_LOOK: Duration = Duration::from_secs(900);

/// Where the index is instead of where the stack says.
const INDEX_ENDPOINT: &str = "AWS_ENDPOINT_URL_OPENSEARCH";

/// Reads what the stack made and reaches for it. Nothing is created.
pub(super) async fn open(config: &Config, name: &str) -> PortResult<Wired> {
    let connection = Connection::from_environment().await;
    let stack = Stack::describe(&connection, name).await?;
    let meter = Meter::default();
    let mut notes = match config.serve {
        Serve::Nothing => Vec::new(),
        _ => privacy::protect(&config.data, &[], &[]),
    };
    let payloads = BucketName::new("payloads").map_err(|error| PortError::invalid(error.to_string()))?;
    let inbox = inbox()?;
    let objects = Arc::new(S3Objects::new(&connection, objects(&stack, &inbox), meter.clone()));
    let table = DynamoDb::new(&connection, stack.table.as_str(), objects.clone(), payloads.clone(), meter.clone());
    let queues = SqsOptions { prefix: stack.queue_prefix.clone(), create: false };
    let weights = models::find_weights(&config.models);
    let embedders = models::embedders(weights.as_deref(), &config.models, &mut notes)?;
    let table = Arc::new(table);
    let index = index(config, &stack, &connection, table.clone(), &meter, &mut notes)?;
    let queue_of_stack = SqsQueue::new(&connection, queues, objects.clone(), payloads, meter.clone());
    let machines = Arc::new(StepFunctions::new(&connection, meter.clone()));
    let mut world = World {
        journal: table.clone(),
        queue: Arc::new(queue_of_stack.clone()),
        bus: Arc::new(EventBridgeBus::new(&connection, stack.bus.as_str(), meter.clone())),
        table,
        objects,
        index,
        parser: parser::parser(config)?,
        embedders,
        models: models::chat_models(&config.chat, &mut notes)?,
        rerankers: BTreeMap::new(),
        guards: models::guards(&config.guards)?,
        functions: Some(Arc::new(LambdaFunctions::new(&connection, meter.clone()))),
        state_machines: Some(machines.clone()),
        callbacks: Some(machines),
        alarms: alarms(&stack, &connection, &meter),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(Entropy::from_system()),
    };
    // The roles of a stack may not call a chat model without it.
    let guardrail = stack.guardrail.clone().map(|(id, version)| Guardrail { id, version, looks_first: true });
    hosted::add(&config.hosted, guardrail.as_ref(), &mut world, meter.clone()).await?;
    let token = if config.serve.has_admin() { stack.admin_token(&connection).await? } else { None };
    Ok(Wired {
        event_log: None,
        handover: Some(Arc::new(HandedOver(queue_of_stack))),
        events: queue("ingress")?,
        bucket: stack.inbox_bucket.clone(),
        rag: rag_of(config, inbox.clone()),
        inbox_bucket: inbox,
        world,
        weights,
        notes,
        peers: Some(Peers::default()),
        inbox: format!("s3://{}", stack.inbox_bucket),
        token,
        full_look: FULL_LOOK,
        counts: Counts::of_aws(meter),
        storage: None,
    })
}

async fn objects_of(name: &str) -> PortResult<(S3Objects, String)> {
    let connection = Connection::from_environment().await;
    let stack = Stack::describe(&connection, name).await?;
    let (bucket, key) = (kept_bucket()?, KEPT_KEY);
    let place = format!("s3://{}/{bucket}/{key}", stack.payload_bucket);
    Ok((S3Objects::new(&connection, objects(&stack, &inbox()?), Meter::default()), place))
}

pub(super) async fn kept_configuration(name: &str) -> PortResult<Kept> {
    let (objects, place) = objects_of(name).await?;
    let (bucket, key) = (kept_bucket()?, KEPT_KEY);
    let text = match objects.get(&bucket, key).await {
        Ok((_, body)) => {
            let text = String::from_utf8(body.into());
            Some(text.map_err(|_| PortError::invalid(format!("config_invalid: {place} is not UTF-8")))?)
        }
        Err(error) if error.kind == PortErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Kept { place, text })
}

pub(super) async fn keep_configuration(name: &str, text: String) -> PortResult<String> {
    let (objects, place) = objects_of(name).await?;
    let (bucket, key) = (kept_bucket()?, KEPT_KEY);
    objects.put(&bucket, key, text.into(), PutCondition::Any).await?;
    Ok(place)
}

/// Messages that Lambda received.
struct HandedOver(SqsQueue);

#[async_trait]
impl Handover for HandedOver {
    async fn adopt(&self, record: &Value, lease: Duration) -> PortResult<(QueueName, Delivery)> {
        self.0.adopt(record, lease).await
    }

    fn is_settled(&self, receipt: &Receipt) -> bool {
        self.0.is_settled(receipt)
    }
}

fn objects(stack: &Stack, inbox: &BucketName) -> S3Options {
    let place = Place { bucket: stack.inbox_bucket.clone(), prefix: String::new() };
    S3Options {
        places: BTreeMap::from([(inbox.clone(), place)]),
        others: stack.payload_bucket.clone(),
        kms_key: stack.kms_key.clone(),
        // News come with the other events, on the queue that those arrive on.
        notifications: BTreeMap::new(),
    }
}

/// Alarms go off on a queue beside those of the kinds. Where the role is, the queue is.
fn alarms(stack: &Stack, connection: &Connection, meter: &Meter) -> Option<Arc<dyn Alarms>> {
    let (group, role) = stack.scheduler.as_ref()?;
    let mut parts = role.split(':').skip(1);
    let (partition, account) = (parts.next()?, parts.nth(2)?);
    let region = connection.region()?;
    let options = SchedulerOptions {
        group: group.clone(),
        queue_arn: format!("arn:{partition}:sqs:{region}:{account}:{}-alarms", stack.queue_prefix),
        role_arn: role.clone(),
    };
    Some(Arc::new(SchedulerAlarms::new(connection, options, meter.clone())))
}

/// Without an index of the stack a process that serves everything keeps one of its own; several would each see a part.
fn index(
    config: &Config,
    stack: &Stack,
    connection: &Connection,
    table: Arc<dyn Table>,
    meter: &Meter,
    notes: &mut Vec<String>,
) -> PortResult<Arc<dyn Index>> {
    if let Some(StackIndex { endpoint, service }) = &stack.index {
        let service = match service.as_str() {
            "es" => Service::Es,
            "aoss" => Service::Aoss,
            other => {
                let message =
                    format!("index_unknown: IndexKind of stack {} is {other}; es and aoss are known", stack.name);
                return Err(PortError::invalid(message));
            }
        };
        let options = OpenSearchOptions {
            // As the SDKs do for every service: a node of an emulator is just an address.
            endpoint: std::env::var(INDEX_ENDPOINT)
                .ok()
                .filter(|url| !url.is_empty())
                .unwrap_or_else(|| endpoint.clone()),
            service,
            prefix: stack.queue_prefix.clone(),
            // The one that vector collections of Serverless have; domains have both, and this one filters exactly.
            engine: if service == Service::Aoss { Engine::Faiss } else { Engine::Lucene },
        };
        return Ok(Arc::new(OpenSearchIndex::metered(connection, options, table, meter.clone())?));
    }
    if config.serve.is_everything() {
        let directory = config.data.join("index");
        notes.push(format!(
            "stack {} has no index: this process keeps one in {}, which no other process sees; set Index in the stack to \
             run more than one",
            stack.name,
            directory.display()
        ));
        return Ok(Arc::new(EmbeddedIndex::open(directory, IndexOptions::default())?));
    }
    if ["indexing", "retrieval"].iter().any(|kind| config.serve.kind(kind)) {
        return Err(PortError::invalid(format!(
            "index_missing: stack {} has no index, and indexing and retrieval that do not run in one process need one; set \
             Index=Serverless in the stack, or leave out --serve",
            stack.name
        )));
    }
    Ok(Arc::new(Unindexed { stack: stack.name.clone() }))
}
