//! The best k of a stream of scores.

use std::cmp::Ordering;

/// A chunk by where its document version and itself stand in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    /// Number of the document version within its collection.
    pub(super) generation: u32,
    /// Position in the version's list of chunks.
    pub(super) position: u32,
}

/// Something with a score.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored<T> {
    pub(super) item: T,
    pub(super) score: f32,
}

/// Keeps the best k: a buffer of 2k that is cut in half when it is full, so that an item costs constant time.
#[derive(Debug)]
pub(super) struct Best<T> {
    k: usize,
    buffer: Vec<Scored<T>>,
    threshold: f32,
}

impl<T: Ord + Copy> Best<T> {
    pub(super) fn new(k: usize) -> Self {
        Self { k, buffer: Vec::new(), threshold: f32::NEG_INFINITY }
    }

    /// What a score must exceed to matter.
    pub(super) fn threshold(&self) -> f32 {
        self.threshold
    }

    /// Offers an item whose score exceeds the threshold.
    pub(super) fn offer(&mut self, item: T, score: f32) {
        if score.is_nan() || self.k == 0 {
            return;
        }
        self.buffer.push(Scored { item, score });
        if self.buffer.len() >= self.k.saturating_mul(2) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.buffer.len() < self.k {
            return;
        }
        self.buffer.select_nth_unstable_by(self.k - 1, by_score);
        self.buffer.truncate(self.k);
        self.threshold = self.buffer[self.k - 1].score;
    }

    /// Best first, ties by item.
    pub(super) fn into_sorted(mut self) -> Vec<Scored<T>> {
        self.buffer.sort_unstable_by(by_score);
        self.buffer.truncate(self.k);
        self.buffer
    }
}

fn by_score<T: Ord>(a: &Scored<T>, b: &Scored<T>) -> Ordering {
    b.score.total_cmp(&a.score).then_with(|| a.item.cmp(&b.item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_sorting_everything(scores in prop::collection::vec(-50_i16..50, 0..300), k in 0_usize..20) {
            let mut best = Best::new(k);
            for (item, score) in scores.iter().enumerate() {
                if f32::from(*score) > best.threshold() {
                    best.offer(item, f32::from(*score));
                }
            }
            let kept: Vec<i16> = best.into_sorted().iter().map(|scored| scored.score as i16).collect();
            let mut all = scores;
            all.sort_by(|a, b| b.cmp(a));
            all.truncate(k);
            prop_assert_eq!(kept, all);
        }
    }
}
