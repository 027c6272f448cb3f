//! The port on SQS.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use aws_sdk_sqs::{
    Client,
    types::{
        BatchResultErrorEntry, DeleteMessageBatchRequestEntry, Message, MessageAttributeValue,
        MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
    },
};
use cueline_ports::{
    DeadLetter, Delivery, Objects, Outgoing, Page, PortError, PortErrorKind, PortResult, Queue, QueueDepth, Receipt,
};
use cueline_protocol::ids::{BucketName, QueueName};
use tokio::sync::oneshot;

use super::{
    batch::Batcher,
    held::{Delivered, Held},
    message::{GROUP, NOT_BEFORE, from_wire, to_wire},
};
use crate::{
    Connection, Meter,
    error::{Call, kind_of},
    now_ms,
};

/// Longest delay that SQS knows.
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);
/// Longest time that SQS keeps a message invisible.
const LONGEST_LEASE: Duration = Duration::from_secs(12 * 60 * 60);
/// Longest wait of one request.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// Messages of one request at most.
const MOST: usize = 10;
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
    urls: Mutex<HashMap<String, String>>,
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

impl Shared {
    /// The name of a queue on AWS.
    pub(super) fn name(&self, queue: &QueueName) -> String {
        format!("{}-{queue}", self.options.prefix)
    }

    /// Asked for once.
    pub(super) async fn url(&self, name: &str) -> PortResult<String> {
        if let Some(url) = self.urls.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(url.clone());
        }
        let on = format!("queue {name}");
        let url = match self.client.get_queue_url().queue_name(name).send().await {
            Ok(found) => found.queue_url,
            Err(error) => {
                let is_missing = error.as_service_error().is_some_and(|it| it.is_queue_does_not_exist());
                if !(is_missing && self.options.create) {
                    return Err(Call { action: "sqs:GetQueueUrl", on: &on }.failed(error));
                }
                let created = self
                    .client
                    .create_queue()
                    .queue_name(name)
                    .attributes(QueueAttributeName::MaximumMessageSize, (1 << 20).to_string())
                    .send()
                    .await;
                created.map_err(|error| Call { action: "sqs:CreateQueue", on: &on }.failed(error))?.queue_url
            }
        };
        let url =
            url.ok_or_else(|| Call { action: "sqs:GetQueueUrl", on: &on }.error(PortErrorKind::Corrupt, "no URL"))?;
        self.urls.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), url.clone());
        Ok(url)
    }

    pub(super) async fn send_batch(&self, name: &str, entries: Vec<Entry>) -> Vec<PortResult<()>> {
        let (count, on) = (entries.len(), format!("queue {name}"));
        let call = Call { action: "sqs:SendMessage", on: &on };
        let sent = async {
            let url = self.url(name).await?;
            let mut request = self.client.send_message_batch().queue_url(url);
            for (at, entry) in entries.into_iter().enumerate() {
                request = request.entries(wire_entry(at, entry)?);
            }
            request.send().await.map_err(|error| call.failed(error))
        };
        match sent.await {
            Ok(answer) => results(count, &call, answer.failed()),
            Err(error) => again(count, &error),
        }
    }

    async fn delete_batch(&self, name: &str, receipts: Vec<String>) -> Vec<PortResult<()>> {
        let (count, on) = (receipts.len(), format!("queue {name}"));
        let call = Call { action: "sqs:DeleteMessage", on: &on };
        let sent = async {
            let url = self.url(name).await?;
            let mut request = self.client.delete_message_batch().queue_url(url);
            for (at, receipt) in receipts.into_iter().enumerate() {
                let entry = DeleteMessageBatchRequestEntry::builder().id(at.to_string()).receipt_handle(receipt);
                request = request.entries(entry.build().map_err(|error| PortError::invalid(error.to_string()))?);
            }
            request.send().await.map_err(|error| call.failed(error))
        };
        match sent.await {
            // A receipt that is too old means that the message is somebody else's by now.
            Ok(answer) => results(count, &call, answer.failed())
                .into_iter()
                .map(|result| {
                    result.or_else(|error| if error.kind == PortErrorKind::Invalid { Ok(()) } else { Err(error) })
                })
                .collect(),
            Err(error) => again(count, &error),
        }
    }

    pub(super) async fn receive_from(
        &self,
        name: &str,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> PortResult<Vec<Message>> {
        let (url, on) = (self.url(name).await?, format!("queue {name}"));
        let seconds = |duration: Duration| i32::try_from(duration.as_millis().div_ceil(1_000)).unwrap_or(i32::MAX);
        let received = self
            .client
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(i32::try_from(max.clamp(1, MOST)).unwrap_or(1))
            .visibility_timeout(seconds(lease.min(LONGEST_LEASE)))
            // A wait shorter than a second would become a whole one.
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap_or(0).clamp(0, 20))
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await
            .map_err(|error| Call { action: "sqs:ReceiveMessage", on: &on }.failed(error))?;
        Ok(received.messages.unwrap_or_default())
    }

    async fn receive(
        &self,
        queue: &QueueName,
        max: usize,
        lease: Duration,
        wait: Duration,
    ) -> PortResult<Vec<Delivery>> {
        let begun = Instant::now();
        let name = self.name(queue);
        let messages = self.receive_from(&name, max, lease, wait).await?;
        if messages.is_empty() && wait < Duration::from_secs(1) {
            tokio::time::sleep(wait.saturating_sub(begun.elapsed())).await;
        }
        let mut deliveries = Vec::with_capacity(messages.len());
        for message in messages {
            let Some(receipt) = message.receipt_handle.clone() else { continue };
            let wire = message.body.clone().unwrap_or_default();
            let delivered = Delivered { wire, group: attribute(&message, GROUP), until: Instant::now() + lease };
            let early =
                attribute(&message, NOT_BEFORE).and_then(|due| due.parse::<i64>().ok()).map(|due| due - now_ms());
            self.held.hold(&receipt, delivered.clone());
            let receipt = Receipt(receipt);
            if let Some(early) = early.filter(|early| *early > 0) {
                let rest = Duration::from_millis(early.unsigned_abs()).min(LONGEST_LEASE);
                self.change_visibility(queue, &receipt, rest).await?;
                self.held.let_go(&receipt);
                continue;
            }
            let body = from_wire(self.objects.as_ref(), &self.bucket, &delivered.wire).await?;
            let count = system(&message, &MessageSystemAttributeName::ApproximateReceiveCount);
            let receive_count = count.and_then(|count| count.parse().ok()).unwrap_or(1);
            let trace = system(&message, &MessageSystemAttributeName::AwsTraceHeader).map(str::to_owned);
            deliveries.push(Delivery { receipt, body, receive_count, trace });
        }
        Ok(deliveries)
    }

    async fn change_visibility(&self, queue: &QueueName, receipt: &Receipt, lease: Duration) -> PortResult<()> {
        let name = self.name(queue);
        let (url, on) = (self.url(&name).await?, format!("queue {name}"));
        let call = Call { action: "sqs:ChangeMessageVisibility", on: &on };
        let seconds = i32::try_from(lease.min(LONGEST_LEASE).as_millis().div_ceil(1_000)).unwrap_or(i32::MAX);
        let changed = self
            .client
            .change_message_visibility()
            .queue_url(url)
            .receipt_handle(&receipt.0)
            .visibility_timeout(seconds)
            .send()
            .await;
        changed.map(drop).map_err(|error| {
            let failed = call.failed(error);
            // The receipt is too old, or the message is gone.
            if failed.kind == PortErrorKind::Invalid { PortError::not_found(failed.message) } else { failed }
        })
    }

    async fn counts(&self, name: &str) -> PortResult<[usize; 3]> {
        let (url, on) = (self.url(name).await?, format!("queue {name}"));
        let wanted = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(url)
            .set_attribute_names(Some(wanted.to_vec()))
            .send()
            .await
            .map_err(|error| Call { action: "sqs:GetQueueAttributes", on: &on }.failed(error))?;
        let read = |name: &QueueAttributeName| -> usize {
            answer.attributes().and_then(|all| all.get(name)?.parse().ok()).unwrap_or(0)
        };
        Ok(wanted.each_ref().map(read))
    }
}

