//! Counts by time in a fixed number of slots: the newest ones, whatever comes.

/// Slots of equal width; a newer time takes the slot of an older one.
#[derive(Debug, Clone)]
pub(super) struct Ring<T> {
    width_ms: i64,
    /// Each with the number of its time since the epoch.
    slots: Vec<Option<(i64, T)>>,
}

impl<T: Default + Clone> Ring<T> {
    /// `width_ms` and `count` are at least 1.
    pub(super) fn new(width_ms: i64, count: usize) -> Self {
        Self { width_ms: width_ms.max(1), slots: vec![None; count.max(1)] }
    }

    /// The number of the slot of a moment.
    pub(super) fn number(&self, at_ms: i64) -> i64 {
        at_ms.div_euclid(self.width_ms)
    }

    /// When a slot begins.
    pub(super) fn begins_ms(&self, number: i64) -> i64 {
        number.saturating_mul(self.width_ms)
    }

    /// What is counted at a moment; `None` when the slot is taken by a newer one. A wrong clock that is far ahead so spoils
    /// one slot, not all.
    pub(super) fn at(&mut self, at_ms: i64) -> Option<&mut T> {
        let number = self.number(at_ms);
        let slot = self.place(number);
        let slot = self.slots.get_mut(slot)?;
        if slot.as_ref().is_none_or(|(old, _)| *old < number) {
            *slot = Some((number, T::default()));
        }
        slot.as_mut().filter(|(found, _)| *found == number).map(|(_, counted)| counted)
    }

    /// What was counted from one slot to another, both included, newest first.
    pub(super) fn between(&self, first: i64, last: i64) -> impl Iterator<Item = &T> {
        (first..=last).rev().filter_map(|number| match self.slots.get(self.place(number))? {
            Some((found, counted)) if *found == number => Some(counted),
            _ => None,
        })
    }

    /// Nothing was counted from this slot on.
    pub(super) fn is_idle_since(&self, first: i64) -> bool {
        self.slots.iter().flatten().all(|(number, _)| *number < first)
    }

    fn place(&self, number: i64) -> usize {
        // There are few slots: neither conversion loses anything.
        number.rem_euclid(self.slots.len() as i64) as usize
    }

    #[cfg(test)]
    pub(super) fn slots(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().flatten().map(|(_, counted)| counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay() {
        let mut ring: Ring<u32> = Ring::new(10, 3);
        for at in [-1, 0, 9, 10, 25] {
            if let Some(count) = ring.at(at) {
                *count += 1;
            }
        }
        assert_eq!(ring.between(0, 2).copied().collect::<Vec<_>>(), [1, 1, 2], "the one before 0 made room");
        assert!(ring.at(-1).is_none(), "too late");
        *ring.at(1_000_000).unwrap() += 1;
        assert_eq!(ring.between(0, 2).count(), 2, "a clock that is ahead spoils one slot");
        assert!(ring.is_idle_since(100_001) && !ring.is_idle_since(100_000));
        assert_eq!(ring.begins_ms(ring.number(-1)), -10);
    }
}
