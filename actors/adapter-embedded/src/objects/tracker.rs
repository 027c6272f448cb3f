//! What a watched folder looked like when we last knew, and what is worth telling: pure, so that tests need no files.
//!
//! A file is told once it stands still: its size and time stayed the same for the settle time, or its writer closed it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use cueline_ports::{ObjectChange, ObjectChangeKind, ObjectMeta};

/// Keys with their etags, and those that are being written.
#[derive(Debug)]
pub(super) struct Tracker {
    /// What was there at the start or was told since.
    known: BTreeMap<String, String>,
    /// What changed and does not stand still yet.
    moving: BTreeMap<String, Moving>,
    due: BTreeSet<(Instant, String)>,
    settle: Duration,
}

#[derive(Debug)]
struct Moving {
    etag: String,
    due: Instant,
}

impl Tracker {
    /// A folder with these objects, of which nothing is told.
    pub(super) fn new(present: Vec<ObjectMeta>, settle: Duration) -> Self {
        let known = present.into_iter().map(|meta| (meta.key, meta.etag)).collect();
        Self { known, moving: BTreeMap::new(), due: BTreeSet::new(), settle }
    }

    /// The object was seen. `closed`: whoever wrote it is done, so there is nothing to wait for.
    pub(super) fn seen(&mut self, meta: &ObjectMeta, closed: bool, now: Instant) -> Option<ObjectChange> {
        if self.known.get(&meta.key) == Some(&meta.etag) {
            self.stop_waiting(&meta.key);
            return None;
        }
        let still = self.moving.get(&meta.key).is_some_and(|moving| moving.etag == meta.etag);
        let settled = still && self.moving.get(&meta.key).is_some_and(|moving| moving.due <= now);
        if closed || settled {
            self.stop_waiting(&meta.key);
            self.known.insert(meta.key.clone(), meta.etag.clone());
            let kind = ObjectChangeKind::Written { etag: meta.etag.clone(), size: meta.size };
            return Some(ObjectChange { key: meta.key.clone(), kind });
        }
        if !still {
            self.stop_waiting(&meta.key);
            let due = now + self.settle;
            self.moving.insert(meta.key.clone(), Moving { etag: meta.etag.clone(), due });
            self.due.insert((due, meta.key.clone()));
        }
        None
    }

    /// Nothing is at this key any more, nor below it if it was a folder.
    pub(super) fn gone(&mut self, key: &str) -> Vec<ObjectChange> {
        let mut keys = self.keys_below(&format!("{key}/"));
        keys.push(key.to_owned());
        keys.into_iter().filter_map(|key| self.delete(key)).collect()
    }

    /// The whole folder was read: what was not there is gone, unless it is below what could not be read.
    pub(super) fn rescanned(
        &mut self,
        present: &[ObjectMeta],
        unreadable: &[String],
        now: Instant,
    ) -> Vec<ObjectChange> {
        let mut there: BTreeSet<_> = present.iter().map(|meta| meta.key.as_str()).collect();
        let all = self.known.keys().chain(self.moving.keys());
        let unknown: Vec<_> =
            all.filter(|key| unreadable.iter().any(|start| key.starts_with(start))).cloned().collect();
        there.extend(unknown.iter().map(String::as_str));
        let missing: Vec<_> =
            self.known.keys().chain(self.moving.keys()).filter(|key| !there.contains(key.as_str())).cloned().collect();
        let mut changes: Vec<_> = missing.into_iter().filter_map(|key| self.delete(key)).collect();
        changes.extend(present.iter().filter_map(|meta| self.seen(meta, false, now)));
        changes
    }

    /// Keys to look at again now.
    pub(super) fn due(&mut self, now: Instant) -> Vec<String> {
        self.due.iter().take_while(|(due, _)| *due <= now).map(|(_, key)| key.clone()).collect()
    }

