//! What other processes let through, so that a limit holds for all of them together.
//!
//! Each process tells what it has let through since it began, by name. Whoever hears it subtracts what it heard before: the rest is
//! new, and is charged where it listens. Between two looks each process decides by itself, so together they may let through a burst
//! each; what was too much is owed, and evened out after it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A process that was silent for so long has nothing under way any more.
const SILENT_MS: i64 = 15_000;
/// Whoever did not listen for so long begins anew: what passed meanwhile is no burst of this moment.
const DEAF_MS: i64 = 10_000;

/// What passed under a name since its process began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Requests, without those that were refused after all.
    pub requests: i64,
    /// Tokens, without those that were not used after all.
    pub tokens: i64,
    /// Calls under way.
    pub running: u64,
    /// The limit that requests were held against.
    pub requests_per_minute: Option<u64>,
    /// The limit that tokens were held against.
    pub tokens_per_minute: Option<u64>,
}

/// The other processes, as far as they were heard.
#[derive(Debug, Clone, Default)]
pub struct Peers(BTreeMap<String, Peer>);

#[derive(Debug, Clone)]
struct Peer {
    /// Of what it told last.
    version: u64,
    /// When that was new.
    changed_ms: i64,
    /// When it was looked at.
    heard_ms: i64,
    passed: BTreeMap<String, Passed>,
}

impl Peers {
    /// Hears what a process tells; `version` grows with everything that it tells. What passed there since it was heard last, by name.
    pub fn hear(
        &mut self,
        process: &str,
        version: u64,
        told: BTreeMap<String, Passed>,
        now_ms: i64,
    ) -> BTreeMap<String, Passed> {
        let before = self.0.remove(process);
        let is_new = before.as_ref().is_none_or(|before| before.version != version);
        let changed_ms = before.as_ref().filter(|_| !is_new).map_or(now_ms, |before| before.changed_ms);
        let mut since = BTreeMap::new();
        if let Some(before) = before.filter(|before| is_new && now_ms - before.heard_ms < DEAF_MS) {
            for (name, passed) in &told {
                let known = before.passed.get(name).copied().unwrap_or_default();
                let more = Passed {
                    requests: passed.requests - known.requests,
                    tokens: passed.tokens - known.tokens,
                    ..*passed
                };
                if more.requests != 0 || more.tokens != 0 {
                    since.insert(name.clone(), more);
                }
            }
        }
        self.0.insert(process.to_owned(), Peer { version, changed_ms, heard_ms: now_ms, passed: told });
        since
    }

    /// Calls under a name that are under way elsewhere.
    pub fn running(&self, name: &str, now_ms: i64) -> u64 {
        let heard = self.0.values().filter(|peer| now_ms - peer.changed_ms < SILENT_MS);
        heard.filter_map(|peer| peer.passed.get(name)).map(|passed| passed.running).sum()
    }

    /// Forgets processes that are not among those that tell anything.
    pub fn keep(&mut self, processes: &[&str]) {
        self.0.retain(|process, _| processes.contains(&process.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(requests: i64, tokens: i64, running: u64) -> BTreeMap<String, Passed> {
        [("key/a".to_owned(), Passed { requests, tokens, running, ..Passed::default() })].into()
    }

    #[test]
    fn only_what_is_new_is_charged_and_silence_ends_what_was_under_way() {
        let mut peers = Peers::default();
        let mut hear = |version, passed, now_ms| {
            let since = peers.hear("p", version, passed, now_ms);
            let since = since.get("key/a").map(|more| (more.requests, more.tokens));
            (since, peers.running("key/a", now_ms))
        };
        for (what, version, passed, now_ms, expected) in [
            ("what was before is not new", 7, told(5, 500, 2), 0, (None, 2)),
            ("the same again", 7, told(5, 500, 2), 1_000, (None, 2)),
            ("more of it", 8, told(7, 650, 3), 2_000, (Some((2, 150)), 3)),
            ("tokens were given back", 9, told(7, 600, 1), 3_000, (Some((0, -50)), 1)),
            ("it has not said anything for long", 9, told(7, 600, 1), 18_000, (None, 0)),
            ("it speaks again; nobody listened for long", 10, told(90, 9_000, 1), 60_000, (None, 1)),
            ("and from then on", 11, told(91, 9_000, 0), 61_000, (Some((1, 0)), 0)),
        ] {
            assert_eq!(hear(version, passed, now_ms), expected, "{what}");
        }
        peers.keep(&["other"]);
        assert_eq!(peers.running("key/a", 61_000), 0);
    }

    #[test]
    fn a_name_that_is_heard_of_late_is_new_as_a_whole() {
        let mut peers = Peers::default();
        peers.hear("p", 1, BTreeMap::new(), 0);
        assert_eq!(peers.hear("p", 2, told(3, 0, 3), 1_000), told(3, 0, 3));
        assert_eq!(peers.hear("q", 1, told(4, 0, 1), 1_000), BTreeMap::new());
        assert_eq!((peers.running("key/a", 1_500), peers.running("key/b", 1_500)), (4, 0));
    }
}
