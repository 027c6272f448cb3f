//! Documents to begin with.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Copies the files of a folder, and of the folders in it, into the inbox.
pub(super) fn copy(from: &Path, inbox: &Path) -> io::Result<usize> {
    let mut copied = 0;
    let mut folders = vec![(from.to_owned(), PathBuf::new())];
    while let Some((folder, below)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), name));
            } else {
                let target = inbox.join(&name);
                fs::create_dir_all(target.parent().unwrap_or(inbox))?;
                fs::copy(entry.path(), target)?;
                copied += 1;
            }
        }
    }
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_keep_their_shape() {
        let root = tempfile::tempdir().unwrap();
        let (from, inbox) = (root.path().join("from"), root.path().join("inbox"));
        fs::create_dir_all(from.join("hr")).unwrap();
        fs::write(from.join("a.md"), "a").unwrap();
        fs::write(from.join("hr/b.md"), "b").unwrap();
        assert_eq!(copy(&from, &inbox).unwrap(), 2);
        assert_eq!(fs::read_to_string(inbox.join("hr/b.md")).unwrap(), "b");
        assert!(copy(&root.path().join("none"), &inbox).is_err());
    }
}
