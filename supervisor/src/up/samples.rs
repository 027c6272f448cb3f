//! Documents to begin with: a folder's, or those that the program carries, so that it needs no checkout.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Ends the name of a file that describes the one beside it.
const SIDECAR: &str = ".metadata.json";

/// Which documents to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Samples {
    /// Those of the program.
    Carried,
    /// Those of a folder and the folders in it.
    Folder(PathBuf),
}

macro_rules! carried {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../tests/data/samples/", $name)))),*]
    };
}

/// A sidecar stands before its document: who comes later than the rule is never seen without it.
const CARRIED: &[(&str, &[u8])] = carried![
    "expenses.md.metadata.json",
    "incident-2025-03.txt.metadata.json",
    "onboarding.html.metadata.json",
    "expenses.md",
    "incident-2025-03.txt",
    "onboarding.html",
    "products.csv",
    "remote-work.docx",
    "safety-handbook.pdf",
];

impl Samples {
    /// Puts them into the inbox.
    pub(super) fn place(&self, inbox: &Path) -> io::Result<usize> {
        match self {
            Self::Carried => carried(inbox),
            Self::Folder(folder) => copy(folder, inbox),
        }
    }

    /// For people.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Carried => "the samples of this program".to_owned(),
            Self::Folder(folder) => format!("the samples in {}", folder.display()),
        }
    }
}

fn carried(inbox: &Path) -> io::Result<usize> {
    fs::create_dir_all(inbox)?;
    for (name, content) in CARRIED {
        fs::write(inbox.join(name), content)?;
    }
    Ok(CARRIED.len())
}

fn copy(from: &Path, inbox: &Path) -> io::Result<usize> {
    let (mut files, mut folders) = (Vec::new(), vec![(from.to_owned(), PathBuf::new())]);
    while let Some((folder, below)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = below.join(entry.file_name());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push((entry.path(), name));
            } else if kind.is_file() {
                files.push((entry.path(), name));
            }
        }
    }
    files.sort_by_key(|(_, name)| !name.to_string_lossy().ends_with(SIDECAR));
    for (path, name) in &files {
        let target = inbox.join(name);
        fs::create_dir_all(target.parent().unwrap_or(inbox))?;
        fs::copy(path, target)?;
    }
    Ok(files.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn folders_keep_their_shape() {
        let root = tempfile::tempdir().unwrap();
        let (from, inbox) = (root.path().join("from"), root.path().join("inbox"));
        fs::create_dir_all(from.join("hr")).unwrap();
        fs::write(from.join("a.md"), "a").unwrap();
        fs::write(from.join("hr/b.md"), "b").unwrap();
        assert_eq!(Samples::Folder(from).place(&inbox).unwrap(), 2);
        assert_eq!(fs::read_to_string(inbox.join("hr/b.md")).unwrap(), "b");
        assert!(Samples::Folder(root.path().join("none")).place(&inbox).is_err());
    }

    #[test]
    fn the_program_carries_every_sample_and_rules_come_first() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/samples");
        let there = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let carried: BTreeSet<String> = CARRIED.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(there.collect::<BTreeSet<_>>(), carried);
        let first_document = CARRIED.iter().position(|(name, _)| !name.ends_with(SIDECAR)).unwrap();
        assert!(CARRIED[first_document..].iter().all(|(name, _)| !name.ends_with(SIDECAR)));
        let inbox = tempfile::tempdir().unwrap();
        assert_eq!(Samples::Carried.place(&inbox.path().join("inbox")).unwrap(), CARRIED.len());
    }
}
