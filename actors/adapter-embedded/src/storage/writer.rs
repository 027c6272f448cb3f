//! The one thread that writes: takes everything that waits, commits it as one, then answers.
//!
//! ```text
//! take all ─► check + write each ─► commit (one sync) ─► answer each ─► checkpoint when the log is long
//!                   │                    │
//!                   └── a statement or the commit failed: roll back, then each on its own
//! ```
//!
//! There is no timer: while one group syncs the next one gathers.

use std::{cell::Cell, path::Path, sync::atomic::Ordering::Relaxed};

use cueline_ports::{PortErrorKind, PortResult};
use rusqlite::{Connection, Statement, hooks::Wal};

use super::{
    Shared,
    apply::{Applier, Failure},
    error::{from_sqlite, is_failed_sync, stopped_after_failed_sync},
    job::{Change, Job},
    options::{Edge, StorageOptions},
};

thread_local! {
    /// Pages in the write-ahead log after the last commit of this thread.
    static LOG_PAGES: Cell<u32> = const { Cell::new(0) };
}

fn note_log_pages(_: &Wal, pages: i32) -> rusqlite::Result<()> {
    LOG_PAGES.set(pages.unsigned_abs());
    Ok(())
}

/// Writes until the intake is closed and empty. `ready` hears once whether it can.
pub(super) fn run(connection: &Connection, shared: &Shared, ready: impl FnOnce(PortResult<()>)) {
    match Writer::new(connection, shared) {
        Ok(mut writer) => {
            ready(Ok(()));
            writer.work();
        }
        Err(error) => ready(Err(from_sqlite(&shared.file, error))),
    }
}

struct Writer<'c> {
    connection: &'c Connection,
    shared: &'c Shared,
    applier: Applier<'c>,
    begin: Statement<'c>,
    commit: Statement<'c>,
    /// A sync failed: what the disk holds is unknown, so nothing may be promised any more.
    stopped: bool,
    /// Length of the log when it was last moved into the database.
    moved_at: u32,
}

impl<'c> Writer<'c> {
    fn new(connection: &'c Connection, shared: &'c Shared) -> rusqlite::Result<Self> {
        // Replaces the automatic checkpoint, which would run inside the commit and so delay its answers.
        connection.wal_hook(Some(note_log_pages));
        Ok(Self {
            connection,
            shared,
            applier: Applier::new(connection, shared.options.remembered_executions)?,
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            commit: connection.prepare("COMMIT")?,
            stopped: false,
            moved_at: 0,
        })
    }

    fn work(&mut self) {
        let limit = self.options().group_limit.max(1);
        let mut jobs = Vec::new();
        while self.shared.intake.take(&mut jobs) {
            while jobs.len() > limit {
                let rest = jobs.split_off(limit);
                self.write_group(&mut jobs);
                jobs = rest;
            }
            self.write_group(&mut jobs);
        }
        self.move_log("TRUNCATE");
    }

