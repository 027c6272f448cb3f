//! Retrieval-augmented generation: files become searchable, questions become answers with checked citations.
//!
//! ```text
//!  inbox ─► Ingress ─► ledger row ─► rag-ingest: Fetch ► Parse ► Chunk ► IndexKeywords ► Map(Embed) ► IndexVectors ► Finish
//!    deleted ─► tombstone, hidden at once ─► rag-remove
//!  question ─────────────────────► rag-ask:  Retrieve ► Answer
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`ingress`](Ingress) | what is in the inbox becomes ledger rows and executions, whatever order the news came in |
//! | `look` | the whole inbox beside the whole ledger |
//! | [`ledger`](Ledger) | one row per object: version, state, error; conditional writes |
//! | `artifacts` | what parsing and chunking made of a version, stored once |
//! | `said` | what is published on the bus |
//! | `payloads` | which documents need which payload, so that removed text leaves the disk |
//! | `guarding` | a guard looks at questions and answers |
//! | `visibility` | whether what was retrieved may still be shown |
//! | `ingestion`, `parsing`, `indexing`, `embedding`, `retrieval`, `generation` | the actors, one file per kind |
//!
//! A row is written before its execution starts, under an id derived from the row; a crash in between is mended by the
//! next look at the inbox. Vectors come after words: a document is searchable before it is embedded.

mod artifacts;
mod config;
mod embedding;
mod extraction;
mod generation;
mod guarding;
mod indexing;
mod ingestion;
mod ingress;
mod ledger;
mod look;
mod parsing;
mod payloads;
mod retrieval;
mod said;
mod visibility;

use std::sync::Arc;

use cueline_protocol::tasks::{
    Answer, Chunk, Embed, Fetch, Finish, IndexKeywords, IndexVectors, Parse, Remove, Retrieve,
};
use cueline_runtime::worker::{Kind, Kinds};

pub use config::{Placement, RagConfig};
pub use ingress::{Ingress, IngressStatus};
pub use ledger::{Ledger, LedgerEntry, LedgerError};

/// The workflow that makes an object searchable.
pub const INGEST: &str = "rag-ingest";
/// The workflow that takes a deleted object out.
pub const REMOVE: &str = "rag-remove";
/// The workflow that answers a question.
pub const ASK: &str = "rag-ask";

/// Partitions of the table whose rows name payloads: what a sweep must not delete.
pub const PAYLOAD_PARTITIONS: &[&str] = &["artifacts"];

/// Error name of a file that is at fault itself: trying again would not help.
pub(crate) const REFUSED: &str = "Document.Refused";

/// Error name of a file that may not be read now. Trying again at once would not help; a full look tries it later.
pub(crate) const UNREADABLE: &str = "Document.Unreadable";
/// Code of such a file in its row.
pub(crate) const UNREADABLE_CODE: &str = "document_unreadable";

/// The workflows of the pattern by name.
pub fn definitions() -> Vec<(&'static str, &'static str)> {
    vec![
        (INGEST, include_str!("ingest.asl.json")),
        (REMOVE, include_str!("remove.asl.json")),
        (ASK, include_str!("ask.asl.json")),
    ]
}

/// The actors of the pattern. `cores` sizes the pools that compute.
pub fn kinds(config: Arc<RagConfig>, cores: usize) -> Kinds {
    let documents = Arc::new(artifacts::Documents::new(config.cached_documents));
    Kinds::new()
        .with(
            Kind::new("ingestion", 16)
                .task::<Fetch>(ingestion::Fetcher::new(config.clone()))
                .task::<Chunk>(ingestion::Chunker::new(config.clone(), documents.clone()))
                .task::<Finish>(ingestion::Finisher::new()),
        )
        .with(Kind::new("parsing", cores.max(1)).task::<Parse>(parsing::DocumentParser::new(config.clone())))
        .with(
            Kind::new("indexing", 32)
                .task::<IndexKeywords>(indexing::KeywordIndexer::new(config.clone(), documents.clone()))
                .task::<IndexVectors>(indexing::VectorIndexer::new(config.clone(), documents.clone()))
                .task::<Remove>(indexing::Remover),
        )
        .with(
            Kind::new("embedding", cores.max(1))
                .task::<Embed>(embedding::ChunkEmbedder::new(config.clone(), documents.clone())),
        )
        .with(Kind::new("retrieval", 32).task::<Retrieve>(retrieval::Retriever::new(config.clone(), documents.clone())))
        .with(Kind::new("generation", 32).task::<Answer>(generation::Answerer::new(config, documents)))
}
