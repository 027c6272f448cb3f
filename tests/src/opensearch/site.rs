//! A place of its own on a node, as several processes and nobody's adapter see it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "for tests only: what fails here fails the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cueline_aws::{
    Connection,
    opensearch::{Engine, OpenSearchIndex, OpenSearchOptions, Service, Tidied},
};
use cueline_domain::access::{AccessRule, Clearance};
use cueline_ports::{Index, IndexedChunk, IndexedDocument, SearchRequest, SearchResults, Table};
use serde_json::{Value, json};

use super::Node;
use crate::{emulator::REGION, universe::Universe};

/// The collection of tests.
pub const HERE: &str = "handbook";

/// A place of its own on the node, and the table that belongs to it.
#[derive(Clone)]
pub struct Site {
    /// The node itself.
    pub node: &'static Node,
    /// Where the adapter finds it: the node, or what stands in front of it.
    pub endpoint: String,
    /// As what it is spoken to.
    pub service: Service,
    /// Of its indexes.
    pub prefix: String,
    /// Its truth.
    pub table: Arc<dyn Table>,
}

impl Site {
    /// A fresh one.
    pub fn new(node: &'static Node, endpoint: &str, service: Service) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let prefix = format!("site-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let table = Universe::new(1).outside().table;
        Self { node, endpoint: endpoint.to_owned(), service, prefix, table }
    }

    /// A fresh one on the node as a domain.
    pub fn domain(node: &'static Node) -> Self {
        Self::new(node, node.endpoint(), Service::Es)
    }

    /// The index as one process has it: nothing is shared with another but the service and the table.
    pub async fn index(&self) -> OpenSearchIndex {
        self.index_over(self.table.clone()).await
    }

    /// The same over another table.
    pub async fn index_over(&self, table: Arc<dyn Table>) -> OpenSearchIndex {
        let connection = Connection::at(&self.endpoint, REGION, "100000000001", "secret").await;
        let options = OpenSearchOptions {
            endpoint: self.endpoint.clone(),
            service: self.service,
            prefix: self.prefix.clone(),
            engine: Engine::Lucene,
        };
        OpenSearchIndex::open(&connection, options, table).unwrap()
    }

    /// Asks the node itself, past every adapter.
    pub async fn raw(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let url = format!("{}/{}-{HERE}{path}", self.node.endpoint(), self.prefix);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.request(method, url).json(&body).send().await.unwrap().json().await.unwrap()
    }

    /// What really lies in the index: chunks and vectors, seen by searches or not.
    pub async fn stored(&self) -> u64 {
        self.raw(reqwest::Method::POST, "/_refresh", json!({})).await;
        self.raw(reqwest::Method::GET, "/_count", json!({})).await["count"].as_u64().unwrap()
    }

    /// Tidies until nothing is owed any more.
    pub async fn tidied(&self) -> usize {
        let index = self.index().await;
        let mut deleted = 0;
        for _ in 0..50 {
            self.raw(reqwest::Method::POST, "/_refresh", json!({})).await;
            let Tidied { deleted: now, open } = index.tidy(Duration::ZERO).await.unwrap();
            deleted += now;
            if open == 0 {
                return deleted;
            }
        }
        panic!("something stays owed");
    }
}

/// A public document of tenant `acme` with the given texts as chunks.
pub fn document(name: &str, sequence: u64, texts: &[&str]) -> IndexedDocument {
    let version = format!("{name}@{sequence}");
    let chunk = |(ordinal, text): (u32, &&str)| {
        let start = u64::from(ordinal) * 100;
        IndexedChunk { id: format!("{version}-{ordinal}"), ordinal, text: (*text).to_owned(), start, end: start + 90 }
    };
    IndexedDocument {
        collection: HERE.to_owned(),
        document: name.to_owned(),
        chunks: (0..).zip(texts).map(chunk).collect(),
        version,
        sequence,
        access: AccessRule::public("acme"),
        attributes: BTreeMap::new(),
    }
}

/// A vector for each of its first chunks.
pub fn vectors(name: &str, sequence: u64, count: u32) -> Vec<(String, Vec<f32>)> {
    (0..count).map(|ordinal| (format!("{name}@{sequence}-{ordinal}"), vec![1.0, ordinal as f32])).collect()
}

/// What a search finds, at most 100 of each list.
pub async fn found(index: &dyn Index, clearance: &Clearance, text: &str, vector: Option<&[f32]>) -> SearchResults {
    let request = SearchRequest {
        collection: HERE.to_owned(),
        text: text.to_owned(),
        vector: vector.map(<[f32]>::to_vec),
        filter: None,
        depth: 100,
    };
    index.search(clearance, request).await.unwrap()
}

/// Ids of the chunks with these words.
pub async fn chunks(index: &dyn Index, text: &str) -> BTreeSet<String> {
    let results = found(index, &Clearance::system("acme"), text, None).await;
    results.keyword.into_iter().map(|hit| hit.chunk).collect()
}

/// Ids of the first chunks of a version.
pub fn ids(name: &str, sequence: u64, count: u32) -> BTreeSet<String> {
    (0..count).map(|ordinal| format!("{name}@{sequence}-{ordinal}")).collect()
}
