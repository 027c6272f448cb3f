//! What is visible, on disk: document versions, tombstones and vectors, in SQLite.
//!
//! This is the truth about the index. The keyword index is written first, so a generation that is named here is complete
//! there; one that is not named here is an orphan.

use std::{path::Path, sync::Arc};

use cueline_domain::{access::AccessRule, filter::Attributes};
use cueline_ports::{PortError, PortErrorKind, PortResult};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params};

use super::{best::Place, quantised::Quantised, version::Version};

/// Readers refuse what they do not know.
const FORMAT: i64 = 1;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS collections (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        dimension INTEGER
    );
    -- A row without generation is a tombstone: the sequence below which nothing may appear again.
    CREATE TABLE IF NOT EXISTS documents (
        collection INTEGER NOT NULL,
        document TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        generation INTEGER,
        version TEXT,
        access TEXT,
        attributes TEXT,
        chunks TEXT,
        PRIMARY KEY (collection, document)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS vectors (
        collection INTEGER NOT NULL,
        generation INTEGER NOT NULL,
        position INTEGER NOT NULL,
        scale REAL NOT NULL,
        coarse BLOB NOT NULL,
        fine BLOB NOT NULL,
        PRIMARY KEY (collection, generation, position)
    ) WITHOUT ROWID;
";

/// The open catalogue; this process has it alone.
pub(super) struct Catalogue {
    connection: Connection,
}

/// A collection as stored.
pub(super) struct StoredCollection {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) dimension: Option<usize>,
}

/// A document as stored.
pub(super) struct StoredDocument {
    pub(super) document: String,
    pub(super) sequence: u64,
    pub(super) visible: Option<StoredVersion>,
}

/// A visible version as stored.
pub(super) struct StoredVersion {
    pub(super) generation: u32,
    pub(super) version: Version,
    pub(super) access: AccessRule,
    pub(super) attributes: Attributes,
}

impl Catalogue {
    pub(super) fn open(path: &Path) -> PortResult<Self> {
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open(path)?;
            connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
            connection.pragma_update(None, "page_size", 8_192)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "cache_size", -16_384)?;
            Ok(connection)
        };
        let connection = open().map_err(|error| failed("failed to open the index catalogue", error))?;
        let format: i64 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|error| failed("failed to read the index catalogue", error))?;
        match format {
            0 => connection
                .execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;"))
                .map_err(|error| failed("failed to create the index catalogue", error))?,
            FORMAT => {}
            other => {
                return Err(PortError::corrupt(format!(
                    "index_format: the index has format {other}, this build reads {FORMAT}: move the index directory away and index again"
                )));
            }
        }
        Ok(Self { connection })
    }

    pub(super) fn collections(&self) -> PortResult<Vec<StoredCollection>> {
        self.read("SELECT id, name, dimension FROM collections", [], |row| {
            Ok(StoredCollection {
                id: row.get(0)?,
                name: row.get(1)?,
                dimension: row.get::<_, Option<i64>>(2)?.map(|dimension| dimension as usize),
            })
        })
    }

    pub(super) fn documents(&self, collection: i64) -> PortResult<Vec<StoredDocument>> {
        let sql = "SELECT document, sequence, generation, version, access, attributes, chunks FROM documents
                   WHERE collection = ?1";
        self.read(sql, [collection], |row| {
            let document: String = row.get(0)?;
            let sequence = row.get::<_, i64>(1)? as u64;
            let Some(generation) = row.get::<_, Option<u32>>(2)? else {
                return Ok(StoredDocument { document, sequence, visible: None });
            };
            let json = |column: usize| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
            let version = Version {
                document: document.as_str().into(),
                version: json(3)?.into(),
                sequence,
                chunks: parsed(json(6)?)?,
            };
            let (access, attributes) = (parsed(json(4)?)?, parsed(json(5)?)?);
            Ok(StoredDocument {
                document,
                sequence,
                visible: Some(StoredVersion { generation, version, access, attributes }),
            })
        })
    }

    pub(super) fn vectors(&self, collection: i64, mut each: impl FnMut(Place, Quantised)) -> PortResult<()> {
        let sql = "SELECT generation, position, scale, coarse, fine FROM vectors WHERE collection = ?1";
        let bytes = |row: &rusqlite::Row<'_>, column: usize| -> rusqlite::Result<Vec<i8>> {
            Ok(row.get_ref(column)?.as_blob()?.iter().map(|byte| byte.cast_signed()).collect())
        };
        let mut read = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query([collection])?;
            while let Some(row) = rows.next()? {
                let place = Place { generation: row.get(0)?, position: row.get(1)? };
                let vector = Quantised { scale: row.get(2)?, coarse: bytes(row, 3)?, fine: bytes(row, 4)? };
                each(place, vector);
            }
            Ok(())
        };
        read().map_err(|error| failed("failed to read vectors from the index catalogue", error))
    }

    fn read<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        each: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> PortResult<Vec<T>> {
        let read = || self.connection.prepare(sql)?.query_map(parameters, each)?.collect::<rusqlite::Result<Vec<T>>>();
        read().map_err(|error| failed("failed to read the index catalogue", error))
    }

    /// The id of a collection, made when it is new.
    pub(super) fn collection(&self, name: &str) -> PortResult<i64> {
        let find_or_add = || -> rusqlite::Result<i64> {
            let sql = "SELECT id FROM collections WHERE name = ?1";
            if let Some(id) = self.connection.query_row(sql, [name], |row| row.get(0)).optional()? {
                return Ok(id);
            }
            self.connection.execute("INSERT INTO collections (name) VALUES (?1)", [name])?;
            Ok(self.connection.last_insert_rowid())
        };
        find_or_add().map_err(|error| failed("failed to add a collection", error))
    }

    /// All changes or none; durable when it returns.
    pub(super) fn apply<'a>(&mut self, changes: impl IntoIterator<Item = &'a Change>) -> PortResult<()> {
        let apply = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            for change in changes {
                change.apply(&transaction)?;
            }
            transaction.commit()
        };
        apply().map_err(|error| failed("failed to write the index catalogue", error))
    }
}

