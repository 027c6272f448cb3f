//! What the writer keeps of one collection, and how it is found again after a restart.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use cueline_ports::PortResult;

use super::{
    IndexOptions,
    best::Place,
    catalogue::{Catalogue, Change, StoredCollection, StoredVersion},
    keywords::KeywordIndex,
    version::Standing,
    view::{Slot, View},
};

/// The writer's side of a collection.
pub(super) struct Desk {
    pub(super) id: i64,
    pub(super) keywords: KeywordIndex,
    /// Never given twice, not even after a failure.
    pub(super) next_generation: u32,
    pub(super) rules: Interner,
    pub(super) attributes: Interner,
    /// In which row a chunk's vector is.
    pub(super) rows_of: HashMap<Place, u32>,
    /// Generations whose words can be deleted: the catalogue does not name them.
    pub(super) garbage: Vec<u32>,
}

/// A collection as readers get it.
pub(super) struct Published {
    pub(super) view: Arc<View>,
    pub(super) standings: HashMap<String, Standing>,
}

impl Desk {
    /// Reads a collection back. A version whose words are not all there is forgotten, so that it can be told again; it is
    /// never shown in part.
    pub(super) fn open(
        dir: &Path,
        options: &IndexOptions,
        catalogue: &mut Catalogue,
        stored: &StoredCollection,
    ) -> PortResult<(Self, Published)> {
        let keywords = KeywordIndex::open(&dir.join("keywords").join(stored.id.to_string()), options.writer_memory)?;
        let searcher = keywords.searcher()?;
        let indexed = searcher.chunks_by_generation()?;
        let mut desk = Self {
            id: stored.id,
            keywords,
            next_generation: indexed.keys().max().map_or(0, |newest| newest + 1),
            rules: Interner::default(),
            attributes: Interner::default(),
            rows_of: HashMap::new(),
            garbage: Vec::new(),
        };
        let mut view = View::new(searcher, stored.dimension);
        let mut standings = HashMap::new();
        let (mut lost, mut changes) = (0_u64, Vec::new());
        for row in catalogue.documents(stored.id)? {
            let mut standing = Standing { sequence: row.sequence, generation: None };
            if let Some(version) = row.visible {
                let generation = version.generation;
                desk.next_generation = desk.next_generation.max(generation.saturating_add(1));
                let chunks = version.version.chunks.len();
                if indexed.get(&generation).copied().unwrap_or_default() != chunks {
                    lost += 1;
                    changes.push(Change::Forget { collection: stored.id, document: row.document });
                    changes.push(Change::DropVectors { collection: stored.id, generation });
                    continue;
                }
                desk.show(&mut view, version);
                standing.generation = Some(generation);
            }
            standings.insert(row.document, standing);
        }
        if lost > 0 {
            tracing::error!(lost, "documents were lost from the keyword index; they must be indexed again");
            catalogue.apply(&changes)?;
        }
        catalogue.vectors(stored.id, |place, vector| {
            let mut slot = view.slots.get(place.generation).cloned().unwrap_or_default();
            if slot.version.is_some() {
                slot.vectors += 1;
                view.slots.set(place.generation, slot);
                desk.rows_of.insert(place, view.rows.push(place, &vector));
            }
        })?;
        let shown: HashSet<u32> = standings.values().filter_map(|standing| standing.generation).collect();
        desk.garbage = indexed.into_keys().filter(|generation| !shown.contains(generation)).collect();
        Ok((desk, Published { view: Arc::new(view), standings }))
    }

    fn show(&mut self, view: &mut View, stored: StoredVersion) {
        let rule = self.rules.take(&json(&stored.access));
        let attributes = self.attributes.take(&json(&stored.attributes));
        view.rules.set(rule, Some(Arc::new(stored.access)));
        view.attributes.set(attributes, Some(Arc::new(stored.attributes)));
        view.documents += 1;
        view.chunks += stored.version.chunks.len() as u64;
        let slot = Slot { version: Some(Arc::new(stored.version)), rule, attributes, vectors: 0 };
        view.slots.set(stored.generation, slot);
    }
}

/// The stored form of rules and attributes; neither can fail to have one.
pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Numbers for equal values, counted, so that a number can be used again once nobody has it.
#[derive(Debug, Default)]
pub(super) struct Interner {
    numbers: HashMap<Arc<str>, u32>,
    entries: Vec<(Arc<str>, u32)>,
    free: Vec<u32>,
}

impl Interner {
    /// The number of a value, which has one more user now.
    pub(super) fn take(&mut self, key: &str) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            self.entries[*number as usize].1 += 1;
            return *number;
        }
        let key: Arc<str> = key.into();
        let number = match self.free.pop() {
            Some(number) => {
                self.entries[number as usize] = (key.clone(), 1);
                number
            }
            None => {
                self.entries.push((key.clone(), 1));
                self.entries.len() as u32 - 1
            }
        };
        self.numbers.insert(key, number);
        number
    }

    /// One user less. Only once nobody can see the value under this number any more.
    pub(super) fn give_back(&mut self, number: u32) {
        let Some((key, users)) = self.entries.get_mut(number as usize) else { return };
        *users = users.saturating_sub(1);
        if *users == 0 {
            self.numbers.remove(key);
            self.free.push(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_used_again_only_when_nobody_has_it() {
        let mut interner = Interner::default();
        assert_eq!([interner.take("a"), interner.take("b"), interner.take("a")], [0, 1, 0]);
        interner.give_back(0);
        assert_eq!(interner.take("c"), 2);
        interner.give_back(0);
        assert_eq!([interner.take("d"), interner.take("a")], [0, 3]);
    }
}
