//! Into the inbox, never half a file: a folder gets it under a name that nobody looks at, then renamed; a bucket as one object.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use cueline_ports::PutCondition;

use super::{Everywhere, Failure, plan::Planned};
use crate::up::Attached;

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

/// Where files are put to be ingested.
pub(super) enum Inbox {
    Folder(PathBuf),
    Bucket(Arc<Attached>),
}

impl Inbox {
    /// `told` is what the running process says about it.
    pub(super) fn of(everywhere: &Everywhere, told: &str) -> Result<Self, Failure> {
        match &everywhere.attached {
            Some(attached) => Ok(Self::Bucket(attached.clone())),
            // The process has rights that whoever talks to it need not have.
            None if told.starts_with("s3://") => Err(Failure::usage(format!(
                "inbox_remote: the inbox of that process is the bucket {told}; add --stack NAME, or use `aws s3 cp`"
            ))),
            None => Ok(Self::Folder(told.into())),
        }
    }

    pub(super) async fn take(&self, file: &Planned) -> io::Result<Copied> {
        match self {
            Self::Folder(folder) => copy(file, folder),
            Self::Bucket(attached) => {
                let since_ms = cueline_ports::Clock::now_ms(&cueline_ports::SystemClock);
                let body = fs::read(&file.from)?;
                let content = blake3::hash(&body).to_hex().to_string();
                let put = attached.objects.put(&attached.inbox, &file.key, body.into(), PutCondition::Any).await;
                put.map(|_| Copied { key: file.key.clone(), content, since_ms }).map_err(io::Error::other)
            }
        }
    }

    /// How long nothing may happen before files count as not taken up: on a stack a service may have to start first.
    pub(super) fn patience(&self) -> Duration {
        match self {
            Self::Folder(_) => Duration::from_secs(20),
            Self::Bucket(_) => Duration::from_secs(120),
        }
    }
}

fn copy(file: &Planned, inbox: &Path) -> io::Result<Copied> {
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