    /// When the next key is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(due, _)| *due)
    }

    fn delete(&mut self, key: String) -> Option<ObjectChange> {
        self.stop_waiting(&key);
        // What was never told needs no taking back.
        self.known.remove(&key)?;
        Some(ObjectChange { key, kind: ObjectChangeKind::Deleted })
    }

    fn stop_waiting(&mut self, key: &str) {
        if let Some(moving) = self.moving.remove(key) {
            self.due.remove(&(moving.due, key.to_owned()));
        }
    }

    fn keys_below(&self, start: &str) -> Vec<String> {
        let below = |key: &&String| key.starts_with(start);
        let known = self.known.range(start.to_owned()..).map(|(key, _)| key).take_while(below);
        let moving = self.moving.range(start.to_owned()..).map(|(key, _)| key).take_while(below);
        let keys: BTreeSet<_> = known.chain(moving).cloned().collect();
        keys.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTLE: Duration = Duration::from_millis(150);

    fn meta(key: &str, etag: &str) -> ObjectMeta {
        ObjectMeta { key: key.to_owned(), size: 1, etag: etag.to_owned(), modified_ms: 0 }
    }

    fn written(key: &str, etag: &str) -> ObjectChange {
        ObjectChange { key: key.to_owned(), kind: ObjectChangeKind::Written { etag: etag.to_owned(), size: 1 } }
    }

    fn deleted(key: &str) -> ObjectChange {
        ObjectChange { key: key.to_owned(), kind: ObjectChangeKind::Deleted }
    }

    #[test]
    fn a_file_that_grows_is_told_once_when_it_stands_still() {
        let now = Instant::now();
        let mut tracker = Tracker::new(vec![], SETTLE);
        for step in 0..10 {
            let at = now + SETTLE / 2 * step;
            assert_eq!(tracker.seen(&meta("a", &step.to_string()), false, at), None);
        }
        let last = now + SETTLE / 2 * 9;
        assert_eq!(tracker.due(last), Vec::<String>::new());
        assert_eq!(tracker.next_due(), Some(last + SETTLE));
        assert_eq!(tracker.due(last + SETTLE), ["a"]);
        assert_eq!(tracker.seen(&meta("a", "9"), false, last + SETTLE), Some(written("a", "9")));
        assert_eq!(tracker.next_due(), None);
        assert_eq!(tracker.seen(&meta("a", "9"), true, last + SETTLE * 2), None);
    }

    #[test]
    fn a_closed_file_is_told_at_once() {
        let now = Instant::now();
        let mut tracker = Tracker::new(vec![meta("old", "1")], SETTLE);
        assert_eq!(tracker.seen(&meta("old", "1"), true, now), None);
        assert_eq!(tracker.seen(&meta("a", "1"), false, now), None);
        assert_eq!(tracker.seen(&meta("a", "1"), true, now), Some(written("a", "1")));
        assert_eq!(tracker.due(now + SETTLE * 2), Vec::<String>::new());
    }

    #[test]
    fn a_folder_takes_what_is_below_along() {
        let now = Instant::now();
        let present = ["d", "d/a", "d/b/c", "d.txt", "da"].map(|key| meta(key, "1"));
        let mut tracker = Tracker::new(present.to_vec(), SETTLE);
        assert_eq!(tracker.seen(&meta("d/new", "1"), false, now), None);
        assert_eq!(tracker.gone("d"), [deleted("d/a"), deleted("d/b/c"), deleted("d")]);
        assert_eq!(tracker.gone("d"), []);
        assert_eq!(tracker.next_due(), None);
        assert_eq!(tracker.gone("d.txt"), [deleted("d.txt")]);
    }

    #[test]
    fn a_rescan_finds_what_nobody_told() {
        let now = Instant::now();
        let mut tracker = Tracker::new(vec![meta("kept", "1"), meta("lost", "1"), meta("changed", "1")], SETTLE);
        let present = [meta("changed", "2"), meta("kept", "1"), meta("new", "1")];
        assert_eq!(tracker.rescanned(&present, &["lo".to_owned()], now), [], "unknown is not gone");
        assert_eq!(tracker.rescanned(&present, &[], now), [deleted("lost")]);
        let told = tracker.rescanned(&present, &[], now + SETTLE);
        assert_eq!(told, [written("changed", "2"), written("new", "1")]);
        assert_eq!(tracker.rescanned(&present, &[], now + SETTLE * 2), []);
    }
}
