//! Into the inbox, never half a file: under a name that nobody looks at, then renamed.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

use super::plan::Planned;

/// Names that begin so are nobody's documents.
const UNFINISHED: &str = ".cueline-";

/// A file that is in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copied {
    pub(super) key: String,
    /// BLAKE3 of its bytes, as the ledger knows it.
    pub(super) content: String,
    /// Epoch milliseconds before it got there.
    pub(super) since_ms: i64,
}

pub(super) fn copy(file: &Planned, inbox: &Path) -> io::Result<Copied> {
    let target = inbox.join(&file.key);
    let folder = target.parent().unwrap_or(inbox);
    fs::create_dir_all(folder)?;
    let since_ms = cueline_ports::Clock::now_ms(&cueline_ports::SystemClock);
    let unfinished = folder.join(format!("{UNFINISHED}add-{}", std::process::id()));
    let copied = pour(&file.from, &unfinished).and_then(|content| fs::rename(&unfinished, &target).map(|()| content));
    match copied {
        Ok(content) => Ok(Copied { key: file.key.clone(), content, since_ms }),
        Err(error) => {
            let _ = fs::remove_file(&unfinished);
            Err(error)
        }
    }
}

fn pour(from: &Path, to: &Path) -> io::Result<String> {
    let (mut from, mut to) = (File::open(from)?, File::create(to)?);
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match from.read(&mut buffer)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                to.write_all(&buffer[..read])?;
            }
        }
    }
    to.sync_all()?;
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_whole_and_leaves_nothing_behind() {
        let root = tempfile::tempdir().unwrap();
        let from = root.path().join("a.md");
        fs::write(&from, "words").unwrap();
        let inbox = root.path().join("inbox");
        let planned = Planned { from, key: "hr/a.md".into(), is_document: true };
        let copied = copy(&planned, &inbox).unwrap();
        assert_eq!(copied.content, blake3::hash(b"words").to_hex().to_string());
        let names: Vec<_> = fs::read_dir(inbox.join("hr")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a.md"]);
        assert!(copy(&Planned { from: root.path().join("none"), ..planned }, &inbox).is_err());
        assert_eq!(fs::read_dir(inbox.join("hr")).unwrap().count(), 1);
    }
}
