//! What lies in the data directory is read by its owner alone: it holds the text of every document.
//!
//! Folders carry the protection, because files of the storage come and go. A directory that somebody opened to others
//! on purpose stays as it is, and is spoken of at every start.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;
/// What groups and others may do.
const OTHERS: u32 = 0o077;

/// Makes what is not there, private from its first moment, and closes `folders` and `files` in it to others. Returns what
/// people should know. What cannot be made here is not an error yet: who needs it says so with a better reason.
pub(crate) fn protect(data: &Path, folders: &[&str], files: &[&str]) -> Vec<String> {
    let mut notes = Vec::new();
    let _ = private_folder(data);
    if let Some(mode) = mode(data).filter(|mode| mode & OTHERS != 0) {
        notes.push(format!(
            "storage_exposed: other users of this machine can look into {0} (mode {mode:o}); run `chmod 700 {0}`",
            data.display()
        ));
    }
    for folder in folders {
        let path = data.join(folder);
        let _ = private_folder(&path).and_then(|()| close(&path, FOLDER));
    }
    for file in files {
        let path = data.join(file);
        let _ = private_file(&path).and_then(|()| close(&path, FILE));
    }
    notes
}

fn mode(path: &Path) -> Option<u32> {
    Some(fs::metadata(path).ok()?.permissions().mode() & 0o777)
}

fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(path)
}

fn private_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().create(true).append(true).mode(FILE).open(path).map(drop)
}

fn close(path: &Path, wanted: u32) -> io::Result<()> {
    match mode(path) {
        Some(mode) if mode & OTHERS != 0 => fs::set_permissions(path, fs::Permissions::from_mode(wanted)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_directory_is_private_in_every_part() {
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("deep/data");
        assert!(protect(&data, &["objects"], &["a.db"]).is_empty());
        let modes = ["", "objects", "a.db"].map(|name| mode(&data.join(name)).unwrap());
        assert_eq!(modes, [0o700, 0o700, 0o600]);
    }

    #[test]
    fn an_open_directory_is_spoken_of_and_its_content_closed() {
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("data");
        fs::create_dir_all(data.join("objects")).unwrap();
        fs::write(data.join("a.db"), "content stays").unwrap();
        for (name, mode) in [("", 0o755), ("objects", 0o755), ("a.db", 0o644)] {
            fs::set_permissions(data.join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let notes = protect(&data, &["objects"], &["a.db"]);
        assert!(notes[0].contains("mode 755") && notes[0].contains("chmod 700"), "{notes:?}");
        let modes = ["", "objects", "a.db"].map(|name| mode(&data.join(name)).unwrap());
        assert_eq!(modes, [0o755, 0o700, 0o600]);
        assert_eq!(fs::read(data.join("a.db")).unwrap(), b"content stays");
    }
}
