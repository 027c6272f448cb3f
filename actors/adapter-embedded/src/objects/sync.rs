//! Making names durable: a file is found after a crash only when its folder was synced too.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

/// Syncs folders; those who ask for the same folder at the same time share one sync.
#[derive(Debug, Default)]
pub(super) struct Folders {
    gates: Mutex<HashMap<PathBuf, Arc<Gate>>>,
    /// Folders whose own names are known to be durable.
    durable: Mutex<HashSet<PathBuf>>,
}

#[derive(Debug, Default)]
struct Gate {
    turns: Mutex<Turns>,
    finished: Condvar,
}

#[derive(Debug, Default)]
struct Turns {
    /// Syncs that have begun and that have succeeded, counted; one runs at a time.
    begun: u64,
    done: u64,
    running: bool,
}

impl Folders {
    /// Creates `folder` below `root` where it is missing; what was created survives a crash if `synced`.
    pub(super) fn create(&self, root: &Path, folder: &Path, synced: bool) -> io::Result<()> {
        if !synced {
            return fs::create_dir_all(folder);
        }
        // Held while creating: whoever finds the folder must not use it before its name is durable.
        let mut durable = lock(&self.durable);
        let mut missing = Vec::new();
        let mut at = folder;
        while at != root && !durable.contains(at) {
            missing.push(at);
            let Some(parent) = at.parent() else { break };
            at = parent;
        }
        fs::create_dir_all(folder)?;
        for made in missing.into_iter().rev() {
            if let Some(parent) = made.parent() {
                File::open(parent)?.sync_all()?;
            }
            if durable.len() >= 100_000 {
                durable.clear();
            }
            durable.insert(made.to_owned());
        }
        Ok(())
    }

    /// Returns once a sync of `folder` that began after this call has succeeded.
    pub(super) fn sync(&self, folder: &Path) -> io::Result<()> {
        let gate = {
            let mut gates = lock(&self.gates);
            if gates.len() >= 10_000 {
                gates.retain(|_, gate| Arc::strong_count(gate) > 1);
            }
            Arc::clone(gates.entry(folder.to_owned()).or_default())
        };
        gate.sync(|| File::open(folder)?.sync_all())
    }
}

impl Gate {
    fn sync(&self, sync: impl Fn() -> io::Result<()>) -> io::Result<()> {
        let mut turns = lock(&self.turns);
        // The one that may be running began before us, so it does not count.
        let mine = turns.begun + 1;
        loop {
            if turns.done >= mine {
                return Ok(());
            }
            if turns.running {
                turns = self.finished.wait(turns).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            turns.running = true;
            turns.begun += 1;
            let turn = turns.begun;
            drop(turns);
            let result = sync();
            turns = lock(&self.turns);
            turns.running = false;
            if result.is_ok() {
                turns.done = turn;
            }
            self.finished.notify_all();
            result?;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
        thread,
        time::Duration,
    };

    use super::*;

    #[test]
    fn those_who_wait_for_a_running_sync_share_the_next() {
        let gate = Gate::default();
        let syncs = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    let sync = || {
                        syncs.fetch_add(1, SeqCst);
                        thread::sleep(Duration::from_millis(30));
                        Ok(())
                    };
                    gate.sync(sync).unwrap();
                });
            }
        });
        assert!((2..16).contains(&syncs.load(SeqCst)), "{syncs:?}");
    }

    #[test]
    fn a_failed_sync_is_told_to_its_caller_only() {
        let gate = Gate::default();
        assert!(gate.sync(|| Err(io::Error::other("on purpose"))).is_err());
        assert!(gate.sync(|| Ok(())).is_ok());
    }
}
