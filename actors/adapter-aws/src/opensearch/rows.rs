//! What the table knows: which version of a document is shown, what was written for it, and what has to go.
//!
//! | partition | sort key | body | who writes it |
//! |---|---|---|---|
//! | `opensearch` | `c/<collection>` | [`CollectionRow`] | the first writer; the dimension once, with the first vectors |
//! | `opensearch/<collection>/<shard>` | `d/<document>` | [`Head`] | whoever shows, hides or completes a version, conditionally |
//! | 〃 | `t/<token>` | [`Written`] | in the transaction that shows what was written under the token |
//! | 〃 | `o/<token>` | [`Owed`] | before anything is written under a token, and when something is replaced |
//!
//! A token names what one call wrote into the index: the chunks of a version, or a set of its vectors. A search shows a hit
//! only if the head of its document names the token. So an `o` row means: what carries these tokens is seen by nobody and has
//! to be deleted, unless a transaction takes the row away and names the token in a head.

use bytes::Bytes;
use cueline_domain::access::AccessRule;
use cueline_ports::{IndexedDocument, Key, PortError, PortResult, Row};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Rows of a collection are spread, so that no partition becomes hot.
pub(super) const SHARDS: u8 = 16;
/// The partition of collections.
pub(super) const COLLECTIONS: &str = "opensearch";
/// Readers refuse what they do not know.
const FORMAT: u32 = 1;

/// A collection that was written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CollectionRow {
    format: u32,
    /// Length of its vectors, once there are any; never changes.
    pub(super) dimension: Option<usize>,
    /// The engine of its vectors; scores are read by it.
    pub(super) engine: Option<super::Engine>,
}

impl CollectionRow {
    pub(super) fn new(dimension: Option<usize>, engine: Option<super::Engine>) -> Self {
        Self { format: FORMAT, dimension, engine }
    }
}

/// The last word on a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    format: u32,
    /// Orders versions.
    pub(super) sequence: u64,
    /// When this was written, in epoch milliseconds; only for judging whether a search may have begun before.
    pub(super) changed: i64,
    /// `None` is a tombstone.
    pub(super) shown: Option<Shown>,
}

/// A visible version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    /// Under which its chunks are in the index.
    pub(super) token: String,
    pub(super) version: String,
    /// Of everything that was told; the same again is recognised by it.
    pub(super) fingerprint: String,
    pub(super) access: AccessRule,
    pub(super) chunks: u32,
    /// Oldest first; of two that have a vector for a chunk, the later counts.
    pub(super) vectors: Vec<VectorSet>,
}

/// Vectors that became visible together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct VectorSet {
    pub(super) token: String,
    /// First and last position of each run of chunks.
    pub(super) runs: Vec<(u32, u32)>,
}

/// What was written under a token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    /// Ids that the service gave.
    pub(super) ids: Vec<String>,
    /// Id, ordinal and byte range of each chunk, by position; empty for vectors.
    #[serde(default)]
    pub(super) chunks: Vec<(String, u32, u64, u64)>,
    /// Terms of the attributes, for vectors that come later; empty for vectors.
    #[serde(default)]
    pub(super) attributes: Vec<String>,
}

/// What has to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owed {
    pub(super) tokens: Vec<String>,
    /// Somebody may still be writing: nothing says yet which ids there are, and a transaction may take this row away.
    pub(super) writing: bool,
}

impl Head {
    pub(super) fn new(sequence: u64, shown: Option<Shown>) -> Self {
        Self { format: FORMAT, sequence, changed: crate::now_ms(), shown }
    }
}

/// Whether a version with this sequence may appear: not over a newer version, nor over a removal that is as new.
pub(super) fn may_appear(head: Option<&Head>, sequence: u64) -> bool {
    head.is_none_or(|head| match head.shown {
        Some(_) => head.sequence <= sequence,
        None => head.sequence < sequence,
    })
}

/// Whether a removal with this sequence counts: not against a newer version or removal.
pub(super) fn may_go(head: Option<&Head>, sequence: u64) -> bool {
    head.is_none_or(|head| head.sequence <= sequence)
}

impl Shown {
    /// Every token of the version.
    pub(super) fn tokens(&self) -> Vec<String> {
        std::iter::once(&self.token).chain(self.vectors.iter().map(|set| &set.token)).cloned().collect()
    }

    /// Whether the vector of a chunk that was written under a token is the one that counts.
    pub(super) fn counts(&self, token: &str, position: u32) -> bool {
        self.vectors.iter().rev().find(|set| set.has(position)).is_some_and(|set| set.token == token)
    }

    /// How many chunks have a vector.
    pub(super) fn vector_count(&self) -> usize {
        let mut runs: Vec<(u32, u32)> = self.vectors.iter().flat_map(|set| set.runs.iter().copied()).collect();
        runs.sort_unstable();
        let (mut count, mut next) = (0, 0_u32);
        for (first, last) in runs {
            let first = first.max(next);
            if first <= last {
                count += (last - first) as usize + 1;
                next = last + 1;
            }
        }
        count
    }

    /// Adds vectors; gives the tokens of sets that do not count for any chunk any more.
    pub(super) fn add(&mut self, token: &str, mut positions: Vec<u32>) -> Vec<String> {
        positions.sort_unstable();
        positions.dedup();
        self.vectors.push(VectorSet { token: token.to_owned(), runs: runs(&positions) });
        let mut covered = std::collections::BTreeSet::new();
        let mut kept = Vec::with_capacity(self.vectors.len());
        let mut superseded = Vec::new();
        for set in std::mem::take(&mut self.vectors).into_iter().rev() {
            let fresh: Vec<u32> = set.positions().filter(|position| covered.insert(*position)).collect();
            match fresh.is_empty() {
                true => superseded.push(set.token),
                false => kept.push(set),
            }
        }
        kept.reverse();
        self.vectors = kept;
        superseded
    }
}

