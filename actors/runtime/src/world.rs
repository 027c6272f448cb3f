//! The bundle of ports that the engine and its actors are given.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use cueline_ports::{
    Alarms, Bus, Callbacks, Clock, Embedder, Functions, Guard, Index, Journal, Model, Objects, Parser, Queue, Reranker,
    StateMachines, Table,
};

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
    /// What compares a question with texts, by name.
    pub rerankers: BTreeMap<String, Arc<dyn Reranker>>,
    /// What looks at text before it goes on, by name.
    pub guards: BTreeMap<String, Arc<dyn Guard>>,
    /// Functions that others run; `None` where there are none.
    pub functions: Option<Arc<dyn Functions>>,
    /// State machines that others run.
    pub state_machines: Option<Arc<dyn StateMachines>>,
    /// Answers to state machines that wait for one of our actors.
    pub callbacks: Option<Arc<dyn Callbacks>>,
    /// Wakes executions that no process holds; `None` where every execution has a process that holds it.
    pub alarms: Option<Arc<dyn Alarms>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<Entropy>,
}

/// Randomness for ids, jitter and seeds; a test gives the seed.
#[derive(Debug)]
pub struct Entropy {
    source: Source,
    drawn: AtomicU64,
}

enum Source {
    /// Repeatable, so not for secrets.
    Seed(u64),
    /// Of the operating system. Whoever knows some draws knows nothing of the others: task tokens depend on it.
    Key([u8; 32]),
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Seed(_) => "Seed",
            Self::Key(_) => "Key",
        })
    }
}

impl Entropy {
    /// The same seed gives the same sequence. Anybody who sees one draw can compute the others.
    pub fn from_seed(seed: u64) -> Self {
        Self { source: Source::Seed(seed), drawn: AtomicU64::new(0) }
    }

    /// Keyed by the operating system.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: without it nothing here can be kept secret.
    pub fn from_system() -> Self {
        let mut key = [0; 32];
        getrandom::fill(&mut key).expect("the operating system gives randomness");
        Self { source: Source::Key(key), drawn: AtomicU64::new(0) }
    }

    /// The next 64 bits.
    pub fn draw(&self) -> u64 {
        let number = self.drawn.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        match &self.source {
            Source::Seed(seed) => splitmix(seed.wrapping_add(number.wrapping_mul(GAMMA))),
            Source::Key(key) => {
                let hash = blake3::keyed_hash(key, &number.to_le_bytes());
                let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
                u64::from_le_bytes([a, b, c, d, e, f, g, h])
            }
        }
    }

    /// A ULID: sorts by time, unique by randomness.
    pub fn ulid(&self, now_ms: i64) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let random = (u128::from(self.draw()) << 64) | u128::from(self.draw());
        let value = ((now_ms as u128) << 80) | (random & ((1 << 80) - 1));
        (0..26).rev().map(|i| char::from(ALPHABET[((value >> (i * 5)) & 31) as usize])).collect()
    }
}

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

fn splitmix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_can_be_repeated_and_the_system_cannot() {
        let draws = |entropy: Entropy| [entropy.draw(), entropy.draw()];
        assert_eq!(draws(Entropy::from_seed(7)), draws(Entropy::from_seed(7)));
        assert_ne!(draws(Entropy::from_system()), draws(Entropy::from_system()));
    }

    /// The low half of an id is a draw. Were the sequence one that can be run backwards, the id would give away the seed of
    /// its execution, and with it the tokens of its tasks.
    #[test]
    fn an_id_does_not_give_away_the_next_draw() {
        let entropy = Entropy::from_system();
        let (one, two) = (entropy.draw(), entropy.draw());
        let mut state = one;
        for (shift, factor) in [(31, 0x3196_42B2_D24D_8EC3_u64), (27, 0x96DE_1B17_3F11_9089), (30, 1)] {
            let mut z = state;
            for _ in 0..3 {
                z = state ^ (z >> shift);
            }
            state = z.wrapping_mul(factor);
        }
        assert_ne!(splitmix(state.wrapping_add(GAMMA)), two);
        let seeded = Entropy::from_seed(state.wrapping_sub(GAMMA));
        assert_eq!((seeded.draw(), seeded.draw() == two), (one, false), "as it was with a sequence from a seed");
    }

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