fn wire_entry(at: usize, entry: Entry) -> PortResult<SendMessageBatchRequestEntry> {
    let built = |error: aws_sdk_sqs::error::BuildError| PortError::invalid(error.to_string());
    let seconds = entry.delay.min(LONGEST_DELAY).as_millis().div_ceil(1_000);
    let mut wire = SendMessageBatchRequestEntry::builder()
        .id(at.to_string())
        .message_body(entry.wire)
        .set_message_group_id(entry.group.as_deref().filter(|group| !group.is_empty()).map(group_id))
        .set_delay_seconds(i32::try_from(seconds).ok().filter(|seconds| *seconds > 0));
    let group = entry.group.map(|group| (GROUP, group)).filter(|(_, group)| !group.is_empty());
    for (name, value) in entry.attributes.into_iter().chain(group) {
        let value = MessageAttributeValue::builder().data_type("String").string_value(value).build().map_err(built)?;
        wire = wire.message_attributes(name, value);
    }
    wire.build().map_err(built)
}

/// A message group has 128 characters at most, of letters, digits and punctuation.
fn group_id(group: &str) -> String {
    let fits = group.len() <= 128 && group.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { group.to_owned() } else { blake3::hash(group.as_bytes()).to_hex().to_string() }
}

/// One result per entry, of an answer that names those that failed.
fn results(count: usize, call: &Call<'_>, failed: &[BatchResultErrorEntry]) -> Vec<PortResult<()>> {
    let mut results: Vec<PortResult<()>> = (0..count).map(|_| Ok(())).collect();
    for entry in failed {
        let kind = if entry.sender_fault() {
            match kind_of(entry.code(), None) {
                PortErrorKind::Unavailable => PortErrorKind::Invalid,
                kind => kind,
            }
        } else {
            kind_of(entry.code(), None)
        };
        if let Some(result) = entry.id().parse::<usize>().ok().and_then(|at| results.get_mut(at)) {
            *result = Err(call.error(kind, entry.code()));
        }
    }
    results
}

fn again(count: usize, error: &PortError) -> Vec<PortResult<()>> {
    (0..count).map(|_| Err(PortError::new(error.kind, error.message.clone()))).collect()
}

pub(super) fn attribute(message: &Message, name: &str) -> Option<String> {
    message.message_attributes()?.get(name)?.string_value().map(str::to_owned)
}

pub(super) fn system<'a>(message: &'a Message, name: &MessageSystemAttributeName) -> Option<&'a str> {
    message.attributes()?.get(name).map(String::as_str)
}