impl VectorSet {
    fn has(&self, position: u32) -> bool {
        self.runs.iter().any(|(first, last)| (*first..=*last).contains(&position))
    }

    fn positions(&self) -> impl Iterator<Item = u32> + '_ {
        self.runs.iter().flat_map(|(first, last)| *first..=*last)
    }
}

fn runs(positions: &[u32]) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for position in positions {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *position => *last = *position,
            _ => runs.push((*position, *position)),
        }
    }
    runs
}

/// Of everything that was told of a version.
pub(super) fn fingerprint(document: &IndexedDocument) -> PortResult<String> {
    let chunks: Vec<_> = document.chunks.iter().map(|it| (&it.id, it.ordinal, it.start, it.end, &it.text)).collect();
    let told = (&document.version, document.sequence, &document.access, &document.attributes, chunks);
    Ok(blake3::hash(&encode(&told)?).to_hex().to_string())
}

/// The row of a collection.
pub(super) fn collection_key(collection: &str) -> Key {
    Key::new(COLLECTIONS, format!("c/{collection}"))
}

/// The partition of one shard of a collection.
pub(super) fn partition(collection: &str, shard: u8) -> String {
    format!("opensearch/{collection}/{shard:x}")
}

/// The partition of a document's rows.
pub(super) fn partition_of(collection: &str, document: &str) -> String {
    partition(collection, blake3::hash(document.as_bytes()).as_bytes()[0] % SHARDS)
}

/// The row of a document.
pub(super) fn head_key(collection: &str, document: &str) -> Key {
    Key::new(partition_of(collection, document), format!("d/{document}"))
}

/// The row of what was written under a token.
pub(super) fn written_key(partition: &str, token: &str) -> Key {
    Key::new(partition, format!("t/{token}"))
}

/// The row of what has to go.
pub(super) fn owed_key(partition: &str, token: &str) -> Key {
    Key::new(partition, format!("o/{token}"))
}

/// A row's body.
pub(super) fn encode<T: Serialize>(value: &T) -> PortResult<Bytes> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|error| {
        PortError::invalid("index_row_unwritable: a row of the index cannot be written as JSON").with_source(error)
    })
}

/// A row as it was written; one of a newer version is told as such.
pub(super) fn decode<T: DeserializeOwned>(row: &Row) -> PortResult<T> {
    #[derive(Deserialize)]
    struct Format {
        #[serde(default)]
        format: u32,
    }
    let unreadable = || {
        let Key { partition, sort } = &row.key;
        PortError::corrupt(format!(
            "index_row_unreadable: the row {sort:?} of {partition:?} is none of this version: use the version of Cueline that \
             wrote it, or a newer one"
        ))
    };
    match serde_json::from_slice::<Format>(&row.body) {
        Ok(Format { format }) if format <= FORMAT => serde_json::from_slice(&row.body).map_err(|_| unreadable()),
        _ => Err(unreadable()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(chunks: u32) -> Shown {
        Shown {
            token: "T".to_owned(),
            version: "v".to_owned(),
            fingerprint: String::new(),
            access: AccessRule::public("acme"),
            chunks,
            vectors: vec![],
        }
    }

    #[test]
    fn the_newer_word_wins_and_removal_wins_a_tie() {
        let visible = Head::new(5, Some(shown(1)));
        let removed = Head::new(5, None);
        let cases = [(None, 0, true, true), (Some(&visible), 4, false, false), (Some(&visible), 5, true, true)];
        let removed_cases = [(Some(&removed), 4, false, false), (Some(&removed), 5, false, true)];
        for (head, sequence, appears, goes) in
            cases.into_iter().chain(removed_cases).chain([(Some(&removed), 6, true, true)])
        {
            assert_eq!(may_appear(head, sequence), appears, "{head:?} {sequence}");
            assert_eq!(may_go(head, sequence), goes, "{head:?} {sequence}");
        }
    }

    #[test]
    fn of_two_vectors_of_a_chunk_the_later_counts() {
        let mut version = shown(6);
        assert_eq!(version.add("A", vec![2, 0, 1]), [""; 0]);
        assert_eq!(version.add("B", vec![2, 3, 5]), [""; 0]);
        assert_eq!(version.vectors[1].runs, [(2, 3), (5, 5)]);
        assert_eq!(version.vector_count(), 5);
        let of = |token: &str| (0..6).filter(|position| version.counts(token, *position)).collect::<Vec<_>>();
        assert_eq!((of("A"), of("B")), (vec![0, 1], vec![2, 3, 5]));
        assert_eq!(version.add("C", vec![0, 1, 2]), ["A"], "nothing of A counts any more");
        assert_eq!(version.tokens(), ["T", "B", "C"]);
        assert_eq!(version.vector_count(), 5);
        assert_eq!(version.add("D", vec![]), ["D"], "nothing at all");
    }

    #[test]
    fn rows_are_read_back_and_newer_ones_refused() {
        let head = Head::new(3, Some(shown(2)));
        let row = |body: Bytes| Row { key: Key::new("p", "d/x"), version: 1, body };
        assert_eq!(decode::<Head>(&row(encode(&head).unwrap())).unwrap(), head);
        let newer = row(Bytes::from_static(br#"{"format":2,"sequence":"other"}"#));
        assert!(decode::<Head>(&newer).unwrap_err().to_string().starts_with("index_row_unreadable"));
    }
}
