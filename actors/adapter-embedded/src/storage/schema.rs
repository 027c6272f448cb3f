//! The tables, how they came to be, and how a connection is opened.

use std::path::Path;

use cueline_ports::{PortError, PortErrorKind, PortResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::error::from_sqlite;

/// `Cuel`, so that a database of somebody else is recognised before anything is written into it.
const APPLICATION_ID: i32 = 0x4375_656c;

/// Oldest first; a migration is never edited once it was released.
const MIGRATIONS: &[(&str, &str)] = &[("journal and table", INITIAL), ("rows by number", ROWS_BY_NUMBER)];

/// Executions have dense numbers, because a random key in the log costs a page per row; the text id is mapped once.
/// Neither the last version nor the last change is in `executions`: an append writes one row of `log` and nothing else.
/// `(exec, seq)` is the guard against a double append. Status is a number: see `status.rs`.
const INITIAL: &str = "
CREATE TABLE executions (
    num        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    workflow   TEXT    NOT NULL,
    definition TEXT    NOT NULL,
    tenant     TEXT    NOT NULL,
    status     INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms   INTEGER NOT NULL,
    error      TEXT    NOT NULL,
    input_hash TEXT    NOT NULL,
    parent     TEXT
);
CREATE INDEX executions_by_status   ON executions (status, started_ms);
CREATE INDEX executions_by_workflow ON executions (workflow, started_ms);
CREATE TABLE log (
    id   INTEGER PRIMARY KEY,
    exec INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    crc  INTEGER NOT NULL,
    body BLOB    NOT NULL
);
CREATE UNIQUE INDEX log_by_execution ON log (exec, seq);
CREATE TABLE snapshots (
    exec    INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    crc     INTEGER NOT NULL,
    body    BLOB    NOT NULL
);
CREATE TABLE rows (
    partition TEXT    NOT NULL,
    sort      TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    crc       INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    PRIMARY KEY (partition, sort)
) WITHOUT ROWID;
";

/// Bodies lie in the order in which they came, and only keys are sorted. Within the key's own tree a body of some kilobytes filled
/// a page and spilled over: one more frame of a stream wrote eleven pages and read others to compare keys; now it writes three.
const ROWS_BY_NUMBER: &str = "
CREATE TABLE numbered (
    num       INTEGER PRIMARY KEY,
    partition TEXT    NOT NULL,
    sort      TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    crc       INTEGER NOT NULL,
    body      BLOB    NOT NULL
);
INSERT INTO numbered (partition, sort, version, crc, body)
    SELECT partition, sort, version, crc, body FROM rows ORDER BY partition, sort;
DROP TABLE rows;
ALTER TABLE numbered RENAME TO rows;
CREATE UNIQUE INDEX rows_by_key ON rows (partition, sort);
";

/// The connection that writes: made durable, migrated.
pub(super) fn open_writer(file: &Path, page_limit: Option<u32>) -> PortResult<Connection> {
    let mut connection = Connection::open(file).map_err(|error| from_sqlite(file, error))?;
    refuse_foreign(&connection, file)?;
    prepare_writer(&connection, page_limit).map_err(|error| from_sqlite(file, error))?;
    migrate(&mut connection, file)?;
    Ok(connection)
}

/// A connection that reads. What it sees was synced before.
pub(super) fn open_reader(file: &Path) -> PortResult<Connection> {
    let open = || {
        let connection =
            Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(connection)
    };
    open().map_err(|error| from_sqlite(file, error))
}

fn prepare_writer(connection: &Connection, page_limit: Option<u32>) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "cache_size", -32_768)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    if let Some(pages) = page_limit {
        connection.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0))?;
    }
    Ok(())
}

fn refuse_foreign(connection: &Connection, file: &Path) -> PortResult<()> {
    let read = || {
        let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        Ok((id, tables))
    };
    let (id, tables) = read().map_err(|error| from_sqlite(file, error))?;
    if id == APPLICATION_ID || (id == 0 && tables == 0) {
        return Ok(());
    }
    Err(PortError::new(
        PortErrorKind::Invalid,
        format!("storage_foreign: {} belongs to another program; choose another data directory", file.display()),
    ))
}

fn migrate(connection: &mut Connection, file: &Path) -> PortResult<()> {
    let found = current_version(connection).map_err(|error| from_sqlite(file, error))?;
    let known = MIGRATIONS.len();
    if found > known {
        return Err(PortError::new(
            PortErrorKind::Unsupported,
            format!(
                "storage_schema_newer: {} has schema {found}, this build knows {known}; use the newer build that wrote it",
                file.display()
            ),
        ));
    }
    for (at, (name, sql)) in MIGRATIONS.iter().enumerate().skip(found) {
        apply(connection, at + 1, name, sql).map_err(|error| from_sqlite(file, error))?;
    }
    Ok(())
}

fn current_version(connection: &Connection) -> rusqlite::Result<usize> {
    let there = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'", [], |_| Ok(()))
        .optional()?
        .is_some();
    if !there {
        return Ok(0);
    }
    connection
        .query_row("SELECT coalesce(max(version), 0) FROM migrations", [], |row| row.get::<_, u32>(0))
        .map(|version| version as usize)
}

fn apply(connection: &mut Connection, version: usize, name: &str, sql: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID};
         CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL);"
    ))?;
    transaction.execute_batch(sql)?;
    transaction.execute("INSERT INTO migrations VALUES (?1, ?2, datetime('now'))", (version as i64, name))?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_an_older_database_are_all_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("journal.sqlite");
        let mut old = Connection::open(&file).unwrap();
        apply(&mut old, 1, MIGRATIONS[0].0, MIGRATIONS[0].1).unwrap();
        for number in 0..500_u32 {
            let row = ("p", format!("{:03}", 499 - number), number, number, vec![7_u8; number as usize * 20]);
            old.execute("INSERT INTO rows VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
        }
        drop(old);
        let new = open_writer(&file, None).unwrap();
        let mut found = new.prepare("SELECT sort, version, crc, length(body) FROM rows ORDER BY sort").unwrap();
        let rows = found.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?, row.get::<_, u32>(2)?, row.get::<_, u32>(3)?))
        });
        for (number, row) in (0..500).rev().zip(rows.unwrap()) {
            assert_eq!(row.unwrap(), (format!("{:03}", 499 - number), number, number, number * 20));
        }
        let twice =
            new.execute("INSERT INTO rows (partition, sort, version, crc, body) VALUES ('p', '000', 1, 1, '')", []);
        assert!(twice.is_err(), "a key is there once");
        drop(found);
        drop(new);
        assert_eq!(current_version(&open_writer(&file, None).unwrap()).unwrap(), MIGRATIONS.len());
    }
}
