//! Messages that somebody else received for us: Lambda polls a queue and hands them over with the event.

use std::time::{Duration, Instant};

use cueline_ports::{Delivery, PortError, PortResult, Receipt};
use cueline_protocol::ids::QueueName;
use serde_json::Value;

use super::{
    SqsQueue,
    held::Delivered,
    message::{GROUP, from_wire},
};

impl SqsQueue {
    /// The delivery of a record of a Lambda event ("Using Lambda with Amazon SQS"), with the queue it came from. It is
    /// acknowledged, extended and buried as one that was received here.
    ///
    /// # Errors
    /// `Invalid` when it is no record of a queue of ours.
    pub async fn adopt(&self, record: &Value, lease: Duration) -> PortResult<(QueueName, Delivery)> {
        let text = |name: &str| record[name].as_str().ok_or_else(|| PortError::invalid(format!("{name} is missing")));
        let name = text("eventSourceARN")?.rsplit(':').next().unwrap_or_default();
        let kind = name.strip_prefix(&self.0.options.prefix).and_then(|rest| rest.strip_prefix('-'));
        let kind = kind.ok_or_else(|| PortError::invalid(format!("eventSourceARN: {name} is no queue of ours")))?;
        let queue = QueueName::new(kind).map_err(|error| PortError::invalid(format!("eventSourceARN: {error}")))?;
        let (receipt, wire) = (text("receiptHandle")?.to_owned(), text("body")?.to_owned());
        let body = from_wire(self.0.objects.as_ref(), &self.0.bucket, &wire).await?;
        let group = record["messageAttributes"][GROUP]["stringValue"].as_str().map(str::to_owned);
        let count = record["attributes"]["ApproximateReceiveCount"].as_str().and_then(|count| count.parse().ok());
        let trace = record["attributes"]["AWSTraceHeader"].as_str().map(str::to_owned);
        self.0.held.hold(&receipt, Delivered { wire, group, until: Instant::now() + lease });
        Ok((queue, Delivery { receipt: Receipt(receipt), body, receive_count: count.unwrap_or(1), trace }))
    }

    /// Whether the message was acknowledged, released or buried.
    pub fn is_settled(&self, receipt: &Receipt) -> bool {
        !self.0.held.has(receipt)
    }
}
