//! Dead letters: messages of `<queue>-dead`. SQS moves what was received too often there by itself; we move what cannot be
//! read, with the reason. There is no list of them elsewhere, so whoever looks receives them for a moment.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use cueline_ports::{DeadLetter, Page, PortError, PortErrorKind, PortResult, Receipt};
use cueline_protocol::ids::QueueName;

use super::{
    calls::{attribute, system},
    message::{DIED, GROUP, REASON, from_wire},
    queue::{DEAD, Entry, Shared},
};
use crate::{error::Call, now_ms};

/// How long letters stay with somebody who looks.
const LOOK: Duration = Duration::from_secs(20);
/// Letters that are looked at in one go at most.
const MOST: usize = 5_000;
/// The reason of a letter that SQS moved by itself.
const TOO_OFTEN: &str = "received too often without a result";
/// Marks a cursor as ours.
const CURSOR: &str = "dead:";
/// Longest reason that is kept.
const LONGEST_REASON: usize = 1_000;

/// A letter that we hold for a moment, by time of death and id.
type Letters = BTreeMap<(i64, String), Message>;

impl Shared {
    pub(super) async fn bury(&self, queue: &QueueName, receipt: &Receipt, reason: &str) -> PortResult<()> {
        let delivered = self.held.get(receipt)?;
        let name = self.name(queue);
        let reason: String = reason.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
        let attributes = vec![
            (REASON, if reason.is_empty() { "no reason".to_owned() } else { reason }),
            (DIED, now_ms().to_string()),
        ];
        let entry = Entry { wire: delivered.wire, group: delivered.group, delay: Duration::ZERO, attributes };
        for result in self.send_batch(&format!("{name}{DEAD}"), vec![entry]).await {
            result?;
        }
        self.held.let_go(receipt);
        self.delete(&name, &receipt.0).await
    }

    pub(super) async fn dead_letters(
        &self,
        queue: &QueueName,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<DeadLetter>> {
        let after = cursor.as_deref().map(opened).transpose()?;
        let dead = format!("{}{DEAD}", self.name(queue));
        let letters = self.look(&dead).await?;
        let page = self.page(&letters, after.as_ref(), limit.max(1)).await;
        self.put_back(&dead, letters.into_values()).await?;
        page
    }

    async fn page(
        &self,
        letters: &Letters,
        after: Option<&(i64, String)>,
        limit: usize,
    ) -> PortResult<Page<DeadLetter>> {
        let (mut items, mut last) = (Vec::new(), None);
        for (place @ (at_ms, id), message) in letters {
            if after.is_some_and(|after| place <= after) {
                continue;
            }
            if items.len() == limit {
                return Ok(Page { items, cursor: last });
            }
            let wire = message.body().unwrap_or_default();
            items.push(DeadLetter {
                id: id.clone(),
                body: from_wire(self.objects.as_ref(), &self.bucket, wire).await?,
                reason: attribute(message, REASON).unwrap_or_else(|| TOO_OFTEN.to_owned()),
                at_ms: *at_ms,
            });
            last = Some(format!("{CURSOR}{at_ms}:{id}"));
        }
        Ok(Page { items, cursor: None })
    }

    pub(super) async fn redrive(&self, queue: &QueueName, ids: Vec<String>) -> PortResult<usize> {
        let name = self.name(queue);
        let dead = format!("{name}{DEAD}");
        let (wanted, others): (Vec<_>, Vec<_>) =
            self.look(&dead).await?.into_iter().partition(|((_, id), _)| ids.contains(id));
        self.put_back(&dead, others.into_iter().map(|(_, message)| message)).await?;
        let mut moved = 0;
        for (_, message) in wanted {
            let entry = Entry {
                wire: message.body().unwrap_or_default().to_owned(),
                group: attribute(&message, GROUP),
                delay: Duration::ZERO,
                attributes: Vec::new(),
            };
            // Sent before it is deleted: a crash in between leaves it twice, never nowhere.
            for result in self.send_batch(&name, vec![entry]).await {
                result?;
            }
            self.delete(&dead, message.receipt_handle().unwrap_or_default()).await?;
            moved += 1;
        }
        Ok(moved)
    }

    /// Receives every letter there is, each once.
    async fn look(&self, dead: &str) -> PortResult<Letters> {
        let mut letters = Letters::new();
        while letters.len() < MOST {
            let came = self.receive_from(dead, 10, LOOK, Duration::ZERO).await?;
            if came.is_empty() {
                break;
            }
            for message in came {
                let died = attribute(&message, DIED).and_then(|at| at.parse().ok());
                let sent = system(&message, &MessageSystemAttributeName::SentTimestamp).and_then(|at| at.parse().ok());
                let id = message.message_id().unwrap_or_default().to_owned();
                letters.insert((died.or(sent).unwrap_or(0), id), message);
            }
        }
        Ok(letters)
    }

    async fn put_back(&self, dead: &str, letters: impl Iterator<Item = Message>) -> PortResult<()> {
        let (url, on) = (self.url(dead).await?, format!("queue {dead}"));
        for letter in letters {
            let changed = self
                .client
                .change_message_visibility()
                .queue_url(&url)
                .receipt_handle(letter.receipt_handle().unwrap_or_default())
                .visibility_timeout(0)
                .send()
                .await;
            if let Err(error) = changed {
                // It comes back by itself in a moment.
                tracing::debug!(error = %Call { action: "sqs:ChangeMessageVisibility", on: &on }.failed(error), "letter not put back");
            }
        }
        Ok(())
    }

    pub(super) async fn delete(&self, name: &str, receipt: &str) -> PortResult<()> {
        let (url, on) = (self.url(name).await?, format!("queue {name}"));
        let deleted = self.client.delete_message().queue_url(url).receipt_handle(receipt).send().await;
        deleted.map(drop).or_else(|error| {
            let error = Call { action: "sqs:DeleteMessage", on: &on }.failed(error);
            // The receipt is too old: it is somebody else's by now.
            if error.kind == PortErrorKind::Invalid { Ok(()) } else { Err(error) }
        })
    }
}

fn opened(cursor: &str) -> PortResult<(i64, String)> {
    let place = cursor.strip_prefix(CURSOR).and_then(|place| place.split_once(':'));
    let place = place.and_then(|(at_ms, id)| Some((at_ms.parse().ok()?, id.to_owned())));
    place.ok_or_else(|| PortError::invalid("the cursor is of another list"))
}
