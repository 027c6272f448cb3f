//! Which database was found damaged, whoever met the damage: logged once, remembered for as long as the process runs.
//!
//! A register by file instead of a field, because damage is met where errors are made, and those places know the file only.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use cueline_ports::{PortError, PortErrorKind, PortResult};

use super::{Storage, error, schema::open_reader};

static FOUND: Mutex<BTreeMap<PathBuf, String>> = Mutex::new(BTreeMap::new());

fn found() -> MutexGuard<'static, BTreeMap<PathBuf, String>> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody met damage.
pub(super) fn note(file: &Path, what: &str) {
    let mut found = found();
    if found.contains_key(file) {
        return;
    }
    found.insert(file.to_owned(), what.to_owned());
    tracing::error!(code = "storage_corrupt", file = %file.display(), what, "the database is damaged");
}

impl Storage {
    /// What was found damaged first since the process started.
    pub fn damage(&self) -> Option<String> {
        found().get(self.file()).cloned()
    }

    /// Reads every page and looks whether it is well-formed; what it finds is what [`Self::damage`] says from then on.
    /// Blocks for as long as reading the database takes, and holds a connection of its own meanwhile.
    pub fn quick_check(&self) -> PortResult<()> {
        let file = self.file();
        let connection = open_reader(file)?;
        let first = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        match first {
            Ok(said) if said == "ok" => Ok(()),
            Ok(said) => Err(error::damaged(file, said.lines().next().unwrap_or("a page"))),
            Err(found) => Err(error::from_sqlite(file, found)),
        }
    }

    /// As [`Self::quick_check`], on a thread of its own; only damage is worth a word.
    pub fn check_in_background(&self) {
        let storage = self.clone();
        let check = move || match storage.quick_check() {
            Ok(()) => tracing::debug!("the pages of the database are well-formed"),
            Err(PortError { kind: PortErrorKind::Corrupt, .. }) => {}
            Err(error) => tracing::warn!(error = %error, "the database could not be checked"),
        };
        if let Err(error) = std::thread::Builder::new().name("storage-check".to_owned()).spawn(check) {
            tracing::warn!(error = %error, "the database is not checked");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        io::{Seek, SeekFrom, Write as _},
    };

    use cueline_ports::{Condition, Key, Table, Write};

    use super::*;
    use crate::StorageOptions;

    #[tokio::test]
    async fn a_damaged_page_is_found_and_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path(), StorageOptions::default()).unwrap();
        for at in 0..100 {
            let (key, body) = (Key::new("p", format!("{at:04}")), vec![7; 3_000].into());
            storage.transact(vec![Write::Put { key, body, condition: Condition::Any }]).await.unwrap();
        }
        storage.quick_check().unwrap();
        assert_eq!(storage.damage(), None);
        let file = storage.file().to_owned();
        storage.close();
        drop(storage);
        let mut pages = File::options().write(true).open(&file).unwrap();
        let middle = pages.metadata().unwrap().len() / 4_096 / 2;
        pages.seek(SeekFrom::Start(middle * 4_096)).unwrap();
        pages.write_all(&[0xa5; 4_096 * 3]).unwrap();
        drop(pages);
        let storage = Storage::open(folder.path(), StorageOptions::default()).unwrap();
        assert_eq!(storage.quick_check().unwrap_err().kind, PortErrorKind::Corrupt);
        assert!(storage.damage().is_some());
    }
}
