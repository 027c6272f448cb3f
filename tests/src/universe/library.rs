//! Documents that come, change and go while somebody reads them.
//!
//! Every content says of itself in each paragraph which document, generation and part it is, so a reader can tell a whole
//! version from half of one or two mixed, without knowing how anything is stored.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc, time::Duration};

use cueline_domain::{
    access::Clearance,
    chunking::ChunkingStrategy,
    collection::{Collection, CollectionName, Embedding},
    ledger::DocumentState,
};
use cueline_patterns::rag::{self, Ingress, Ledger, RagConfig};
use cueline_ports::{Clock, PutCondition, SearchRequest};
use cueline_protocol::ids::BucketName;

use super::{DIMENSION, Dice, EMBEDDER, Setup, Universe};

/// The collection of every document.
pub const COLLECTION: &str = "default";
/// A word of every paragraph.
pub const MARKER: &str = "marker";

/// What a person put into the inbox, and what should be found of it.
#[derive(Default)]
pub struct Shelf(RefCell<BTreeMap<String, Content>>);

/// What an object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// So many parts of a generation.
    Text {
        /// Tells contents of one document apart.
        generation: u64,
        /// Paragraphs.
        parts: u64,
    },
    /// Bytes that no parser reads.
    Damaged,
    /// No bytes.
    Empty,
}

impl Content {
    fn bytes(self, key: &str) -> Vec<u8> {
        let name = key.trim_end_matches(".txt");
        let part = |generation, part, parts| {
            format!("{MARKER} {name} gen{generation} part{part} of{parts} says that the cue comes before the turn.")
        };
        match self {
            Self::Text { generation, parts } => {
                (1..=parts).map(|at| part(generation, at, parts)).collect::<Vec<_>>().join("\n\n").into_bytes()
            }
            Self::Damaged => vec![0xFF, 0xFE, 0xFD],
            Self::Empty => Vec::new(),
        }
    }
}

fn inbox() -> BucketName {
    #[expect(clippy::unwrap_used, reason = "a sound name")]
    BucketName::new("inbox").unwrap()
}

/// The configuration of the stories: small chunks, all of them returned.
///
/// # Panics
/// Never: the names are sound.
#[expect(clippy::unwrap_used, reason = "sound names")]
pub fn config() -> Arc<RagConfig> {
    let mut collection = Collection::named(CollectionName::parse(COLLECTION).unwrap());
    let cut = ChunkingStrategy::Sentences { max_words: 16, overlap_words: 0 };
    collection.chunking.insert("text/plain".to_owned(), cut);
    collection.embedding = Some(Embedding { model: EMBEDDER.to_owned(), dimension: DIMENSION });
    collection.retrieval.depth = 500;
    collection.retrieval.results = 200;
    let mut config = RagConfig::new(inbox());
    config.collections.insert(COLLECTION.to_owned(), collection);
    Arc::new(config)
}

/// Processes that run the pattern.
pub fn setup() -> Setup {
    let setup = Setup::new(|| rag::kinds(config(), 1));
    rag::definitions().into_iter().fold(setup, |setup, (name, definition)| setup.workflow(name, definition))
}

