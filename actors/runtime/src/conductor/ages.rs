//! How long the cues of an execution have been out, at least. Pure.
//!
//! Tasks are numbered as they are scheduled, so one mark per look ("by then all below this number were there") says it
//! for all of them, and a step costs nothing.

use std::collections::{HashMap, VecDeque};

/// Marks that are kept; more only make long waits look a little shorter.
const MARKS: usize = 64;

/// The marks of one execution.
#[derive(Debug, Default)]
pub(crate) struct Ages {
    /// When, and the number that the next task had then.
    marks: VecDeque<(i64, u64)>,
    resent: HashMap<u64, i64>,
}

impl Ages {
    /// Notes what is there now.
    pub(crate) fn look(&mut self, now_ms: i64, next_task: u64) {
        if self.marks.back().is_some_and(|(_, known)| *known == next_task) {
            return;
        }
        self.marks.push_back((now_ms, next_task));
        if self.marks.len() > MARKS {
            self.marks.remove(MARKS / 2);
        }
    }

    /// For how long the cue of a task has been out; 0 when it was not there at the last look.
    pub(crate) fn of(&self, now_ms: i64, task: u64) -> i64 {
        let seen = self.marks.iter().find(|(_, next_task)| task < *next_task).map_or(now_ms, |(at, _)| *at);
        let sent = self.resent.get(&task).map_or(seen, |at| seen.max(*at));
        now_ms.saturating_sub(sent)
    }

    /// These went out again; what is known of others that were is forgotten unless they are still open.
    pub(crate) fn resent(&mut self, now_ms: i64, tasks: &[u64], open: impl Fn(u64) -> bool) {
        self.resent.retain(|task, _| open(*task));
        self.resent.extend(tasks.iter().map(|task| (*task, now_ms)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cue_is_as_old_as_the_first_look_that_saw_it() {
        let mut ages = Ages::default();
        assert_eq!(ages.of(50, 1), 0);
        ages.look(100, 3);
        ages.look(200, 3);
        ages.look(300, 5);
        assert_eq!((ages.of(400, 2), ages.of(400, 3), ages.of(400, 5)), (300, 100, 0));
        ages.resent(350, &[2], |_| true);
        assert_eq!((ages.of(400, 2), ages.of(400, 1)), (50, 300));
    }

    #[test]
    fn a_long_life_keeps_few_marks() {
        let mut ages = Ages::default();
        (1..10_000_u64).for_each(|at| ages.look(at as i64, at + 1));
        assert!(ages.marks.len() <= MARKS);
        assert_eq!(ages.of(10_000, 1), 9_999);
        assert!(ages.of(10_000, 5_000) <= 5_000);
    }
}
