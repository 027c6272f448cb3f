//! The AWS adapters keep the promises of the ports, on the wire of an emulator.

#![allow(clippy::unwrap_used, reason = "a test is an assertion")]
#![cfg(feature = "aws")]

use std::{collections::BTreeMap, sync::Arc};

use cueline_aws::{
    Connection, Meter,
    dynamodb::DynamoDb,
    eventbridge::EventBridgeBus,
    s3::{Place, S3Objects, S3Options},
    sqs::{SqsOptions, SqsQueue},
};
use cueline_ports::{
    Bus, Journal, Objects, Queue, Table,
    conformance::{
        RealClock, TestClock, bus_suite, journal_suite, object_keys_suite, objects_suite, queue_wire_suite, table_suite,
    },
};
use cueline_protocol::ids::BucketName;
use cueline_tests::emulator::{self, Account, REGION};

async fn connection(account: &Account) -> Connection {
    Connection::at(&account.endpoint, REGION, &account.access_key, "secret").await
}

fn payloads() -> BucketName {
    BucketName::new("payloads").unwrap()
}

/// The inbox in a bucket of its own, whose changes are told.
async fn inbox(account: &Account) -> (Arc<dyn Objects>, BucketName) {
    let inbox = BucketName::new("inbox").unwrap();
    let place = Place { bucket: format!("inbox-{}", account.access_key), prefix: String::new() };
    let options = S3Options { places: BTreeMap::from([(inbox.clone(), place)]), ..options(account) };
    let mut objects = S3Objects::new(&connection(account).await, options, Meter::default());
    objects.create().await.unwrap();
    objects.watch(&inbox, "cueline-ingress").await.unwrap();
    (Arc::new(objects), inbox)
}

/// A part of the bucket that holds what is ours, whose changes are told.
async fn part(account: &Account) -> (Arc<dyn Objects>, BucketName) {
    let mut objects = S3Objects::new(&connection(account).await, options(account), Meter::default());
    objects.create().await.unwrap();
    objects.watch(&payloads(), "cueline-ingress").await.unwrap();
    (Arc::new(objects), payloads())
}

fn options(account: &Account) -> S3Options {
    let others = format!("cueline-{}", account.access_key);
    S3Options { places: BTreeMap::new(), others, kms_key: None, notifications: BTreeMap::new() }
}

/// Objects in buckets of a fresh account.
async fn objects(account: &Account) -> Arc<S3Objects> {
    let objects = S3Objects::new(&connection(account).await, options(account), Meter::default());
    objects.create().await.unwrap();
    Arc::new(objects)
}

async fn table(account: &Account) -> Arc<DynamoDb> {
    let objects = objects(account).await;
    let table = DynamoDb::new(&connection(account).await, "cueline", objects, payloads(), Meter::default());
    table.create().await.unwrap();
    Arc::new(table)
}

/// A fresh account; whoever asks was told before that there is an emulator.
fn fresh() -> Account {
    emulator::account("fresh").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dynamodb_is_a_table() {
    if emulator::account("dynamodb_is_a_table").is_some() {
        table_suite(async || table(&fresh()).await as Arc<dyn Table>).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dynamodb_is_a_journal() {
    if emulator::account("dynamodb_is_a_journal").is_some() {
        journal_suite(async || table(&fresh()).await as Arc<dyn Journal>).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqs_is_a_queue() {
    if emulator::account("sqs_is_a_queue").is_some() {
        queue_wire_suite(async || {
            let account = fresh();
            let options = SqsOptions { prefix: "cueline".into(), create: true };
            let (connection, objects) = (connection(&account).await, objects(&account).await);
            let queue = SqsQueue::new(&connection, options, objects, payloads(), Meter::default());
            (Arc::new(queue) as Arc<dyn Queue>, Arc::new(RealClock) as Arc<dyn TestClock>)
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3_is_an_object_store() {
    if emulator::account("s3_is_an_object_store").is_some() {
        objects_suite(async || inbox(&fresh()).await).await;
        object_keys_suite(async || inbox(&fresh()).await).await;
        // A part of a bucket has the whole of the promise, too, but for its longest keys.
        objects_suite(async || part(&fresh()).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eventbridge_is_a_bus() {
    if emulator::account("eventbridge_is_a_bus").is_some() {
        bus_suite(async || {
            Arc::new(EventBridgeBus::new(&connection(&fresh()).await, "default", Meter::default())) as Arc<dyn Bus>
        })
        .await;
    }
}
