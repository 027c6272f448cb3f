//! The bundle of ports that the engine and its actors are given.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use cueline_ports::{Bus, Clock, Embedder, Index, Journal, Model, Objects, Parser, Queue, Table};

/// Everything outside, behind ports. Only wiring and tests build one.
#[derive(Clone)]
pub struct World {
    /// The truth about executions.
    pub journal: Arc<dyn Journal>,
    /// Rows: the ledger of documents.
    pub table: Arc<dyn Table>,
    /// Hints: cues on their way.
    pub queue: Arc<dyn Queue>,
    /// Events for others.
    pub bus: Arc<dyn Bus>,
    /// Bytes: payloads, documents, the inbox.
    pub objects: Arc<dyn Objects>,
    /// What searches.
    pub index: Arc<dyn Index>,
    /// What parses.
    pub parser: Arc<dyn Parser>,
    /// Embedding models by name; empty when no weights are there.
    pub embedders: BTreeMap<String, Arc<dyn Embedder>>,
    /// Chat models by name.
    pub models: BTreeMap<String, Arc<dyn Model>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<Entropy>,
}

/// Randomness for ids, jitter and seeds; a test gives the seed.
#[derive(Debug)]
pub struct Entropy(AtomicU64);

impl Entropy {
    /// The same seed gives the same sequence.
    pub fn from_seed(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Seeded by the operating system.
    pub fn from_system() -> Self {
        use std::hash::{BuildHasher, Hasher};
        let seed = std::collections::hash_map::RandomState::new().build_hasher().finish();
        Self::from_seed(seed)
    }

    /// The next 64 bits (SplitMix64).
    pub fn draw(&self) -> u64 {
        const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(GAMMA, Ordering::Relaxed).wrapping_add(GAMMA);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A ULID: sorts by time, unique by randomness.
    pub fn ulid(&self, now_ms: i64) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let random = (u128::from(self.draw()) << 64) | u128::from(self.draw());
        let value = ((now_ms as u128) << 80) | (random & ((1 << 80) - 1));
        (0..26).rev().map(|i| char::from(ALPHABET[((value >> (i * 5)) & 31) as usize])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ulids_sort_by_time_and_differ() {
        let entropy = Entropy::from_seed(7);
        let early = entropy.ulid(1_000);
        let late = entropy.ulid(2_000);
        assert_eq!(early.len(), 26);
        assert!(early < late);
        assert_ne!(entropy.ulid(1_000), entropy.ulid(1_000));
    }
}
