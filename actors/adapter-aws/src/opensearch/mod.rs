//! The index on OpenSearch: a domain of Amazon OpenSearch Service, or a collection of OpenSearch Serverless.
//!
//! The service keeps what was added and finds it sooner or later; it has no transactions, and Serverless neither ids of ours
//! nor a refresh. So the table has the truth, a row per document, and the index is only ever added to and deleted from:
//!
//! ```text
//! upsert  note what will be owed ─► add the chunks under a token ─► wait until all are found ─► one transaction:
//!                                                             the head names the token, the note goes, the old is owed
//! search  ask the index ─► read the heads of what was found ─► what no head names is left out
//! after   what is owed is deleted by its ids; after a crash, by its token
//! ```
//!
//! The version that was shown before stays visible until the new one can be found whole. A search cannot see half of a
//! version: it believes a head only if the head was like that before the index was asked, else it asks again.
//!
//! | module | knows |
//! |---|---|
//! | `terms` | attributes, access and filters as terms of keyword fields |
//! | `mapping`, `collection` | what a word and a vector are; an index that is made when it is needed |
//! | `documents`, `query` | what a chunk is in the index, how it is asked for |
//! | `rows` | the rows of the table, and which of two versions comes first |
//! | `client`, `credentials`, `bulk` | one call, its keys, many documents in one call |
//! | `write`, `search`, `tidy` | what the port promises, and what a crash leaves behind |
//!
//! One index holds one collection: `<prefix>-<collection>`. A chunk is a document of it; so is a vector, which comes later and
//! repeats what a filter needs.

mod bulk;
mod client;
mod collection;
mod credentials;
mod documents;
mod mapping;
mod query;
mod rows;
mod search;
mod terms;
mod tidy;
mod write;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cueline_domain::{access::Clearance, collection::CollectionName};
use cueline_ports::{Index, IndexStatus, IndexedDocument, PortError, PortResult, SearchRequest, SearchResults, Table};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::{Connection, Meter};
use client::Client;
use rows::{CollectionRow, Head, SHARDS, Shown, Written, collection_key, decode, head_key, partition, written_key};
pub use tidy::Tidied;

/// The longest that what was added may take until it is found. Serverless refreshes vector collections once a minute.
const VISIBLE_WITHIN: Duration = Duration::from_secs(240);

/// As what requests are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// A domain of Amazon OpenSearch Service.
    Es,
    /// A vector search collection of OpenSearch Serverless.
    Aoss,
}

impl Service {
    /// As signatures and configuration name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::Aoss => "aoss",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Es => "es:ESHttpGet",
            Self::Aoss => "aoss:APIAccessAll",
        }
    }

    fn action_of(self, method: opensearch::http::Method) -> &'static str {
        use opensearch::http::Method;
        match (self, method) {
            (Self::Aoss, _) => "aoss:APIAccessAll",
            (Self::Es, Method::Get) => "es:ESHttpGet",
            (Self::Es, Method::Head) => "es:ESHttpHead",
            (Self::Es, Method::Put) => "es:ESHttpPut",
            (Self::Es, Method::Post) => "es:ESHttpPost",
            (Self::Es, Method::Delete) => "es:ESHttpDelete",
        }
    }
}

/// Who looks for neighbours. It is chosen with a collection's first vectors and stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Part of OpenSearch; exact where a filter leaves little.
    Lucene,
    /// The one that vector collections of Serverless have.
    Faiss,
}

impl Engine {
    /// As mappings name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lucene => "lucene",
            Self::Faiss => "faiss",
        }
    }
}

/// Where the index is, and how it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSearchOptions {
    /// Address of the domain or collection, e.g. `https://abc.eu-central-1.aoss.amazonaws.com`.
    pub endpoint: String,
    /// As what requests are signed.
    pub service: Service,
    /// Indexes are called `<prefix>-<collection>`.
    pub prefix: String,
    /// For collections that have no vectors yet.
    pub engine: Engine,
}

/// Keyword and vector index on OpenSearch. It holds nothing that another process could not change: what it remembers is what
/// never changes, or when it saw something.
pub struct OpenSearchIndex {
    client: Client,
    options: OpenSearchOptions,
    table: Arc<dyn Table>,
    known: Mutex<Known>,
}

/// What is remembered to save calls.
#[derive(Default)]
struct Known {
    /// Collections whose index this process has made or found.
    made: HashSet<String>,
    /// Collections with vectors: their dimension and engine do not change.
    collections: HashMap<String, CollectionRow>,
    /// In which version a head was seen, and since when.
    sightings: HashMap<(String, String), (u64, Instant)>,
    /// When leftovers of a collection were looked for.
    swept: HashMap<String, Instant>,
}

impl std::fmt::Debug for OpenSearchIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenSearchIndex").field("options", &self.options).finish_non_exhaustive()
    }
}

impl OpenSearchIndex {
    /// The index at an endpoint, with its truth in `table`. Nothing is called yet.
    ///
    /// # Errors
    /// `Invalid` for an endpoint that is none or a prefix that no index can have, `Denied` without credentials.
    pub fn open(connection: &Connection, options: OpenSearchOptions, table: Arc<dyn Table>) -> PortResult<Self> {
        Self::metered(connection, options, table, Meter::default())
    }

