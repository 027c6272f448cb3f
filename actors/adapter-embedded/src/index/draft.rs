//! The next picture of a collection while it is being drawn: nothing of it is visible before it is published.

use std::{collections::HashMap, sync::Arc};

use cueline_domain::{access::AccessRule, filter::Attributes};
use cueline_ports::{IndexedChunk, PortError, PortResult};

use super::{
    best::Place,
    catalogue::Change,
    desk::{Desk, Published, json},
    quantised::Quantised,
    rows::Rows,
    version::{Standing, Version, may_appear, may_go},
    view::{Slot, View},
};

/// A version to show, its parts sorted for storing.
pub(super) struct Newcomer {
    pub(super) version: Version,
    pub(super) texts: Vec<IndexedChunk>,
    pub(super) access: AccessRule,
    pub(super) attributes: Attributes,
}

/// Changes to one collection that become visible together.
pub(super) struct Draft {
    pub(super) view: View,
    pub(super) standings: HashMap<String, Standing>,
    pub(super) changes: Vec<Change>,
    /// Generations that this draft adds to the keyword index.
    pub(super) added: Vec<u32>,
    /// Generations that are not visible any more once this draft is.
    obsolete: Vec<u32>,
    /// Where vectors went; `None`: nowhere any more.
    moved: HashMap<Place, Option<u32>>,
    /// Numbers of rules and attributes with one user less.
    given_back: Vec<(u32, u32)>,
}

impl Draft {
    pub(super) fn of(published: &Published) -> Self {
        Self {
            view: (*published.view).clone(),
            standings: HashMap::new(),
            changes: Vec::new(),
            added: Vec::new(),
            obsolete: Vec::new(),
            moved: HashMap::new(),
            given_back: Vec::new(),
        }
    }

    fn standing(&self, published: &Published, document: &str) -> Option<Standing> {
        self.standings.get(document).or_else(|| published.standings.get(document)).copied()
    }

    /// Shows a version in place of whatever is visible of its document.
    pub(super) fn upsert(&mut self, desk: &mut Desk, published: &Published, newcomer: Newcomer) -> PortResult<bool> {
        let standing = self.standing(published, &newcomer.version.document);
        if !may_appear(standing, newcomer.version.sequence) {
            return Ok(false);
        }
        let visible = standing.and_then(|standing| standing.generation);
        if visible.is_some_and(|generation| self.is_shown(generation, &newcomer)) {
            return Ok(true);
        }
        let generation = desk.next_generation;
        desk.next_generation = generation.checked_add(1).ok_or_else(|| {
            PortError::invalid("index_full: the collection has no version numbers left: index into a new one")
        })?;
        desk.keywords.add(generation, &newcomer.texts)?;
        self.added.push(generation);
        if let Some(visible) = visible {
            self.retire(desk, visible);
        }
        let (access, attributes) = (json(&newcomer.access), json(&newcomer.attributes));
        let slot = Slot {
            version: Some(Arc::new(newcomer.version)),
            rule: desk.rules.take(&access),
            attributes: desk.attributes.take(&attributes),
            vectors: 0,
        };
        self.view.rules.set(slot.rule, Some(Arc::new(newcomer.access)));
        self.view.attributes.set(slot.attributes, Some(Arc::new(newcomer.attributes)));
        if let Some(version) = slot.version.clone() {
            let standing = Standing { sequence: version.sequence, generation: Some(generation) };
            self.standings.insert(version.document.to_string(), standing);
            self.view.documents += 1;
            self.view.chunks += version.chunks.len() as u64;
            self.changes.push(Change::Show { collection: desk.id, generation, version, access, attributes });
        }
        self.view.slots.set(generation, slot);
        Ok(true)
    }

    /// Telling the same twice must not cost the vectors that came in between.
    fn is_shown(&self, generation: u32, newcomer: &Newcomer) -> bool {
        self.view.slots.get(generation).is_some_and(|slot| {
            slot.version.as_deref() == Some(&newcomer.version)
                && self.view.rules.get(slot.rule).is_some_and(|rule| rule.as_deref() == Some(&newcomer.access))
                && self
                    .view
                    .attributes
                    .get(slot.attributes)
                    .is_some_and(|attributes| attributes.as_deref() == Some(&newcomer.attributes))
        })
    }

