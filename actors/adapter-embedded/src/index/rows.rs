//! All vectors of a collection, searched exactly.
//!
//! There is deliberately no graph. Two million numbers per millisecond and core pass through the scan, so 100,000 chunks
//! cost a few milliseconds whatever the filter, deletions are free, and recall is 1.

use std::sync::Arc;

use super::{
    best::{Best, Place, Scored},
    paged::PAGE,
    quantised::{Quantised, Query},
};

/// A number for "nobody": the row is free.
const NOBODY: u32 = u32::MAX;

/// Rows of vectors in shared pages.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pages: Vec<Arc<Page>>,
    length: u32,
    dead: u32,
}

#[derive(Debug, Clone, Default)]
struct Page {
    owners: Vec<Place>,
    scales: Vec<f32>,
    coarse: Vec<i8>,
    fine: Vec<i8>,
}

impl Page {
    fn new(dimension: usize) -> Self {
        Self {
            owners: Vec::with_capacity(PAGE),
            scales: Vec::with_capacity(PAGE),
            coarse: Vec::with_capacity(PAGE * dimension),
            fine: Vec::with_capacity(PAGE * dimension),
        }
    }

    fn push(&mut self, owner: Place, vector: &Quantised) {
        self.owners.push(owner);
        self.scales.push(vector.scale);
        self.coarse.extend_from_slice(&vector.coarse);
        self.fine.extend_from_slice(&vector.fine);
    }

    fn row(&self, row: usize) -> (&[i8], &[i8], f32) {
        let dimension = self.coarse.len() / self.owners.len();
        let range = row * dimension..(row + 1) * dimension;
        (&self.coarse[range.clone()], &self.fine[range], self.scales[row])
    }
}

impl Rows {
    /// Adds a row and says which it is.
    pub(super) fn push(&mut self, owner: Place, vector: &Quantised) -> u32 {
        if self.length as usize == self.pages.len() * PAGE {
            self.pages.push(Arc::new(Page::new(vector.coarse.len())));
        }
        if let Some(page) = self.pages.last_mut() {
            let page = Arc::make_mut(page);
            // A clone has no spare room; without this every push would move the page.
            page.coarse.reserve_exact((PAGE - page.owners.len()) * vector.coarse.len());
            page.fine.reserve_exact((PAGE - page.owners.len()) * vector.coarse.len());
            page.push(owner, vector);
        }
        self.length += 1;
        self.length - 1
    }

    /// Marks a row as nobody's.
    pub(super) fn release(&mut self, row: u32) {
        if let Some(page) = self.pages.get_mut(row as usize / PAGE) {
            Arc::make_mut(page).owners[row as usize % PAGE] = Place { generation: NOBODY, position: 0 };
            self.dead += 1;
        }
    }

    /// Nothing but dead rows.
    pub(super) fn is_vacant(&self) -> bool {
        self.dead == self.length
    }

    /// Worth rewriting without its dead rows.
    pub(super) fn wasteful(&self) -> bool {
        self.dead > 1_024 && self.dead > self.length / 3
    }

    /// The same without dead rows; `moved` hears where each row went.
    pub(super) fn compacted(&self, mut moved: impl FnMut(Place, u32)) -> Self {
        let mut rows = Self::default();
        for page in &self.pages {
            for (row, owner) in page.owners.iter().enumerate().filter(|(_, owner)| owner.generation != NOBODY) {
                let (coarse, fine, scale) = page.row(row);
                let vector = Quantised { scale, coarse: coarse.to_vec(), fine: fine.to_vec() };
                moved(*owner, rows.push(*owner, &vector));
            }
        }
        rows
    }

    /// The `k` best allowed rows, best first.
    pub(super) fn search(&self, query: &Query, k: usize, allowed: impl Fn(u32) -> bool) -> Vec<Scored<Place>> {
        // One byte per number misjudges a similarity by some 0.0005, so the exact best are well within these.
        let candidates = k.saturating_add(k / 4).saturating_add(64);
        let mut best = Best::new(candidates);
        let mut scores = [0.0_f32; PAGE];
        for (number, page) in (0_u32..).zip(&self.pages) {
            query.scan(&page.coarse, &page.scales, &mut scores);
            for ((row, owner), score) in (number * PAGE as u32..).zip(&page.owners).zip(&scores) {
                if *score > best.threshold() && owner.generation != NOBODY && allowed(owner.generation) {
                    best.offer(row, *score);
                }
            }
        }
        let mut exact = Best::new(k);
        for candidate in best.into_sorted() {
            let page = &self.pages[candidate.item as usize / PAGE];
            let row = candidate.item as usize % PAGE;
            let (coarse, fine, scale) = page.row(row);
            let score = query.score(coarse, fine, scale);
            if score > exact.threshold() {
                exact.offer(page.owners[row], score);
            }
        }
        exact.into_sorted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors that are alike in groups, as texts are.
    fn vectors(count: usize, dimension: usize) -> Vec<Vec<f32>> {
        let mut state = 7_u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f32 / (1_u64 << 31) as f32 - 0.5
        };
        let centres: Vec<Vec<f32>> = (0..20).map(|_| (0..dimension).map(|_| next()).collect()).collect();
        let near = |n: usize, next: &mut dyn FnMut() -> f32| {
            let mut vector: Vec<f32> = centres[n % 20].iter().map(|x| x + 0.6 * next()).collect();
            assert!(cueline_domain::vectors::normalise(&mut vector));
            vector
        };
        (0..count).map(|n| near(n, &mut next)).collect()
    }

    fn filled(vectors: &[Vec<f32>]) -> Rows {
        let mut rows = Rows::default();
        for (generation, vector) in (0_u32..).zip(vectors) {
            rows.push(Place { generation, position: 0 }, &Quantised::of(vector.clone()).unwrap());
        }
        rows
    }

    #[test]
    fn finds_what_exact_search_finds() {
        let vectors = vectors(3_000, 64);
        let rows = filled(&vectors);
        let flat: Vec<f32> = vectors.concat();
        for query in vectors.iter().step_by(300) {
            let exact = cueline_domain::vectors::top_k(&flat, query, 50, |row| row % 3 != 0);
            let found = rows.search(&Query::of(query.clone()).unwrap(), 50, |generation| generation % 3 != 0);
            for (exact, found) in exact.iter().zip(&found) {
                assert!((exact.score - found.score).abs() < 1e-5, "{exact:?} {found:?}");
            }
            assert_eq!(found.len(), 50);
        }
    }

    #[test]
    fn compaction_keeps_the_living_rows() {
        let vectors = vectors(4_000, 8);
        let mut rows = filled(&vectors);
        (0..3_000).for_each(|row| rows.release(row));
        assert!(rows.wasteful());
        let mut moved = Vec::new();
        let compacted = rows.compacted(|owner, row| moved.push((owner.generation, row)));
        assert_eq!(moved.len(), 1_000);
        assert_eq!(moved[5], (3_005, 5));
        let query = Query::of(vectors[3_500].clone()).unwrap();
        let (before, after) = (rows.search(&query, 9, |_| true), compacted.search(&query, 9, |_| true));
        assert_eq!(before[0].item.generation, 3_500);
        assert_eq!(format!("{before:?}"), format!("{after:?}"));
    }
}