impl Shelf {
    /// Does something a person could do to one of a few documents.
    ///
    /// # Panics
    /// Never: nothing fails outside.
    #[expect(clippy::unwrap_used, reason = "nothing fails outside")]
    pub async fn touch(&self, universe: &Universe, dice: &mut Dice) {
        let key = format!("doc{}.txt", dice.below(4));
        let objects = universe.outside().objects;
        let content = match dice.below(20) {
            0 => Content::Damaged,
            1 => Content::Empty,
            2..=6 => {
                self.0.borrow_mut().remove(&key);
                return objects.delete(&inbox(), &key).await.unwrap();
            }
            // A name beside it changes what is known of the document, not what it says.
            7 | 8 => {
                let body = format!(r#"{{"metadataAttributes": {{"edition": {}}}}}"#, dice.below(3));
                let sidecar = format!("{key}.metadata.json");
                objects.put(&inbox(), &sidecar, body.into(), PutCondition::Any).await.unwrap();
                return;
            }
            // Few generations, so that an old content comes back now and then.
            _ => Content::Text { generation: dice.below(4), parts: dice.between(1, 5) },
        };
        objects.put(&inbox(), &key, content.bytes(&key).into(), PutCondition::Any).await.unwrap();
        self.0.borrow_mut().insert(key, content);
    }

    /// Puts a content, or the same one again.
    ///
    /// # Panics
    /// Never: nothing fails outside.
    #[expect(clippy::unwrap_used, reason = "nothing fails outside")]
    pub async fn put(&self, universe: &Universe, key: &str, content: Content) {
        let objects = universe.outside().objects;
        objects.put(&inbox(), key, content.bytes(key).into(), PutCondition::Any).await.unwrap();
        self.0.borrow_mut().insert(key.to_owned(), content);
    }

    /// What is visible right now is whole.
    ///
    /// # Panics
    /// When it is not.
    pub async fn look(&self, universe: &Universe) {
        let texts = universe.index.visible_texts(COLLECTION);
        let request = SearchRequest {
            collection: COLLECTION.to_owned(),
            text: MARKER.to_owned(),
            vector: None,
            filter: None,
            depth: 1_000,
        };
        let clearance = Clearance::everything_public("default");
        let found = universe.outside().index.search(&clearance, request).await.expect("nothing fails outside");
        for (document, (version, _, texts)) in &texts {
            whole(document, texts);
            let hits = found.keyword.iter().filter(|hit| hit.document == *document);
            let versions: Vec<&str> = hits.map(|hit| hit.version.as_str()).collect();
            assert_eq!(
                versions,
                vec![version.as_str(); texts.len()],
                "{document}: every chunk of one version is found"
            );
        }
        let strangers = found.keyword.iter().find(|hit| !texts.contains_key(&hit.document));
        assert_eq!(strangers, None, "nothing else is found");
    }

    /// In the end exactly what is in the inbox is found, and the ledger says so.
    ///
    /// # Errors
    /// With the first thing that is not so (yet).
    ///
    /// # Panics
    /// Never: nothing fails outside.
    #[expect(clippy::unwrap_used, reason = "nothing fails outside")]
    pub async fn settled(&self, universe: &Universe) -> Result<(), String> {
        let outside = universe.outside();
        let texts = universe.index.visible_texts(COLLECTION);
        let shelf = self.0.borrow().clone();
        for entry in Ledger::new(outside.clone()).list(None, None, None, 1_000).await.unwrap().items {
            let key = entry.row.key.as_str();
            let wanted = match shelf.get(key) {
                None => "deleted",
                Some(Content::Text { .. }) => "searchable",
                Some(_) => "refused",
            };
            if entry.state() != wanted {
                return Err(format!("the row of {key} is {:?}, not {wanted}", entry.row.state));
            }
        }
        for (key, content) in &shelf {
            let Content::Text { generation, parts } = content else { continue };
            let Some((_, sequence, found)) = texts.get(key) else { return Err(format!("{key} is not visible")) };
            let (seen, all) = told(key, found);
            if (seen, all) != (*generation, *parts) {
                return Err(format!("{key} is visible as generation {seen} of {all} parts, not {content:?}"));
            }
            let row = Ledger::new(outside.clone()).get(key).await.unwrap();
            if row.as_ref().map(|entry| entry.sequence) != Some(*sequence) {
                return Err(format!("{key} is indexed as sequence {sequence}; its row is {row:?}"));
            }
            if row.and_then(|entry| entry.embedding_model).as_deref() != Some(EMBEDDER) {
                return Err(format!("the row of {key} does not name the model of its vectors"));
            }
            let status = outside.index.visible(COLLECTION, key).await.unwrap();
            if status.is_none_or(|status| status.vectors != status.chunks.len()) {
                return Err(format!("{key} has not all of its vectors"));
            }
        }
        let stranger = texts.keys().find(|key| !matches!(shelf.get(*key), Some(Content::Text { .. })));
        stranger.map_or(Ok(()), |key| Err(format!("{key} is visible and should not be")))
    }

    /// Lets the inbox be looked at until all is settled; a person retries what failed.
    ///
    /// # Panics
    /// When it never settles.
    #[expect(clippy::panic, reason = "this is an assertion")]
    pub async fn settle(&self, universe: &Universe, ingress: &Ingress) {
        let mut last = String::new();
        for _ in 0..40 {
            universe.clock.sleep(Duration::from_secs(61)).await;
            self.look(universe).await;
            match self.settled(universe).await {
                Ok(()) => return,
                Err(what) => last = what,
            }
            self.retry_failed(universe, ingress).await;
        }
        panic!("the library does not settle: {last}");
    }

    /// What a person does about documents that failed for reasons of ours.
    pub async fn retry_failed(&self, universe: &Universe, ingress: &Ingress) {
        let keys: Vec<String> = self.0.borrow().keys().cloned().collect();
        for key in keys {
            if matches!(state(universe, &key).await, Some(DocumentState::Failed { .. })) {
                // If it fails again, there is a next time.
                let _ = ingress.retry(&key).await;
            }
        }
    }
}

/// The state of a document's row.
///
/// # Panics
/// Never: nothing fails outside.
#[expect(clippy::unwrap_used, reason = "nothing fails outside")]
pub async fn state(universe: &Universe, key: &str) -> Option<DocumentState> {
    Ledger::new(universe.outside()).get(key).await.unwrap().map(|entry| entry.row.state)
}

/// Chunks of one document are one whole version; gives its generation and how many parts it has.
fn told(document: &str, texts: &[String]) -> (u64, u64) {
    let numbers = |prefix: &str| -> Vec<u64> {
        let words = texts.iter().flat_map(|text| text.split_whitespace());
        words.filter_map(|word| word.strip_prefix(prefix)?.parse().ok()).collect()
    };
    let (mut generations, parts, mut all) = (numbers("gen"), numbers("part"), numbers("of"));
    generations.dedup();
    all.dedup();
    assert!(generations.len() == 1 && all.len() == 1, "{document}: one version is visible, not {texts:?}");
    assert_eq!(parts, (1..=all[0]).collect::<Vec<_>>(), "{document}: every part is visible once");
    (generations[0], all[0])
}

fn whole(document: &str, texts: &[String]) {
    told(document, texts);
    let name = document.trim_end_matches(".txt");
    assert!(texts.iter().all(|text| text.contains(name)), "{document}: its own text is visible");
}
