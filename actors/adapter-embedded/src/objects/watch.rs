//! Watching a mapped folder: a thread that turns what the operating system says into changes of objects.
//!
//! Events only say where to look; what is told comes from looking. So a missed, doubled or late event costs a look, not a
//! wrong word. When events were lost, or none can be had, the folder is read as a whole.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use cueline_ports::{ObjectChange, ObjectMeta, PortError, PortResult};
use notify::{
    Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind, RenameMode},
};
use tokio::sync::mpsc::Sender;

use super::{
    FileObjectsOptions, Watch,
    bucket::{Bucket, is_absent, meta},
    listing::Listings,
    tracker::Tracker,
    walk::{self, Wanted},
};

/// How often to read the folder when the system does not tell of changes.
const FALLBACK_POLL: Duration = Duration::from_secs(2);
/// How often an idle watcher sees whether anybody still listens.
const IDLE: Duration = Duration::from_secs(1);
/// A read of the whole folder takes at most this part of the time.
const POLL_SHARE: u32 = 10;

/// Starts to watch. What changes after this returns is sent until the receiver is gone.
pub(super) fn start(bucket: Bucket, options: &FileObjectsOptions, sender: Sender<ObjectChange>) -> PortResult<()> {
    // The order matters: what changes while the folder is read for the first time is an event already.
    let (watcher, poll) = match options.watch {
        Watch::Native => match Native::start(&bucket.root) {
            Ok(native) => (Some(native), None),
            Err(error) => {
                tracing::warn!(folder = %bucket.root.display(), %error, "no change events; reading the folder instead");
                (None, Some(FALLBACK_POLL))
            }
        },
        Watch::Poll(every) => (None, Some(every)),
    };
    let tracker = Tracker::new(everything(&bucket)?, options.settle);
    let last_read = Instant::now();
    let mut watching = Watching { bucket, tracker, watcher, poll, last_read, read_took: Duration::ZERO, sender };
    thread::Builder::new()
        .name("objects-watch".to_owned())
        .spawn(move || while watching.turn().is_some() {})
        .map_err(|error| PortError::unavailable("object_failed: could not start watching").with_source(error))?;
    Ok(())
}

struct Native {
    events: Receiver<notify::Result<Event>>,
    /// Stops when dropped.
    watcher: RecommendedWatcher,
}

impl Native {
    fn start(root: &Path) -> notify::Result<Self> {
        let (sender, events) = channel();
        let mut watcher = RecommendedWatcher::new(move |event| drop(sender.send(event)), Self::config())?;
        watcher.watch(root, RecursiveMode::Recursive)?;
        Ok(Self { events, watcher })
    }

    /// Links are not followed: they may lead out of the folder, or in circles.
    fn config() -> Config {
        Config::default().with_follow_symlinks(false)
    }

    /// Returns when folders that were told of are watched themselves. Linux tells of a new folder before its watch is set, and
    /// a file that is written in between is told by nobody; the watcher answers this question only after it has set all watches.
    fn wait_for_watches(&mut self) {
        if let Err(error) = self.watcher.configure(Self::config()) {
            tracing::warn!(%error, "the watcher of a folder does not answer");
        }
    }
}

struct Watching {
    bucket: Bucket,
    tracker: Tracker,
    watcher: Option<Native>,
    /// Read the whole folder this often; `None` while events come.
    poll: Option<Duration>,
    last_read: Instant,
    read_took: Duration,
    sender: Sender<ObjectChange>,
}

/// Where to look, and whether a file there is complete.
type Places = BTreeMap<PathBuf, bool>;

impl Watching {
    /// Waits and tells once; `None` when nobody listens.
    fn turn(&mut self) -> Option<()> {
        if self.sender.is_closed() {
            return None;
        }
        let mut places = Places::new();
        let mut whole = self.wait(&mut places);
        whole |= self.next_poll().is_some_and(|at| at <= Instant::now());
        for (path, closed) in places {
            self.look(&path, closed)?;
        }
        for key in self.tracker.due(Instant::now()) {
            if let Ok(path) = self.bucket.path(&key) {
                self.look(&path, false)?;
            }
        }
        if whole { self.read_whole() } else { Some(()) }
    }

