//! The port on SQS.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use cueline_ports::{DeadLetter, Delivery, Objects, Outgoing, Page, PortError, PortResult, Queue, QueueDepth, Receipt};
use cueline_protocol::ids::{BucketName, QueueName};
use tokio::sync::oneshot;

use super::{
    batch::Batcher,
    held::Held,
    message::{NOT_BEFORE, to_wire},
};
use crate::{Connection, Meter, error::Call, now_ms};

/// Longest delay that SQS knows.
pub(super) const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);
/// Longest time that SQS keeps a message invisible.
pub(super) const LONGEST_LEASE: Duration = Duration::from_secs(12 * 60 * 60);
/// Longest wait of one request.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// Messages of one request at most.
pub(super) const MOST: usize = 10;
/// Ends the name of a dead-letter queue.
pub(super) const DEAD: &str = "-dead";

/// Where the queues are.
#[derive(Debug, Clone)]
pub struct SqsOptions {
    /// Begins the name of every queue: `cueline` gives `cueline-parsing` and `cueline-parsing-dead`.
    pub prefix: String,
    /// Creates queues that are not there. Otherwise they are the stack's, and one that is missing is an error.
    pub create: bool,
}

/// Queues of SQS. Cloning gives another handle.
#[derive(Clone)]
pub struct SqsQueue(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) options: SqsOptions,
    pub(super) objects: Arc<dyn Objects>,
    pub(super) bucket: BucketName,
    pub(super) held: Held,
    pub(super) urls: Mutex<HashMap<String, String>>,
    lines: Mutex<HashMap<QueueName, Arc<Line>>>,
}

/// The batchers of one queue.
struct Line {
    sends: Batcher<Entry>,
    deletes: Batcher<String>,
}

/// A message on its way.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) wire: String,
    pub(super) group: Option<String>,
    pub(super) delay: Duration,
    pub(super) attributes: Vec<(&'static str, String)>,
}

impl SqsQueue {
    /// Bodies that do not fit a message go to the bucket of `objects`.
    pub fn new(
        connection: &Connection,
        options: SqsOptions,
        objects: Arc<dyn Objects>,
        bucket: BucketName,
        meter: Meter,
    ) -> Self {
        let config = aws_sdk_sqs::config::Builder::from(&connection.sdk).interceptor(meter).build();
        Self(Arc::new(Shared {
            client: Client::from_conf(config),
            options,
            objects,
            bucket,
            held: Held::default(),
            urls: Mutex::default(),
            lines: Mutex::default(),
        }))
    }

    fn line(&self, queue: &QueueName) -> Arc<Line> {
        let mut lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(queue.clone()).or_insert_with(|| {
            let (sender, name) = (Arc::downgrade(&self.0), queue.clone());
            let sends = Batcher::start(move |entries: Vec<Entry>| {
                let (sender, name) = (sender.clone(), name.clone());
                Box::pin(async move {
                    match sender.upgrade() {
                        Some(shared) => shared.send_batch(&shared.name(&name), entries).await,
                        None => entries.iter().map(|_| Err(PortError::unavailable("the queue is gone"))).collect(),
                    }
                })
            });
            let (deleter, name) = (Arc::downgrade(&self.0), queue.clone());
            let deletes = Batcher::start(move |receipts: Vec<String>| {
                let (deleter, name) = (deleter.clone(), name.clone());
                Box::pin(async move {
                    match deleter.upgrade() {
                        Some(shared) => shared.delete_batch(&shared.name(&name), receipts).await,
                        None => receipts.iter().map(|_| Err(PortError::unavailable("the queue is gone"))).collect(),
                    }
                })
            });
            Arc::new(Line { sends, deletes })
        });
        line.clone()
    }

    /// One request; whoever waits for it may go away, then what came is given back.
    async fn receive_once(
        &self,
        queue: &QueueName,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> PortResult<Vec<Delivery>> {
        let (done, answer) = oneshot::channel();
        let (this, queue) = (self.clone(), queue.clone());
        tokio::spawn(async move {
            let came = this.0.receive(&queue, max, lease, wait).await;
            if let Err(Ok(deliveries)) = done.send(came) {
                for delivery in deliveries {
                    let _ = this.release(&queue, &delivery.receipt, Duration::ZERO).await;
                }
            }
        });
        answer.await.unwrap_or_else(|_| Err(PortError::unavailable("the process is stopping")))
    }
}

#[async_trait]
impl Queue for SqsQueue {
    async fn send(&self, queue: &QueueName, messages: Vec<Outgoing>) -> PortResult<()> {
        let line = self.line(queue);
        let mut entries = Vec::with_capacity(messages.len());
        for message in messages {
            let wire = to_wire(self.0.objects.as_ref(), &self.0.bucket, &message.body).await?;
            let mut attributes = Vec::new();
            if message.delay > LONGEST_DELAY {
                let due = now_ms().saturating_add(i64::try_from(message.delay.as_millis()).unwrap_or(i64::MAX));
                attributes.push((NOT_BEFORE, due.to_string()));
            }
            entries.push(Entry { wire, group: message.group, delay: message.delay, attributes });
        }
        let sends = entries.into_iter().map(|entry| {
            let bytes = entry.wire.len() + 512;
            line.sends.add(entry, bytes)
        });
        futures::future::try_join_all(sends).await.map(drop)
    }

