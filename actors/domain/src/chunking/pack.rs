//! Which units share a chunk.

use super::units::Layout;
use std::ops::Range;

/// How units are packed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packing {
    pub(super) max_words: usize,
    pub(super) overlap_words: usize,
    pub(super) max_rows: usize,
    /// A heading begins a chunk, unless what came before is short.
    pub(super) sections: bool,
    /// A table begins and ends a chunk.
    pub(super) tables_apart: bool,
    /// Prefers to end a chunk with a block, when the chunk is nearly full then.
    pub(super) whole_blocks: bool,
}

impl Packing {
    pub(super) fn plain(max_words: usize, overlap_words: usize) -> Self {
        let max_words = max_words.max(1);
        Self {
            max_words,
            // Repeating more than half would hardly move forward.
            overlap_words: overlap_words.min(max_words / 2),
            max_rows: usize::MAX,
            sections: false,
            tables_apart: false,
            whole_blocks: false,
        }
    }
}

/// Packs the units of `within` greedily from the left, so that a change late in a document leaves the chunks before it alone.
/// Each group holds at least one unit that is in no group before it; only the units of an overlap are in two.
pub(super) fn pack(layout: &Layout, within: Range<usize>, packing: &Packing) -> Vec<Range<usize>> {
    let mut packer = Packer {
        layout,
        packing,
        totals: totals(layout.units.iter().map(|unit| unit.words)),
        rows: totals((0..layout.units.len()).map(|unit| usize::from(layout.is_row(unit)))),
        start: within.start,
        fresh: within.start,
    };
    let mut groups = Vec::new();
    for next in within.clone() {
        if next == packer.fresh {
            continue;
        }
        if packer.must_break(next) {
            groups.push(packer.start..next);
            packer.fresh = next;
            packer.start = next;
        } else if !packer.fits(next) {
            let end = packer.best_end(next);
            groups.push(packer.start..end);
            packer.fresh = end;
            packer.start = packer.overlap_start(end, next);
        }
    }
    if packer.fresh < within.end {
        groups.push(packer.start..within.end);
    }
    groups
}

/// The `i`-th total is the sum of all counts before `i`.
fn totals(counts: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut sum = 0;
    let sums = counts.map(|count| {
        sum += count;
        sum
    });
    std::iter::once(0).chain(sums).collect()
}

struct Packer<'a> {
    layout: &'a Layout,
    packing: &'a Packing,
    totals: Vec<usize>,
    rows: Vec<usize>,
    /// First unit of the open group.
    start: usize,
    /// First unit of the open group that no group before holds.
    fresh: usize,
}

impl Packer<'_> {
    fn words(&self, units: Range<usize>) -> usize {
        self.totals[units.end] - self.totals[units.start]
    }

    /// Most words of a group that begins with `start`; a repeated table header takes its share.
    fn limit(&self, start: usize) -> usize {
        let most = self.packing.max_words;
        most - self.layout.header_words(start).min(most / 2)
    }

    fn fits(&self, next: usize) -> bool {
        self.words(self.start..next + 1) <= self.limit(self.start) && self.rows_fit(next)
    }

    fn rows_fit(&self, next: usize) -> bool {
        self.rows[next + 1] - self.rows[self.start] <= self.packing.max_rows
    }

    fn must_break(&self, next: usize) -> bool {
        let layout = self.layout;
        if self.packing.tables_apart {
            let (before, after) = (layout.is_table(next - 1), layout.is_table(next));
            let new_table = after && !layout.is_row(next) && layout.is_row(next - 1);
            return new_table || (before && !after) || (!before && after && !layout.is_heading(next - 1));
        }
        if !self.packing.sections || !layout.is_heading(next) {
            return false;
        }
        let has_body = (self.start..next).any(|unit| !layout.is_heading(unit));
        let is_short = self.words(self.start..next) < self.packing.max_words / 4;
        has_body && !(is_short && layout.level(next) >= layout.level(self.start))
    }

    /// Where to end the open group, which has no room for `next`.
    fn best_end(&self, next: usize) -> usize {
        let before_headings = self.without_trailing_headings(next);
        if before_headings < next || !self.packing.whole_blocks {
            return before_headings;
        }
        let full_enough = self.packing.max_words * 7 / 10;
        let begins_block = |unit: usize| self.layout.units[unit].block != self.layout.units[unit - 1].block;
        let candidates = (self.fresh + 1..=next).rev().take_while(|end| self.words(self.start..*end) >= full_enough);
        let end = candidates.into_iter().find(|end| begins_block(*end));
        match end {
            // What is left over must still have room for `next`.
            Some(end) if self.words(end..next + 1) <= self.packing.max_words / 2 => self.without_trailing_headings(end),
            _ => next,
        }
    }

    /// A heading goes with what follows it, unless the two do not fit together.
    fn without_trailing_headings(&self, next: usize) -> usize {
        let mut end = next;
        while end > self.fresh + 1
            && self.layout.is_heading(end - 1)
            && self.words(end - 1..next + 1) <= self.packing.max_words
        {
            end -= 1;
        }
        end
    }

    /// Where the group after `end` begins, so that it repeats some of the group before and has room up to `next`.
    fn overlap_start(&self, end: usize, next: usize) -> usize {
        let mut start = end;
        while start > self.start {
            let earlier = start - 1;
            let repeated = self.words(earlier..end);
            if repeated > self.packing.overlap_words
                || self.words(earlier..next + 1) > self.packing.max_words
                || self.layout.is_heading(earlier)
                || self.layout.is_table(earlier)
            {
                break;
            }
            start = earlier;
        }
        start
    }
}
