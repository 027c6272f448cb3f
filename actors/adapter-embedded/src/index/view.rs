//! What searches see: an immutable picture of one collection.
//!
//! A search takes the current picture and keeps it until it is done; whatever is written meanwhile appears in the next
//! one. Pages are shared between pictures, so making one costs as much as what changed.

use std::sync::Arc;

use cueline_domain::{
    access::{AccessRule, Clearance, permits},
    filter::{Attributes, Filter},
};
use cueline_ports::{Hit, PortError, PortResult};

use super::{
    best::{Place, Scored},
    keywords::KeywordSearcher,
    paged::{PAGE, Paged},
    quantised::Query,
    rows::Rows,
    version::Version,
};

/// A picture of a collection. The searcher may know generations that are not shown here, never the other way round.
#[derive(Clone)]
pub(super) struct View {
    pub(super) slots: Paged<Slot>,
    pub(super) rules: Paged<Option<Arc<AccessRule>>>,
    pub(super) attributes: Paged<Option<Arc<Attributes>>>,
    pub(super) rows: Rows,
    pub(super) dimension: Option<usize>,
    pub(super) searcher: Arc<KeywordSearcher>,
    pub(super) documents: u64,
    pub(super) chunks: u64,
}

/// What is known of one generation; the small numbers beside the pointer keep filtering a linear read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Slot {
    /// `None`: not visible (any more).
    pub(super) version: Option<Arc<Version>>,
    /// Number of its access rule.
    pub(super) rule: u32,
    /// Number of its attributes.
    pub(super) attributes: u32,
    /// How many chunks have a vector.
    pub(super) vectors: u32,
}

/// One bit per generation.
pub(super) struct Allowed(Vec<u64>);

impl Allowed {
    pub(super) fn contains(&self, generation: u32) -> bool {
        self.0.get(generation as usize / 64).is_some_and(|word| word >> (generation % 64) & 1 == 1)
    }
}

impl View {
    pub(super) fn new(searcher: KeywordSearcher, dimension: Option<usize>) -> Self {
        Self {
            slots: Paged::default(),
            rules: Paged::default(),
            attributes: Paged::default(),
            rows: Rows::default(),
            dimension,
            searcher: Arc::new(searcher),
            documents: 0,
            chunks: 0,
        }
    }

    /// The generations that a caller may see and asks about. Each different rule and set of attributes is judged once.
    pub(super) fn allowed(&self, clearance: &Clearance, filter: Option<&Filter>) -> Allowed {
        let rules: Vec<bool> =
            self.rules.iter().map(|(_, rule)| rule.as_ref().is_some_and(|rule| permits(clearance, rule))).collect();
        let attributes: Option<Vec<bool>> = filter.map(|filter| {
            let passes = |set: &Option<Arc<Attributes>>| set.as_ref().is_some_and(|set| filter.matches(set));
            self.attributes.iter().map(|(_, set)| passes(set)).collect()
        });
        let allows = |slot: &Slot| {
            slot.version.is_some()
                && rules.get(slot.rule as usize) == Some(&true)
                && attributes.as_ref().is_none_or(|passing| passing.get(slot.attributes as usize) == Some(&true))
        };
        let mut bits = Vec::new();
        for page in self.slots.pages() {
            let Some(page) = page else {
                bits.extend([0; PAGE / 64]);
                continue;
            };
            let word = |slots: &[Slot]| {
                (0_u32..).zip(slots).fold(0_u64, |word, (bit, slot)| word | (u64::from(allows(slot)) << bit))
            };
            bits.extend(page.chunks(64).map(word));
        }
        Allowed(bits)
    }

    /// A question's vector, if this collection has any to compare with.
    pub(super) fn query(&self, vector: Vec<f32>) -> PortResult<Option<Query>> {
        let length = vector.len();
        let query = Query::of(vector).ok_or_else(|| {
            PortError::invalid("index_vector_invalid: the vector of the search is zero, empty or not finite")
        })?;
        match self.dimension {
            None => Ok(None),
            Some(dimension) if dimension == length => Ok(Some(query)),
            Some(dimension) => Err(PortError::invalid(format!(
                "index_dimension: the vector of the search has {length} numbers, the collection's have {dimension}: \
                 use the model that the collection was embedded with"
            ))),
        }
    }

    /// Names what was found; equal scores in order of document and position.
    pub(super) fn hits(&self, found: Vec<Scored<Place>>) -> Vec<Hit> {
        let hit = |scored: &Scored<Place>| {
            let version = self.slots.get(scored.item.generation)?.version.as_ref()?;
            let chunk = version.chunks.get(scored.item.position as usize)?;
            Some(Hit {
                chunk: chunk.id.to_string(),
                document: version.document.to_string(),
                version: version.version.to_string(),
                ordinal: chunk.ordinal,
                start: chunk.start,
                end: chunk.end,
                score: scored.score,
            })
        };
        let mut hits: Vec<Hit> = found.iter().filter_map(hit).collect();
        hits.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then_with(|| a.document.cmp(&b.document)).then(a.ordinal.cmp(&b.ordinal))
        });
        hits
    }
}