    async fn receive(
        &self,
        queue: &QueueName,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> PortResult<Vec<Delivery>> {
        let until = Instant::now() + wait;
        let mut received: Vec<Delivery> = Vec::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let room = (max - received.len()).min(MOST);
            let pause = if received.is_empty() { left.min(LONGEST_WAIT) } else { Duration::ZERO };
            let came = self.receive_once(queue, room, lease, pause).await;
            let came = match came {
                Err(_) if !received.is_empty() => return Ok(received),
                came => came?,
            };
            let is_short = came.len() < room;
            received.extend(came);
            if received.len() >= max || (!received.is_empty() && is_short) || Instant::now() >= until {
                return Ok(received);
            }
        }
    }

    async fn extend(&self, queue: &QueueName, receipt: &Receipt, lease: Duration) -> PortResult<()> {
        self.0.held.get(receipt)?;
        self.0.change_visibility(queue, receipt, lease).await?;
        self.0.held.extend(receipt, lease);
        Ok(())
    }

    async fn acknowledge(&self, queue: &QueueName, receipts: Vec<Receipt>) -> PortResult<()> {
        let line = self.line(queue);
        // What this process does not hold was acknowledged before, or is nobody's.
        let known = receipts.into_iter().filter(|receipt| self.0.held.let_go(receipt));
        let deletes = known.map(|receipt| {
            let bytes = receipt.0.len() + 128;
            line.deletes.add(receipt.0, bytes)
        });
        futures::future::try_join_all(deletes).await.map(drop)
    }

    async fn release(&self, queue: &QueueName, receipt: &Receipt, delay: Duration) -> PortResult<()> {
        self.0.held.get(receipt)?;
        self.0.change_visibility(queue, receipt, delay).await?;
        self.0.held.let_go(receipt);
        Ok(())
    }

    async fn dead_letter(&self, queue: &QueueName, receipt: &Receipt, reason: &str) -> PortResult<()> {
        self.0.bury(queue, receipt, reason).await
    }

    async fn dead_letters(
        &self,
        queue: &QueueName,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<DeadLetter>> {
        self.0.dead_letters(queue, cursor, limit).await
    }

    async fn redrive(&self, queue: &QueueName, ids: Vec<String>) -> PortResult<usize> {
        self.0.redrive(queue, ids).await
    }

    async fn purge(&self, queue: &QueueName) -> PortResult<()> {
        let name = self.0.name(queue);
        let (url, on) = (self.0.url(&name).await?, format!("queue {name}"));
        let call = Call { action: "sqs:PurgeQueue", on: &on };
        match self.0.client.purge_queue().queue_url(url).send().await {
            Ok(_) => Ok(()),
            // Within a minute of another purge: that one takes what is there.
            Err(error) if error.as_service_error().is_some_and(|it| it.is_purge_queue_in_progress()) => Ok(()),
            Err(error) => Err(call.failed(error)),
        }
    }

    async fn depth(&self, queue: &QueueName) -> PortResult<QueueDepth> {
        let name = self.0.name(queue);
        let [ready, leased, delayed] = self.0.counts(&name).await?;
        let [dead, looked_at, _] = self.0.counts(&format!("{name}{DEAD}")).await?;
        Ok(QueueDepth { ready, leased, delayed, dead: dead + looked_at })
    }

    fn patience(&self) -> Duration {
        LONGEST_WAIT
    }

    async fn queues(&self) -> PortResult<Vec<QueueName>> {
        let prefix = format!("{}-", self.0.options.prefix);
        let call = Call { action: "sqs:ListQueues", on: &format!("queues {prefix}*") };
        let mut pages =
            self.0.client.list_queues().queue_name_prefix(&prefix).max_results(1_000).into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            for url in page.map_err(|error| call.failed(error))?.queue_urls() {
                let name = url.rsplit('/').next().unwrap_or_default();
                let own = name.strip_prefix(&prefix).filter(|name| !name.ends_with(DEAD));
                names.extend(own.and_then(|name| QueueName::new(name).ok()));
            }
        }
        names.sort();
        Ok(names)
    }
}
