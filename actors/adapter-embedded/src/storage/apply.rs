//! One change inside the writer's transaction: first every check, then every write.
//!
//! Because nothing is written before the last check has passed, a refused change leaves the transaction as it was and its
//! neighbours in the group need no savepoint. A statement that fails midway is another matter: the writer then rolls the
//! whole group back and tries its members one by one.

use cueline_ports::{Append, Condition, ExecutionStatus, ExecutionSummary, Key, PortError, PortResult, Write};
use cueline_protocol::ids::ExecutionId;
use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::{
    checksum,
    job::Change,
    status,
    versions::{Known, Versions},
};

/// Why a change was not applied.
pub(super) enum Failure {
    /// Its own fault; nothing was written.
    Refused(PortError),
    /// A statement failed; the transaction has to be rolled back.
    Broken(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error)
    }
}

/// The prepared statements and what the writer remembers.
pub(super) struct Applier<'c> {
    statements: Statements<'c>,
    versions: Versions,
    /// Remembered during this transaction; forgotten again when it is rolled back.
    touched: Vec<ExecutionId>,
    /// The number of the next execution, once it is known.
    next_number: Option<i64>,
}

struct Statements<'c> {
    number: Statement<'c>,
    last: Statement<'c>,
    greatest_number: Statement<'c>,
    insert_commit: Statement<'c>,
    put_snapshot: Statement<'c>,
    insert_execution: Statement<'c>,
    update_status: Statement<'c>,
    update_execution: Statement<'c>,
    status: Statement<'c>,
    remove: [Statement<'c>; 3],
    row_version: Statement<'c>,
    put_row: Statement<'c>,
    delete_row: Statement<'c>,
}