    /// Hides a document and remembers that it was.
    pub(super) fn remove(&mut self, desk: &Desk, published: &Published, document: String, sequence: u64) -> bool {
        let standing = self.standing(published, &document);
        if !may_go(standing, sequence) {
            return false;
        }
        if let Some(generation) = standing.and_then(|standing| standing.generation) {
            self.retire(desk, generation);
        }
        self.standings.insert(document.clone(), Standing { sequence, generation: None });
        self.changes.push(Change::Hide { collection: desk.id, document, sequence });
        true
    }

    fn retire(&mut self, desk: &Desk, generation: u32) {
        let Some(Slot { version: Some(version), rule, attributes, vectors }) = self.view.slots.get(generation).cloned()
        else {
            return;
        };
        if vectors > 0 {
            for position in 0..version.chunks.len() as u32 {
                self.release(desk, Place { generation, position });
            }
            self.changes.push(Change::DropVectors { collection: desk.id, generation });
        }
        self.view.documents -= 1;
        self.view.chunks -= version.chunks.len() as u64;
        self.view.slots.clear(generation);
        self.given_back.push((rule, attributes));
        self.obsolete.push(generation);
    }

    fn release(&mut self, desk: &Desk, place: Place) -> bool {
        let row = self.moved.get(&place).copied().unwrap_or_else(|| desk.rows_of.get(&place).copied());
        if let Some(row) = row {
            self.view.rows.release(row);
            self.moved.insert(place, None);
        }
        row.is_some()
    }

    /// Gives chunks their vectors, all of them or none.
    pub(super) fn attach(
        &mut self,
        desk: &Desk,
        published: &Published,
        (document, version): (&str, &str),
        vectors: Vec<(String, Quantised)>,
    ) -> PortResult<bool> {
        let generation = self.standing(published, document).and_then(|standing| standing.generation);
        let Some(generation) = generation else { return Ok(false) };
        let slot = self.view.slots.get(generation).cloned().unwrap_or_default();
        let Some(shown) = slot.version.clone().filter(|shown| *shown.version == *version) else { return Ok(false) };

        let positions: HashMap<&str, u32> = shown.chunks.iter().map(|chunk| &*chunk.id).zip(0..).collect();
        let unknown = vectors.iter().position(|(id, _)| !positions.contains_key(id.as_str()));
        if let Some(index) = unknown {
            return Err(PortError::invalid(format!(
                "index_chunk_unknown: vector {index} is for a chunk that this version does not have"
            )));
        }
        self.agree_on_dimension(desk, &vectors)?;
        let mut slot = slot;
        for (id, vector) in vectors {
            let place = Place { generation, position: positions[id.as_str()] };
            if !self.release(desk, place) {
                slot.vectors += 1;
            }
            self.moved.insert(place, Some(self.view.rows.push(place, &vector)));
            self.changes.push(Change::Vector { collection: desk.id, place, vector });
        }
        self.view.slots.set(generation, slot);
        Ok(true)
    }

    /// The first vector decides; a collection that has none left may decide anew.
    fn agree_on_dimension(&mut self, desk: &Desk, vectors: &[(String, Quantised)]) -> PortResult<()> {
        let Some((_, first)) = vectors.first() else { return Ok(()) };
        let undecided = self.view.rows.is_vacant();
        let dimension = self.view.dimension.filter(|_| !undecided).unwrap_or(first.coarse.len());
        if let Some((index, length)) =
            vectors.iter().map(|(_, vector)| vector.coarse.len()).enumerate().find(|(_, length)| *length != dimension)
        {
            return Err(PortError::invalid(format!(
                "index_dimension: vector {index} has {length} numbers, the collection's have {dimension}: \
                 use the model that the collection was embedded with, or another collection"
            )));
        }
        if undecided && self.view.dimension != Some(dimension) {
            self.view.rows = Rows::default();
            self.view.dimension = Some(dimension);
            self.changes.push(Change::Dimension { collection: desk.id, dimension: Some(dimension) });
        }
        Ok(())
    }

    /// Settles the books of the writer; the view that is left is the one to publish.
    pub(super) fn settle(mut self, desk: &mut Desk) -> (View, HashMap<String, Standing>) {
        for (place, row) in self.moved {
            match row {
                Some(row) => desk.rows_of.insert(place, row),
                None => desk.rows_of.remove(&place),
            };
        }
        if self.view.rows.wasteful() {
            desk.rows_of.clear();
            self.view.rows = self.view.rows.compacted(|place, row| {
                desk.rows_of.insert(place, row);
            });
        }
        for (rule, attributes) in self.given_back {
            desk.rules.give_back(rule);
            desk.attributes.give_back(attributes);
        }
        desk.garbage.append(&mut self.obsolete);
        (self.view, self.standings)
    }
}
