//! Deleting what nobody sees: what was replaced, and what a crash left half written.

use std::time::{Duration, Instant, SystemTime};

use cueline_ports::{Condition, PortErrorKind, PortResult, Row, Write};
use futures::future::try_join_all;
use ulid::Ulid;

use super::{
    OpenSearchIndex, bulk, query,
    rows::{COLLECTIONS, Owed, SHARDS, decode, encode, owed_key, partition, written_key},
};

/// Nobody writes that long under one token.
const ABANDONED_AFTER: Duration = Duration::from_secs(900);
/// A process looks for leftovers no more often.
const SWEEP_EVERY: Duration = Duration::from_secs(300);
/// Notes of a shard that one sweep takes up.
const NOTES: usize = 100;
/// Ids of one page.
const PAGE: usize = 1_000;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Chunks and vectors that were deleted from the index.
    pub deleted: usize,
    /// Notes of what has to go that are still there.
    pub open: usize,
}

impl OpenSearchIndex {
    /// Deletes what was replaced, and what was being written `longer_than` ago and never became visible, in all collections.
    /// A writer that is still at it after all notices and starts anew.
    ///
    /// # Errors
    /// When the table or the index cannot be reached.
    pub async fn tidy(&self, longer_than: Duration) -> PortResult<Tidied> {
        let (mut sum, mut cursor) = (Tidied::default(), None);
        loop {
            let page = self.table.query(COLLECTIONS, "c/", cursor, PAGE).await?;
            for row in page.items {
                let collection = row.key.sort.trim_start_matches("c/");
                let Tidied { deleted, open } = self.sweep(collection, longer_than).await?;
                sum.deleted += deleted;
                sum.open += open;
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(sum);
            }
        }
    }

    /// Looks for leftovers of a collection now and then; the first time when a process first writes to it.
    pub(super) async fn sweep_if_due(&self, collection: &str) {
        let now = Instant::now();
        {
            let mut known = self.known();
            let swept = known.swept.get(collection);
            if swept.is_some_and(|swept| now.duration_since(*swept) < SWEEP_EVERY) {
                return;
            }
            known.swept.insert(collection.to_owned(), now);
        }
        if let Err(error) = self.sweep(collection, ABANDONED_AFTER).await {
            tracing::warn!(error = %error, collection, "leftovers of the index could not be deleted; they are tried again");
        }
    }

    async fn sweep(&self, collection: &str, longer_than: Duration) -> PortResult<Tidied> {
        let shards = try_join_all((0..SHARDS).map(async |shard| {
            let partition = partition(collection, shard);
            let page = self.table.query(&partition, "o/", None, NOTES).await?;
            let mut sum = Tidied { deleted: 0, open: usize::from(page.cursor.is_some()) };
            for row in page.items {
                let note: Owed = decode(&row)?;
                if !note.writing {
                    sum.deleted += self.pay(collection, &partition, &note.tokens).await?;
                } else if age(&note) >= longer_than {
                    let deleted = self.take_back(collection, &row, &note).await?;
                    sum.deleted += deleted.unwrap_or_default();
                    sum.open += usize::from(deleted.is_none_or(|deleted| deleted > 0));
                } else {
                    sum.open += 1;
                }
            }
            PortResult::Ok(sum)
        }))
        .await?;
        Ok(shards.into_iter().fold(Tidied::default(), |sum, shard| Tidied {
            deleted: sum.deleted + shard.deleted,
            open: sum.open + shard.open,
        }))
    }

    /// Deletes what was replaced by its ids, then the rows that named them, the note last.
    pub(super) async fn pay(&self, collection: &str, partition: &str, tokens: &[String]) -> PortResult<usize> {
        let index = self.index(collection);
        let mut deleted = 0;
        for token in tokens {
            if let Some(written) = self.written(partition, token).await? {
                deleted += bulk::delete(&self.client, &index, &written.ids).await?;
            }
        }
        let remove = |key| Write::Delete { key, condition: Condition::Any };
        let mut writes: Vec<Write> = tokens.iter().map(|token| remove(written_key(partition, token))).collect();
        writes.extend(tokens.first().map(|first| remove(owed_key(partition, first))));
        for some in writes.chunks(50) {
            self.table.transact(some.to_vec()).await?;
        }
        Ok(deleted)
    }

    /// Deletes what somebody began to write: nobody knows its ids, so it is looked for. The note goes once nothing is found.
    /// `None`: whoever wrote it was first.
    async fn take_back(&self, collection: &str, row: &Row, note: &Owed) -> PortResult<Option<usize>> {
        // From here on no transaction can show what carries the token.
        let claim =
            Write::Put { key: row.key.clone(), body: encode(note)?, condition: Condition::Version(row.version) };
        match self.table.transact(vec![claim]).await {
            Err(error) if error.kind == PortErrorKind::Conflict => return Ok(None),
            claimed => claimed?,
        }
        let index = self.index(collection);
        let mut found = 0;
        for token in &note.tokens {
            loop {
                let answer = match self.ask(&index, query::ids(token, PAGE)).await {
                    Err(error) if error.kind == PortErrorKind::NotFound => break,
                    answer => answer?,
                };
                let hits = answer["hits"]["hits"].as_array().cloned().unwrap_or_default();
                let ids: Vec<String> = hits.iter().filter_map(|hit| Some(hit["_id"].as_str()?.to_owned())).collect();
                let deleted = bulk::delete(&self.client, &index, &ids).await?;
                found += deleted;
                // What is found and was there no more is found only until the next refresh.
                if ids.len() < PAGE || deleted == 0 {
                    break;
                }
            }
        }
        if found == 0 {
            let key = row.key.clone();
            self.table.transact(vec![Write::Delete { key, condition: Condition::Version(row.version + 1) }]).await?;
        }
        Ok(Some(found))
    }
}

/// How long ago the first of its tokens was made.
fn age(note: &Owed) -> Duration {
    let made = note.tokens.first().and_then(|token| Ulid::from_string(token).ok());
    let since = made.and_then(|token| SystemTime::now().duration_since(token.datetime()).ok());
    since.unwrap_or_default()
}