impl<'c> Applier<'c> {
    /// Prepares the statements.
    pub(super) fn new(connection: &'c Connection, remembered: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            statements: Statements::prepare(connection)?,
            versions: Versions::new(remembered),
            touched: Vec::new(),
            next_number: None,
        })
    }

    /// Applies one change.
    pub(super) fn apply(&mut self, change: &Change) -> Result<(), Failure> {
        match change {
            Change::Append(append) => self.append(append),
            Change::Remove(execution) => self.remove(execution),
            Change::Transact(writes) => self.transact(writes),
        }
    }

    /// The transaction is durable.
    pub(super) fn committed(&mut self) {
        self.touched.clear();
    }

    /// The transaction is gone: what was remembered during it is not true.
    pub(super) fn rolled_back(&mut self) {
        for execution in self.touched.drain(..) {
            self.versions.forget(&execution);
        }
        self.next_number = None;
    }

    fn append(&mut self, append: &Append) -> Result<(), Failure> {
        check_form(append).map_err(Failure::Refused)?;
        let known = self.known(&append.execution)?;
        let last = known.map_or(0, |known| known.last);
        if last != append.expected {
            return Err(Failure::Refused(PortError::conflict(format!(
                "execution {} is at version {last}, not at {}",
                append.execution, append.expected
            ))));
        }
        self.touched.push(append.execution.clone());
        let number = match (known, &append.summary) {
            (Some(known), None) => known.number,
            (Some(known), Some(summary)) => self.update_summary(known.number, summary)?,
            (None, Some(summary)) => self.insert_execution(summary)?,
            (None, None) => return Err(Failure::Refused(needs_summary())),
        };
        let last = self.insert_commits(number, append)?;
        if let Some(body) = &append.snapshot {
            let sum = checksum::of_version(number, last, body);
            self.statements.put_snapshot.execute(params![number, last as i64, sum, &body[..]])?;
        }
        let ended = append.summary.as_ref().is_some_and(|summary| summary.status != ExecutionStatus::Running);
        if ended {
            // Nothing more will be appended; whoever tries all the same costs a look.
            self.versions.forget(&append.execution);
        } else {
            self.versions.set(&append.execution, Known { number, last });
        }
        Ok(())
    }

    fn insert_commits(&mut self, number: i64, append: &Append) -> rusqlite::Result<u64> {
        let mut version = append.expected;
        for body in &append.commits {
            version += 1;
            let sum = checksum::of_version(number, version, body);
            self.statements.insert_commit.execute(params![number, version as i64, sum, &body[..]])?;
        }
        Ok(version)
    }

    fn insert_execution(&mut self, summary: &ExecutionSummary) -> rusqlite::Result<i64> {
        let number = match self.next_number {
            Some(number) => number,
            None => self.statements.greatest_number.query_row([], |row| row.get::<_, i64>(0))? + 1,
        };
        self.statements.insert_execution.execute(params![
            number,
            summary.execution.as_str(),
            summary.workflow,
            summary.definition,
            summary.tenant,
            status::to_number(summary.status),
            summary.started_ms,
            summary.ended_ms,
            summary.error,
            summary.input_hash,
            summary.parent,
        ])?;
        self.next_number = Some(number + 1);
        Ok(number)
    }

    fn update_summary(&mut self, number: i64, summary: &ExecutionSummary) -> rusqlite::Result<i64> {
        let changed = self.statements.update_status.execute(params![
            number,
            status::to_number(summary.status),
            summary.ended_ms,
            summary.error,
            summary.workflow,
            summary.started_ms,
            summary.definition,
            summary.tenant,
            summary.input_hash,
            summary.parent,
        ])?;
        if changed == 1 {
            return Ok(number);
        }
        self.statements.update_execution.execute(params![
            number,
            summary.workflow,
            summary.definition,
            summary.tenant,
            status::to_number(summary.status),
            summary.started_ms,
            summary.ended_ms,
            summary.error,
            summary.input_hash,
            summary.parent,
        ])?;
        Ok(number)
    }

    fn known(&mut self, execution: &ExecutionId) -> rusqlite::Result<Option<Known>> {
        if let Some(known) = self.versions.get(execution) {
            return Ok(Some(known));
        }
        let statements = &mut self.statements;
        let number = statements.number.query_row([execution.as_str()], |row| row.get(0)).optional()?;
        let Some(number) = number else { return Ok(None) };
        let last: i64 = statements.last.query_row([number], |row| row.get(0))?;
        let known = Known { number, last: last as u64 };
        self.versions.set(execution, known);
        Ok(Some(known))
    }

    fn remove(&mut self, execution: &ExecutionId) -> Result<(), Failure> {
        let Some(known) = self.known(execution)? else { return Ok(()) };
        let number: i64 = self.statements.status.query_row([known.number], |row| row.get(0))?;
        if status::from_number(number).is_none_or(|status| status == ExecutionStatus::Running) {
            return Err(Failure::Refused(PortError::conflict(format!(
                "execution {execution} has not ended; cancel it first"
            ))));
        }
        self.versions.forget(execution);
        for statement in &mut self.statements.remove {
            statement.execute([known.number])?;
        }
        // The number of the last execution is free again, and its rows are gone with it.
        self.next_number = None;
        Ok(())
    }

    fn transact(&mut self, writes: &[Write]) -> Result<(), Failure> {
        let mut versions = Vec::with_capacity(writes.len());
        for write in writes {
            versions.push(self.check(write)?);
        }
        for (write, version) in writes.iter().zip(versions) {
            self.write(write, version)?;
        }
        Ok(())
    }

    /// The version of the row, 0 when there is none, if the condition holds.
    fn check(&mut self, write: &Write) -> Result<u64, Failure> {
        let key = write.key();
        let found = self.row_version(key)?;
        let condition = match write {
            Write::Put { condition, .. } | Write::Delete { condition, .. } | Write::Check { condition, .. } => {
                condition
            }
        };
        let wanted = match condition {
            Condition::Any => return Ok(found),
            Condition::Absent => 0,
            // No row has version 0, so asking for it can never be met.
            Condition::Version(0) => return Err(Failure::Refused(row_conflict(key, found))),
            Condition::Version(version) => *version,
        };
        if found == wanted { Ok(found) } else { Err(Failure::Refused(row_conflict(key, found))) }
    }

    fn row_version(&mut self, key: &Key) -> rusqlite::Result<u64> {
        let found: Option<i64> =
            self.statements.row_version.query_row([&key.partition, &key.sort], |row| row.get(0)).optional()?;
        Ok(found.unwrap_or(0) as u64)
    }

    fn write(&mut self, write: &Write, version: u64) -> rusqlite::Result<()> {
        match write {
            Write::Put { key, body, .. } => {
                let version = version + 1;
                let sum = checksum::of_row(&key.partition, &key.sort, version, body);
                let values = params![key.partition, key.sort, version as i64, sum, &body[..]];
                self.statements.put_row.execute(values)?;
            }
            Write::Delete { key, .. } if version > 0 => {
                self.statements.delete_row.execute([&key.partition, &key.sort])?;
            }
            Write::Delete { .. } | Write::Check { .. } => {}
        }
        Ok(())
    }
}

