//! The words of one collection's chunks, in tantivy.
//!
//! Each chunk is a tantivy document that knows the number of its document version (the generation) and its position in
//! it, nothing else. Whether a generation is visible is decided elsewhere: what is found here and not visible there is an
//! orphan, skipped by searches and deleted later.

use std::{fs, path::Path, sync::Mutex};

use cueline_ports::{IndexedChunk, PortError, PortErrorKind, PortResult};
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term,
    columnar::Column,
    directory::error::{OpenDirectoryError, OpenReadError, OpenWriteError},
    query::{BooleanQuery, BoostQuery, EnableScoring, Occur, Query, TermQuery},
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::TextAnalyzer,
};

use super::{
    best::{Best, Place, Scored},
    words,
};

const ANALYZER: &str = "cueline-words-1";
const GENERATION: &str = "generation";
const POSITION: &str = "position";

/// Where questions are asked.
#[derive(Clone)]
pub(super) struct KeywordSearcher {
    searcher: Searcher,
    text: Field,
    analyzer: TextAnalyzer,
}

/// Where chunks are added.
pub(super) struct KeywordIndex {
    index: Index,
    reader: IndexReader,
    writer: Mutex<Option<IndexWriter>>,
    memory: usize,
    text: Field,
    generation: Field,
    position: Field,
}

impl KeywordIndex {
    pub(super) fn open(dir: &Path, memory: usize) -> PortResult<Self> {
        fs::create_dir_all(dir).map_err(|error| failed("failed to create the keyword index", error.into()))?;
        let mut schema = Schema::builder();
        let words = TextFieldIndexing::default().set_tokenizer(ANALYZER).set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(words));
        let generation = schema.add_u64_field(GENERATION, INDEXED | FAST);
        let position = schema.add_u64_field(POSITION, FAST);
        let open = || -> Result<_, TantivyError> {
            let directory = tantivy::directory::MmapDirectory::open(dir)?;
            let index = Index::open_or_create(directory, schema.build())?;
            index.tokenizers().register(ANALYZER, words::analyzer());
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            Ok((index, reader))
        };
        let (index, reader) = open().map_err(|error| failed("failed to open the keyword index", error))?;
        Ok(Self { index, reader, writer: Mutex::default(), memory, text, generation, position })
    }

    fn with_writer<T>(&self, work: impl FnOnce(&mut IndexWriter) -> Result<T, TantivyError>) -> PortResult<T> {
        let mut writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let run = || {
            let writer = match &mut *writer {
                Some(writer) => writer,
                none => none.insert(self.index.writer_with_num_threads(1, self.memory)?),
            };
            work(writer)
        };
        run().map_err(|error| failed("failed to write to the keyword index", error))
    }

    pub(super) fn add(&self, generation: u32, chunks: &[IndexedChunk]) -> PortResult<()> {
        self.with_writer(|writer| {
            for (position, chunk) in (0_u64..).zip(chunks) {
                let mut document = TantivyDocument::default();
                document.add_text(self.text, &chunk.text);
                document.add_u64(self.generation, generation.into());
                document.add_u64(self.position, position);
                writer.add_document(document)?;
            }
            Ok(())
        })
    }

    /// Takes effect with the next commit.
    pub(super) fn delete(&self, generations: &[u32]) -> PortResult<()> {
        self.with_writer(|writer| {
            for generation in generations {
                writer.delete_term(Term::from_field_u64(self.generation, (*generation).into()));
            }
            Ok(())
        })
    }

    /// Makes everything so far durable.
    pub(super) fn commit(&self) -> PortResult<()> {
        self.with_writer(IndexWriter::commit).map(drop)
    }

    /// Lets go of the writer's threads and of what was not committed; the next write starts anew.
    pub(super) fn rest(&self) {
        let writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(writer) = writer
            && let Err(error) = writer.wait_merging_threads()
        {
            tracing::warn!(error = %error, "merging the keyword index failed");
        }
    }

    /// Drops the writer at once, whatever state a failure left it in.
    pub(super) fn abandon_writer(&self) {
        self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    }

    /// What has been committed.
    pub(super) fn searcher(&self) -> PortResult<KeywordSearcher> {
        let analyzer = self.index.tokenizers().get(ANALYZER).unwrap_or_else(words::analyzer);
        self.reader.reload().map_err(|error| failed("failed to reload the keyword index", error))?;
        Ok(KeywordSearcher { searcher: self.reader.searcher(), text: self.text, analyzer })
    }
}

impl KeywordSearcher {
    /// How many chunks of each generation there are, deleted ones left out.
    pub(super) fn chunks_by_generation(&self) -> PortResult<std::collections::HashMap<u32, usize>> {
        let mut counts = std::collections::HashMap::new();
        for reader in self.searcher.segment_readers() {
            let generations = column(reader, GENERATION)?;
            for document in reader.doc_ids_alive() {
                *counts.entry(generations.values.get_val(document) as u32).or_default() += 1;
            }
        }
        Ok(counts)
    }

    /// The `k` best allowed chunks by BM25, best first.
    pub(super) fn search(&self, text: &str, k: usize, allowed: impl Fn(u32) -> bool) -> PortResult<Vec<Scored<Place>>> {
        let words = words::question_words(&mut self.analyzer.clone(), text);
        if words.is_empty() || k == 0 {
            return Ok(Vec::new());
        }
        let clauses = words.into_iter().map(|(word, count)| {
            let term = TermQuery::new(Term::from_field_text(self.text, &word), IndexRecordOption::WithFreqs);
            let clause: Box<dyn Query> =
                if count == 1 { Box::new(term) } else { Box::new(BoostQuery::new(Box::new(term), count as f32)) };
            (Occur::Should, clause)
        });
        let search_failed = |error| failed("failed to search the keyword index", error);
        let weight = BooleanQuery::new(clauses.collect())
            .weight(EnableScoring::enabled_from_searcher(&self.searcher))
            .map_err(search_failed)?;
        let mut best = Best::new(k);
        for reader in self.searcher.segment_readers() {
            let (generations, positions) = (column(reader, GENERATION)?, column(reader, POSITION)?);
            let threshold = best.threshold();
            // Deleted chunks need no check of their own: their generation is not allowed any more.
            let mut offer = |document, score| {
                let generation = generations.values.get_val(document) as u32;
                if allowed(generation) {
                    best.offer(Place { generation, position: positions.values.get_val(document) as u32 }, score);
                }
                best.threshold()
            };
            weight.for_each_pruning(threshold, reader, &mut offer).map_err(search_failed)?;
        }
        Ok(best.into_sorted())
    }
}

fn column(reader: &tantivy::SegmentReader, name: &str) -> PortResult<Column<u64>> {
    reader.fast_fields().u64(name).map_err(|error| failed("failed to read the keyword index", error))
}

/// What a failure of tantivy means to a caller.
fn failed(what: &str, error: TantivyError) -> PortError {
    let io_kind = match &error {
        TantivyError::IoError(error) => Some(error.kind()),
        TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => Some(io_error.kind()),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => Some(io_error.kind()),
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) => Some(io_error.kind()),
        _ => None,
    };
    let kind = match (io_kind, &error) {
        (Some(_), _) => PortErrorKind::Storage,
        (None, TantivyError::LockFailure(..) | TantivyError::ErrorInThread(_) | TantivyError::SystemError(_)) => {
            PortErrorKind::Unavailable
        }
        _ => PortErrorKind::Corrupt,
    };
    PortError::new(kind, format!("index_storage: {what}")).with_source(error)
}