/// One row to write.
pub(super) enum Change {
    Show {
        collection: i64,
        generation: u32,
        version: Arc<Version>,
        access: String,
        attributes: String,
    },
    Hide {
        collection: i64,
        document: String,
        sequence: u64,
    },
    /// As if nobody had ever told of it.
    Forget {
        collection: i64,
        document: String,
    },
    Vector {
        collection: i64,
        place: Place,
        vector: Quantised,
    },
    DropVectors {
        collection: i64,
        generation: u32,
    },
    Dimension {
        collection: i64,
        dimension: Option<usize>,
    },
}

impl Change {
    fn apply(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        match self {
            Self::Show { collection, generation, version, access, attributes } => {
                let chunks = serde_json::to_string(&version.chunks).map_err(conversion)?;
                let (document, id, sequence) = (&*version.document, &*version.version, version.sequence as i64);
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
                    .execute(params![collection, document, sequence, generation, id, access, attributes, chunks])
            }
            Self::Hide { collection, document, sequence } => transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO documents (collection, document, sequence) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![collection, document, *sequence as i64]),
            Self::Forget { collection, document } => transaction
                .prepare_cached("DELETE FROM documents WHERE collection = ?1 AND document = ?2")?
                .execute(params![collection, document]),
            Self::Vector { collection, place, vector } => {
                let bytes = |codes: &[i8]| codes.iter().map(|code| code.cast_unsigned()).collect::<Vec<u8>>();
                let (coarse, fine) = (bytes(&vector.coarse), bytes(&vector.fine));
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                    .execute(params![collection, place.generation, place.position, vector.scale, coarse, fine])
            }
            Self::DropVectors { collection, generation } => transaction
                .prepare_cached("DELETE FROM vectors WHERE collection = ?1 AND generation = ?2")?
                .execute(params![collection, generation]),
            Self::Dimension { collection, dimension } => transaction
                .prepare_cached("UPDATE collections SET dimension = ?2 WHERE id = ?1")?
                .execute(params![collection, dimension.map(|dimension| dimension as i64)]),
        }
        .map(drop)
    }
}

fn parsed<T: serde::de::DeserializeOwned>(json: &str) -> rusqlite::Result<T> {
    serde_json::from_str(json).map_err(conversion)
}

fn conversion(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

/// What a failure of SQLite means to a caller.
fn failed(what: &str, error: rusqlite::Error) -> PortError {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            return PortError::unavailable("index_in_use: the index directory is in use by another process")
                .with_source(error);
        }
        Some(ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
            PortErrorKind::Storage
        }
        _ => PortErrorKind::Corrupt,
    };
    PortError::new(kind, format!("index_storage: {what}")).with_source(error)
}
