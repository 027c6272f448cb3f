//! How good an answer was, as whoever used it says: a score from 0 to 1 by source. No words: those would be content.

use cueline_ports::{Condition, Key, PortError, PortResult, Write};
use cueline_protocol::ids::ExecutionId;
use cueline_runtime::World;
use serde::{Deserialize, Serialize};

/// Before the `#` and the execution in the name of a partition.
pub const FEEDBACK: &str = "feedback";
/// Sources of one answer at most.
const MOST_SOURCES: usize = 20;

/// What one source says of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeedbackRecord {
    /// Who says so: `user`, `judge`, a name of the caller's.
    pub source: String,
    /// 0: useless; 1: as good as can be.
    pub score: f64,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The key that told it; empty without keys.
    pub key: String,
}

/// The mean over sources.
pub fn mean(records: &[FeedbackRecord]) -> Option<f64> {
    (!records.is_empty()).then(|| records.iter().map(|record| record.score).sum::<f64>() / records.len() as f64)
}

/// Scores of answers. Cloning gives another handle.
#[derive(Clone)]
pub struct Feedback {
    world: World,
}

fn partition(execution: &ExecutionId) -> String {
    format!("{FEEDBACK}#{execution}")
}

impl Feedback {
    /// The scores of a world.
    pub fn new(world: &World) -> Self {
        Self { world: world.clone() }
    }

    /// Takes what a source says, instead of what it said before. True: it had said nothing yet.
    ///
    /// # Errors
    /// `Invalid` when too many sources speak of one answer.
    pub async fn put(&self, execution: &ExecutionId, record: &FeedbackRecord) -> PortResult<bool> {
        let before = self.of(execution).await?;
        let is_new = before.iter().all(|known| known.source != record.source);
        if is_new && before.len() >= MOST_SOURCES {
            return Err(PortError::invalid(format!(
                "{execution} has scores of {MOST_SOURCES} sources; more are not kept"
            )));
        }
        let body = serde_json::to_vec(record).map_err(|error| PortError::invalid(error.to_string()))?;
        let key = Key::new(partition(execution), &record.source);
        self.world.table.transact(vec![Write::Put { key, body: body.into(), condition: Condition::Any }]).await?;
        Ok(is_new)
    }

    /// Forgets what was said of an answer.
    pub async fn forget(&self, execution: &ExecutionId) -> PortResult<()> {
        let page = self.world.table.query(&partition(execution), "", None, MOST_SOURCES * 2).await?;
        let deletes = page.items.into_iter().map(|row| Write::Delete { key: row.key, condition: Condition::Any });
        let deletes: Vec<Write> = deletes.collect();
        if deletes.is_empty() { Ok(()) } else { self.world.table.transact(deletes).await }
    }

    /// What sources say of an answer.
    pub async fn of(&self, execution: &ExecutionId) -> PortResult<Vec<FeedbackRecord>> {
        let page = self.world.table.query(&partition(execution), "", None, MOST_SOURCES * 2).await?;
        let read = |row: cueline_ports::Row| {
            serde_json::from_slice(&row.body)
                .map_err(|error| PortError::corrupt(format!("feedback_unreadable: {execution}: {error}")))
        };
        page.items.into_iter().map(read).collect()
    }
}