    /// Gathers what the system says until something is due; `true` when the whole folder has to be read.
    fn wait(&mut self, places: &mut Places) -> bool {
        let now = Instant::now();
        let until = [self.tracker.next_due(), self.next_poll(), Some(now + IDLE)].into_iter().flatten().min();
        let time = until.map_or(IDLE, |until| until.saturating_duration_since(now));
        let Some(native) = &self.watcher else {
            thread::sleep(time);
            return false;
        };
        let first = match native.events.recv_timeout(time) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => {
                self.fall_back("the watcher stopped");
                return true;
            }
        };
        // All that has come by now: a file that was written in a thousand pieces is looked at once.
        let events: Vec<_> = std::iter::once(first).chain(native.events.try_iter()).collect();
        let mut whole = false;
        for event in events {
            match event {
                Ok(event) if event.need_rescan() => whole = true,
                Ok(event) => note(event, places),
                Err(error) => {
                    self.fall_back(&error.to_string());
                    whole = true;
                }
            }
        }
        whole
    }

    fn fall_back(&mut self, error: &str) {
        let folder = self.bucket.root.display();
        tracing::warn!(%folder, error, "change events may be missing; reading the folder as well");
        self.poll.get_or_insert(FALLBACK_POLL);
    }

    fn next_poll(&self) -> Option<Instant> {
        Some(self.last_read + self.poll?.max(self.read_took * POLL_SHARE))
    }

    fn look(&mut self, path: &Path, closed: bool) -> Option<()> {
        let now = Instant::now();
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.read_below(path),
            Ok(metadata) => {
                let metadata = if metadata.is_symlink() { self.bucket.inside(path) } else { Some(metadata) };
                let file = metadata.filter(fs::Metadata::is_file);
                let found = file.and_then(|file| Some(meta(self.bucket.key(path)?, &file)));
                let told = found.and_then(|found| self.tracker.seen(&found, closed, now));
                self.tell(told)
            }
            Err(error) if is_absent(&error) && path != self.bucket.root => {
                let told = self.bucket.key(path).map(|key| self.tracker.gone(&key));
                self.tell(told.unwrap_or_default())
            }
            Err(error) => {
                self.complain(path, &error);
                Some(())
            }
        }
    }

    /// A folder appeared: files may have been in it before the system began to tell of them.
    fn read_below(&mut self, path: &Path) -> Option<()> {
        if path == self.bucket.root {
            return self.read_whole();
        }
        let Some(key) = self.bucket.key(path) else { return Some(()) };
        if let Some(native) = &mut self.watcher {
            native.wait_for_watches();
        }
        let prefix = key + "/";
        let wanted = Wanted { prefix: &prefix, after: None, limit: usize::MAX };
        let Ok(found) = walk::list(&self.bucket, &Listings::default(), &wanted) else { return self.read_whole() };
        let now = Instant::now();
        let told: Vec<_> = found.iter().filter_map(|meta| self.tracker.seen(meta, false, now)).collect();
        self.tell(told)
    }

    fn read_whole(&mut self) -> Option<()> {
        let started = Instant::now();
        let present = everything(&self.bucket);
        self.last_read = Instant::now();
        self.read_took = self.last_read - started;
        match present {
            Ok(present) => {
                let told = self.tracker.rescanned(&present, &self.bucket.unreadable(), self.last_read);
                self.tell(told)
            }
            Err(error) => {
                // Nothing is told: a folder that cannot be read is not an empty folder.
                self.complain(&self.bucket.root, &io::Error::other(error));
                self.poll.get_or_insert(FALLBACK_POLL);
                Some(())
            }
        }
    }

    /// Waits for the listener when it is slow: the events wait meanwhile, at worst as one "read all again".
    fn tell(&self, changes: impl IntoIterator<Item = ObjectChange>) -> Option<()> {
        for change in changes {
            self.sender.blocking_send(change).ok()?;
        }
        Some(())
    }

    fn complain(&self, path: &Path, error: &io::Error) {
        tracing::warn!(path = %path.display(), %error, "could not look at a watched folder");
    }
}

fn everything(bucket: &Bucket) -> PortResult<Vec<ObjectMeta>> {
    bucket.check_presence()?;
    walk::list(bucket, &Listings::default(), &Wanted { prefix: "", after: None, limit: usize::MAX })
}

/// Notes where an event says to look.
fn note(event: Event, places: &mut Places) {
    let closed = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        // Reading changes nothing; our own reading would keep us busy.
        EventKind::Access(_) => return,
        // A file that was moved here was complete before.
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => true,
        _ => false,
    };
    for path in event.paths {
        // The last word counts: whoever opened the file again is not done.
        places.insert(path, closed);
    }
}
