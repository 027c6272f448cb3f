//! Counting what repeats, in the order in which it is first met: sums over it are the same on every machine.

/// Slots with how often each was met. Half of the n-grams of a text are new and half are not, in no order that a processor could
/// guess, so an addition has no branch between the two.
#[derive(Debug)]
pub(super) struct Counter {
    /// Place in `met` plus one; 0 is free. Linear probing.
    table: Vec<u16>,
    /// The entry at `length` is the next new one.
    met: Vec<(u32, u16)>,
    length: usize,
}

impl Counter {
    /// Room for `most` additions, at most 30,000: later ones of a slot not yet met are left out.
    pub(super) fn with_room(most: usize) -> Self {
        let most = most.clamp(16, 30_000);
        Self { table: vec![0; (most * 4).next_power_of_two()], met: vec![(0, 0); most + 1], length: 0 }
    }

    pub(super) fn add(&mut self, slot: u32) {
        let mask = self.table.len() - 1;
        // The low bits of a slot are as good as any: slots are hashes.
        let mut place = slot as usize & mask;
        loop {
            let taken = usize::from(self.table[place]);
            // A free place takes the next entry.
            let at = taken.wrapping_sub(1).min(self.length);
            let is_new = taken == 0;
            if is_new && at + 1 == self.met.len() {
                return;
            }
            let (found, count) = &mut self.met[at];
            *found = if is_new { slot } else { *found };
            if *found == slot {
                *count = count.saturating_add(1);
                self.table[place] = (at + 1) as u16;
                self.length += usize::from(is_new);
                return;
            }
            place = (place + 1) & mask;
        }
    }

    pub(super) fn into_counts(mut self) -> Vec<(u32, u16)> {
        self.met.truncate(self.length);
        self.met
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn counts_are_those_of_a_map(slots in prop::collection::vec(0_u32..200, 0..400)) {
            let mut counter = Counter::with_room(slots.len());
            let mut expected: BTreeMap<u32, u16> = BTreeMap::new();
            for slot in &slots {
                counter.add(*slot);
                *expected.entry(*slot).or_default() += 1;
            }
            let counts = counter.into_counts();
            prop_assert_eq!(counts.iter().copied().collect::<BTreeMap<_, _>>(), expected);
            let first_met: Vec<u32> = counts.iter().map(|(slot, _)| *slot).collect();
            let mut distinct = Vec::new();
            for slot in slots {
                if !distinct.contains(&slot) {
                    distinct.push(slot);
                }
            }
            prop_assert_eq!(first_met, distinct);
        }
    }

    #[test]
    fn a_full_counter_keeps_what_it_has() {
        let mut counter = Counter::with_room(0);
        (0..1_000).for_each(|slot| counter.add(slot));
        counter.add(3);
        let counts = counter.into_counts();
        assert_eq!((counts.len(), counts[3]), (16, (3, 2)));
    }
}