impl<'c> Statements<'c> {
    fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        let prepare = |sql| connection.prepare(sql);
        Ok(Self {
            number: prepare("SELECT num FROM executions WHERE id = ?1")?,
            last: prepare("SELECT coalesce(max(seq), 0) FROM log WHERE exec = ?1")?,
            greatest_number: prepare("SELECT coalesce(max(num), 0) FROM executions")?,
            insert_commit: prepare("INSERT INTO log (exec, seq, crc, body) VALUES (?1, ?2, ?3, ?4)")?,
            put_snapshot: prepare(
                "INSERT INTO snapshots (exec, version, crc, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (exec) DO UPDATE SET version = ?2, crc = ?3, body = ?4",
            )?,
            insert_execution: prepare(
                "INSERT INTO executions (num, id, workflow, definition, tenant, status, started_ms, ended_ms, error,
                 input_hash, parent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?,
            // What else is in a summary hardly ever changes, and naming a column rewrites its indexes.
            update_status: prepare(
                "UPDATE executions SET status = ?2, ended_ms = ?3, error = ?4 WHERE num = ?1 AND workflow = ?5
                 AND started_ms = ?6 AND definition = ?7 AND tenant = ?8 AND input_hash = ?9 AND parent IS ?10",
            )?,
            update_execution: prepare(
                "UPDATE executions SET workflow = ?2, definition = ?3, tenant = ?4, status = ?5, started_ms = ?6,
                 ended_ms = ?7, error = ?8, input_hash = ?9, parent = ?10 WHERE num = ?1",
            )?,
            status: prepare("SELECT status FROM executions WHERE num = ?1")?,
            remove: [
                prepare("DELETE FROM log WHERE exec = ?1")?,
                prepare("DELETE FROM snapshots WHERE exec = ?1")?,
                prepare("DELETE FROM executions WHERE num = ?1")?,
            ],
            row_version: prepare("SELECT version FROM rows WHERE partition = ?1 AND sort = ?2")?,
            put_row: prepare(
                "INSERT INTO rows (partition, sort, version, crc, body) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (partition, sort) DO UPDATE SET version = ?3, crc = ?4, body = ?5",
            )?,
            delete_row: prepare("DELETE FROM rows WHERE partition = ?1 AND sort = ?2")?,
        })
    }
}

/// What is wrong with an append whatever the database says.
fn check_form(append: &Append) -> PortResult<()> {
    if append.expected == 0 && append.summary.is_none() {
        return Err(needs_summary());
    }
    if append.expected == 0 && append.commits.is_empty() {
        return Err(PortError::invalid("an append that starts an execution needs a commit"));
    }
    if append.summary.as_ref().is_some_and(|summary| summary.execution != append.execution) {
        return Err(PortError::invalid(format!("the summary is not about execution {}", append.execution)));
    }
    Ok(())
}

fn needs_summary() -> PortError {
    PortError::invalid("an append that starts an execution needs a summary")
}

fn row_conflict(key: &Key, found: u64) -> PortError {
    let found = if found == 0 { "absent".to_owned() } else { format!("in version {found}") };
    PortError::conflict(format!("row {}/{} is {found}", key.partition, key.sort))
}