    fn options(&self) -> &'c StorageOptions {
        &self.shared.options
    }

    fn write_group(&mut self, group: &mut Vec<Job>) {
        if self.stopped {
            group.drain(..).for_each(|job| job.refuse(stopped_after_failed_sync(self.file())));
            return;
        }
        self.reached(Edge::GroupTaken);
        let room = self.options().group_limit.saturating_sub(group.len());
        match self.try_group(group, room) {
            Ok(results) => self.answer(group, results),
            Err(error) => self.write_one_by_one(group, error),
        }
        self.checkpoint();
    }

    /// Every job's result once the group is durable; an error when nothing of it was written.
    fn try_group(&mut self, group: &mut Vec<Job>, room: usize) -> rusqlite::Result<Vec<PortResult<()>>> {
        let written = self.transaction(group, room);
        match &written {
            Ok(_) => {
                self.applier.committed();
                self.shared.health.works();
            }
            Err(error) => {
                if is_failed_sync(error) {
                    self.stopped = true;
                    let stopped = stopped_after_failed_sync(self.file());
                    tracing::error!(error = %stopped, "the journal has stopped");
                    self.shared.health.stopped(&stopped);
                }
                self.applier.rolled_back();
                self.roll_back();
            }
        }
        written
    }

    /// One transaction for the group and for what has come while the group was applied, as far as there is `room`: those
    /// would otherwise wait for a whole sync that they can share.
    fn transaction(&mut self, group: &mut Vec<Job>, room: usize) -> rusqlite::Result<Vec<PortResult<()>>> {
        self.begin.execute([])?;
        let mut results = Vec::with_capacity(group.len());
        self.apply(group, &mut results)?;
        if room > 0 {
            self.shared.intake.join(group, room);
            self.apply(group, &mut results)?;
        }
        self.reached(Edge::BeforeCommit);
        self.commit.execute([])?;
        Ok(results)
    }

    /// Applies the jobs that have no result yet.
    fn apply(&mut self, group: &[Job], results: &mut Vec<PortResult<()>>) -> rusqlite::Result<()> {
        for job in &group[results.len()..] {
            match self.applier.apply(&job.change) {
                Ok(()) => results.push(Ok(())),
                Err(Failure::Refused(error)) => results.push(Err(error)),
                Err(Failure::Broken(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Where a group fails because of one member, the others still succeed.
    fn write_one_by_one(&mut self, group: &mut Vec<Job>, error: rusqlite::Error) {
        if group.len() == 1 {
            return self.fail(group, error);
        }
        tracing::warn!(error = %from_sqlite(self.file(), error), jobs = group.len(), "a group could not be written");
        self.shared.counters.retried_groups.fetch_add(1, Relaxed);
        let mut alone = Vec::with_capacity(1);
        for job in group.drain(..) {
            if self.stopped {
                job.refuse(stopped_after_failed_sync(self.file()));
                continue;
            }
            alone.push(job);
            match self.try_group(&mut alone, 0) {
                Ok(results) => self.answer(&mut alone, results),
                Err(error) => self.fail(&mut alone, error),
            }
        }
    }

    fn fail(&self, alone: &mut Vec<Job>, error: rusqlite::Error) {
        if let Some(job) = alone.pop() {
            let error = from_sqlite(self.file(), error);
            if error.is_transient() && !self.stopped {
                self.shared.health.failed(&error);
            }
            job.refuse(error);
        }
    }

    fn answer(&self, group: &mut Vec<Job>, results: Vec<PortResult<()>>) {
        self.count(group, &results);
        self.reached(Edge::BeforeAnswer);
        for (job, result) in group.drain(..).zip(results) {
            job.done.tell(result);
        }
        self.reached(Edge::AfterAnswer);
    }

    fn count(&self, group: &[Job], results: &[PortResult<()>]) {
        let counters = &self.shared.counters;
        if results.iter().any(Result::is_ok) {
            counters.groups.fetch_add(1, Relaxed);
        }
        for (job, result) in group.iter().zip(results) {
            match (&job.change, result) {
                (Change::Append(append), Ok(())) => {
                    counters.appends.fetch_add(1, Relaxed);
                    counters.rows.fetch_add(append.commits.len() as u64, Relaxed);
                }
                (_, Ok(())) => drop(counters.transactions.fetch_add(1, Relaxed)),
                (_, Err(error)) if error.kind == PortErrorKind::Conflict => {
                    counters.conflicts.fetch_add(1, Relaxed);
                }
                (_, Err(_)) => {}
            }
        }
    }

    fn roll_back(&self) {
        // SQLite may have rolled back already, depending on the error.
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(error = %from_sqlite(self.file(), error), "could not roll back");
        }
    }

    /// After the answers, so that it delays nobody who was already written.
    fn checkpoint(&mut self) {
        let pages = LOG_PAGES.get();
        if pages < self.moved_at {
            // The log has begun anew.
            self.moved_at = 0;
        }
        if pages - self.moved_at >= self.options().checkpoint_pages {
            self.move_log("PASSIVE");
            // A reader can keep the log from beginning anew; then the next move waits for as many pages again.
            self.moved_at = pages;
        }
    }

    fn move_log(&self, mode: &str) {
        self.shared.counters.checkpoints.fetch_add(1, Relaxed);
        let moved = self.connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()));
        if let Err(error) = moved {
            // The log stays as it is and stays valid; the next try may succeed.
            tracing::warn!(error = %from_sqlite(self.file(), error), "could not move the log into the database");
        }
    }

    fn reached(&self, edge: Edge) {
        if let Some(hook) = &self.options().hook {
            hook.reached(edge);
        }
    }

    fn file(&self) -> &'c Path {
        &self.shared.file
    }
}
