//! What is tried next when a target fails.
//!
//! ```text
//!             nothing was seen yet                      something was seen
//!  throttled, unreachable ─► the same again, once       continue ─► the next target, from the text so far
//!  then, and whatever else the target is to blame for   fail, or a call of a tool was begun, or the seams are used up
//!    ─► the next target ─► … ─► the last error            ─► the answer ends with an error
//!  the request is to blame ─► the error, at once
//! ```

use serde::{Deserialize, Serialize};

/// Seams in one answer at most.
const MOST_SEAMS: usize = 2;
/// Calls of one target before something was seen.
const TRIES: usize = 2;
/// The longest wait for a target that says when it can be asked again.
pub const LONGEST_WAIT_MS: u64 = 2_000;

/// What happens when an answer breaks off after something was seen of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterFirst {
    /// It ends with an error.
    #[default]
    Fail,
    /// The next target goes on from the text so far; a visible seam says so.
    Continue,
}

/// Who is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// Whoever asked: no target would do better.
    Request,
    /// This target; asking it again is useless.
    Target,
    /// Nobody: this request is not for this target. Another may do, and what others ask of this one is well.
    Unsuited,
    /// The moment; asking again may help.
    Moment,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Which of the targets.
    pub target: usize,
    /// Who is to blame.
    pub blame: Blame,
    /// When it can be asked again, if it said so.
    pub retry_after_ms: Option<u64>,
    /// Something of the answer was seen by then.
    pub seen: bool,
}

/// How the answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Something of it was seen.
    pub begun: bool,
    /// A call of a tool was begun: half of one is nothing to go on from.
    pub has_calls: bool,
    /// More than one answer is wanted: they cannot be gone on with one by one.
    pub is_several: bool,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask this target, after so many milliseconds.
    Ask {
        /// Which.
        target: usize,
        /// How long to wait before.
        after_ms: u64,
        /// From the text so far.
        continues: bool,
    },
    /// Nothing is left to try.
    GiveUp,
}

/// The next step after these failures, the last of which has just happened. `targets`: how many there are.
pub fn next(failures: &[Failed], targets: usize, after_first: AfterFirst, standing: Standing) -> Next {
    let Some(last) = failures.last() else {
        return if targets == 0 { Next::GiveUp } else { Next::Ask { target: 0, after_ms: 0, continues: false } };
    };
    if last.blame == Blame::Request {
        return Next::GiveUp;
    }
    if standing.begun {
        let may_continue = after_first == AfterFirst::Continue
            && !standing.has_calls
            && !standing.is_several
            // What failed before anything was seen left no seam.
            && failures.iter().filter(|failed| failed.seen).count() <= MOST_SEAMS;
        // The only target there is may be asked to go on: what broke was the connection.
        let target = if last.target + 1 < targets { last.target + 1 } else { last.target };
        let is_left = last.target + 1 < targets || last.blame == Blame::Moment;
        return match may_continue && is_left {
            true => Next::Ask { target, after_ms: 0, continues: true },
            false => Next::GiveUp,
        };
    }
    let tries = failures.iter().filter(|failed| failed.target == last.target).count();
    let wait = last.retry_after_ms.unwrap_or(50);
    let is_last = last.target + 1 >= targets;
    // Whoever has another target does not wait for this one.
    if last.blame == Blame::Moment && tries < TRIES && wait <= if is_last { LONGEST_WAIT_MS } else { 100 } {
        return Next::Ask { target: last.target, after_ms: wait, continues: false };
    }
    if is_last {
        return Next::GiveUp;
    }
    Next::Ask { target: last.target + 1, after_ms: 0, continues: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNSEEN: Standing = Standing { begun: false, has_calls: false, is_several: false };
    const SEEN: Standing = Standing { begun: true, ..UNSEEN };

    fn failed(target: usize, blame: Blame) -> Failed {
        Failed { target, blame, retry_after_ms: None, seen: false }
    }

    fn broke(target: usize) -> Failed {
        Failed { seen: true, ..failed(target, Blame::Moment) }
    }

    fn ask(target: usize) -> Next {
        Next::Ask { target, after_ms: 0, continues: false }
    }

    #[test]
    fn before_anything_was_seen_the_next_target_is_free_to_try() {
        let try_it = |failures: &[Failed], targets| next(failures, targets, AfterFirst::Fail, UNSEEN);
        assert_eq!(try_it(&[], 2), ask(0));
        assert_eq!(try_it(&[], 0), Next::GiveUp);
        assert_eq!(try_it(&[failed(0, Blame::Moment)], 2), Next::Ask { target: 0, after_ms: 50, continues: false });
        assert_eq!(try_it(&[failed(0, Blame::Moment), failed(0, Blame::Moment)], 2), ask(1));
        assert_eq!(try_it(&[failed(0, Blame::Target)], 2), ask(1));
        assert_eq!(try_it(&[failed(0, Blame::Unsuited)], 2), ask(1));
        assert_eq!(try_it(&[failed(0, Blame::Target), failed(1, Blame::Target)], 2), Next::GiveUp);
        assert_eq!(try_it(&[failed(0, Blame::Request)], 2), Next::GiveUp);
        let slow = Failed { retry_after_ms: Some(1_500), ..failed(0, Blame::Moment) };
        assert_eq!(try_it(std::slice::from_ref(&slow), 2), ask(1), "there is another");
        assert_eq!(try_it(&[slow], 1), Next::Ask { target: 0, after_ms: 1_500, continues: false });
        let slower = Failed { retry_after_ms: Some(60_000), ..failed(0, Blame::Moment) };
        assert_eq!(try_it(&[slower], 1), Next::GiveUp);
    }

    #[test]
    fn after_it_only_whoever_wants_a_seam_gets_one() {
        let failures = [broke(0)];
        assert_eq!(next(&failures, 2, AfterFirst::Fail, SEEN), Next::GiveUp);
        let go_on = Next::Ask { target: 1, after_ms: 0, continues: true };
        assert_eq!(next(&failures, 2, AfterFirst::Continue, SEEN), go_on);
        let same = Next::Ask { target: 0, after_ms: 0, continues: true };
        assert_eq!(next(&failures, 1, AfterFirst::Continue, SEEN), same);
        let calls = Standing { has_calls: true, ..SEEN };
        assert_eq!(next(&failures, 2, AfterFirst::Continue, calls), Next::GiveUp);
        let several = Standing { is_several: true, ..SEEN };
        assert_eq!(next(&failures, 2, AfterFirst::Continue, several), Next::GiveUp);
        let many = vec![broke(0); 3];
        assert_eq!(next(&many, 2, AfterFirst::Continue, SEEN), Next::GiveUp, "seams are used up");
        let early = [failed(0, Blame::Moment), failed(0, Blame::Moment), broke(1)];
        assert_eq!(next(&early, 2, AfterFirst::Continue, SEEN), go_on, "what failed unseen left no seam");
    }

    /// However it goes, it ends.
    #[test]
    fn every_chain_of_failures_ends() {
        for blame in [Blame::Moment, Blame::Target, Blame::Unsuited] {
            for after_first in [AfterFirst::Fail, AfterFirst::Continue] {
                for standing in [UNSEEN, SEEN] {
                    let mut failures = Vec::new();
                    while let Next::Ask { target, .. } = next(&failures, 3, after_first, standing) {
                        failures.push(Failed { seen: standing.begun, ..failed(target, blame) });
                        assert!(failures.len() < 10);
                    }
                }
            }
        }
    }
}
