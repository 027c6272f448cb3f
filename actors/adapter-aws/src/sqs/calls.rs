//! The requests that the port is made of: names to URLs, batches of ten, what the service says about each message.

use std::{
    sync::PoisonError,
    time::{Duration, Instant},
};

use aws_sdk_sqs::types::{
    BatchResultErrorEntry, DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, MessageSystemAttributeName,
    QueueAttributeName, SendMessageBatchRequestEntry,
};
use cueline_ports::{Delivery, PortError, PortErrorKind, PortResult, Receipt};
use cueline_protocol::ids::QueueName;

use super::{
    held::Delivered,
    message::{GROUP, NOT_BEFORE, from_wire},
    queue::{Entry, LONGEST_DELAY, LONGEST_LEASE, MOST, Shared},
};
use crate::{
    error::{Call, kind_of},
    now_ms,
};

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

    pub(super) async fn delete_batch(&self, name: &str, receipts: Vec<String>) -> Vec<PortResult<()>> {
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

    pub(super) async fn receive(
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

    pub(super) async fn change_visibility(
        &self,
        queue: &QueueName,
        receipt: &Receipt,
        lease: Duration,
    ) -> PortResult<()> {
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

    pub(super) async fn counts(&self, name: &str) -> PortResult<[usize; 3]> {
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