    /// [`OpenSearchIndex::open`], with every request counted.
    ///
    /// # Errors
    /// As [`OpenSearchIndex::open`].
    pub fn metered(
        connection: &Connection,
        options: OpenSearchOptions,
        table: Arc<dyn Table>,
        meter: Meter,
    ) -> PortResult<Self> {
        // The longest collection has 63 letters, the longest index 255.
        CollectionName::parse(&options.prefix).map_err(|_| {
            PortError::invalid(format!(
                "index_prefix: the prefix {:?} of indexes must be 1 to 63 lower-case letters, digits and inner hyphens",
                options.prefix.chars().take(80).collect::<String>()
            ))
        })?;
        let client = Client::new(connection, &options, meter)?;
        Ok(Self { client, options, table, known: Mutex::default() })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self, collection: &str) -> String {
        format!("{}-{collection}", self.options.prefix)
    }

    /// A collection that was written to, and the version of its row.
    async fn collection(&self, collection: &str) -> PortResult<Option<(u64, CollectionRow)>> {
        let row = self.table.get(&collection_key(collection)).await?;
        row.map(|row| Ok((row.version, decode(&row)?))).transpose()
    }

    /// The same where its version does not matter.
    async fn collection_row(&self, collection: &str) -> PortResult<Option<CollectionRow>> {
        if let Some(row) = self.known().collections.get(collection) {
            return Ok(Some(row.clone()));
        }
        let row = self.collection(collection).await?.map(|(_, row)| row);
        if let Some(row) = row.clone().filter(|row| row.dimension.is_some()) {
            self.known().collections.insert(collection.to_owned(), row);
        }
        Ok(row)
    }

    /// The last word on a document, and the version of its row.
    async fn head(&self, collection: &str, document: &str) -> PortResult<Option<(u64, Head)>> {
        let row = self.table.get(&head_key(collection, document)).await?;
        row.map(|row| Ok((row.version, decode(&row)?))).transpose()
    }

    /// The chunks of a version; `None` when another one took its place since its head was read.
    async fn chunks_of(&self, collection: &str, document: &str, shown: &Shown) -> PortResult<Option<Written>> {
        let partition = rows::partition_of(collection, document);
        if let Some(written) = self.written(&partition, &shown.token).await? {
            return Ok(Some(written));
        }
        let now = self.head(collection, document).await?.and_then(|(_, head)| head.shown);
        if now.is_some_and(|now| now.token == shown.token) {
            return Err(PortError::corrupt(format!(
                "index_row_missing: a document of collection {collection} has lost the row of its chunks: index it again"
            )));
        }
        Ok(None)
    }

    async fn written(&self, partition: &str, token: &str) -> PortResult<Option<Written>> {
        let row = self.table.get(&written_key(partition, token)).await?;
        row.map(|row| decode(&row)).transpose()
    }

    /// Documents and chunks of one shard.
    async fn count_shard(&self, collection: &str, shard: u8) -> PortResult<(u64, u64)> {
        let (mut documents, mut chunks, mut cursor) = (0, 0, None);
        loop {
            let page = self.table.query(&partition(collection, shard), "d/", cursor, 1_000).await?;
            for row in &page.items {
                if let Some(shown) = decode::<Head>(row)?.shown {
                    documents += 1;
                    chunks += u64::from(shown.chunks);
                }
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok((documents, chunks));
            }
        }
    }
}

#[async_trait]
impl Index for OpenSearchIndex {
    async fn upsert(&self, document: IndexedDocument) -> PortResult<bool> {
        self.show(document).await
    }

    async fn attach_vectors(
        &self,
        collection: &str,
        document: &str,
        version: &str,
        vectors: Vec<(String, Vec<f32>)>,
    ) -> PortResult<bool> {
        self.complete(collection, document, version, vectors).await
    }

    async fn remove(&self, collection: &str, document: &str, sequence: u64) -> PortResult<bool> {
        self.hide(collection, document, sequence).await
    }

    async fn search(&self, clearance: &Clearance, request: SearchRequest) -> PortResult<SearchResults> {
        self.find(clearance, request).await
    }

    async fn visible(&self, collection: &str, document: &str) -> PortResult<Option<IndexStatus>> {
        loop {
            let Some((_, Head { sequence, shown: Some(shown), .. })) = self.head(collection, document).await? else {
                return Ok(None);
            };
            let Some(written) = self.chunks_of(collection, document, &shown).await? else { continue };
            return Ok(Some(IndexStatus {
                vectors: shown.vector_count(),
                version: shown.version,
                sequence,
                chunks: written.chunks.into_iter().map(|(id, ..)| id).collect(),
                access: shown.access,
            }));
        }
    }

    /// Reads the heads of all documents: exact, and as slow as the collection is large.
    async fn count(&self, collection: &str) -> PortResult<(u64, u64)> {
        let shards = try_join_all((0..SHARDS).map(|shard| self.count_shard(collection, shard))).await?;
        Ok(shards.into_iter().fold((0, 0), |sum, shard| (sum.0 + shard.0, sum.1 + shard.1)))
    }
}
