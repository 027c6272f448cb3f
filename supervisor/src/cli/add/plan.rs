//! Which file becomes which key of the inbox.

use std::path::{Path, PathBuf};

use cueline_domain::{
    collection::CollectionName,
    object_key::{ObjectKey, Purpose},
};

use crate::{cli::failure::Failure, config::DEFAULT_COLLECTION};

/// What is to be copied.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) files: Vec<Planned>,
    pub(super) skipped: Vec<(PathBuf, String)>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) from: PathBuf,
    pub(super) key: String,
    /// False for a metadata file beside a document.
    pub(super) is_document: bool,
}

impl Plan {
    pub(super) fn documents(&self) -> usize {
        self.files.iter().filter(|file| file.is_document).count()
    }
}

/// Files get their name, files of a folder their path in it; the collection is the first folder of the key.
pub(super) fn plan(paths: &[PathBuf], collection: Option<&str>) -> Result<Plan, Failure> {
    if let Some(name) = collection {
        CollectionName::parse(name).map_err(|error| Failure::usage(format!("--collection: {error}")))?;
    }
    let mut plan = Plan::default();
    for path in paths {
        let unreadable = |error: std::io::Error| Failure::usage(format!("cannot read {}: {error}", path.display()));
        if std::fs::metadata(path).map_err(unreadable)?.is_dir() {
            for file in files_below(path).map_err(unreadable)? {
                let name = file.strip_prefix(path).unwrap_or(&file).to_owned();
                plan.add(file, &name, collection);
            }
        } else {
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            plan.add(path.clone(), &name, collection);
        }
    }
    let mut keys = std::collections::BTreeMap::new();
    for file in &plan.files {
        if let Some(other) = keys.insert(file.key.as_str(), &file.from) {
            return Err(Failure::usage(format!(
                "{} and {} would both become {}; add them one after the other, from their folders",
                other.display(),
                file.from.display(),
                file.key
            )));
        }
    }
    Ok(plan)
}

impl Plan {
    fn add(&mut self, from: PathBuf, name: &Path, collection: Option<&str>) {
        match key(name, collection) {
            Ok((key, is_document)) => self.files.push(Planned { from, key, is_document }),
            Err(reason) => self.skipped.push((from, reason)),
        }
    }
}

fn key(name: &Path, collection: Option<&str>) -> Result<(String, bool), String> {
    let name = ObjectKey::from_name(name.as_os_str().as_encoded_bytes()).map_err(|error| error.to_string())?;
    // At the top of the inbox a file belongs to the default collection; in a folder only if that is named so.
    let key = match collection {
        Some(collection) if collection != DEFAULT_COLLECTION => format!("{collection}/{}", name.as_str()),
        _ if name.as_str().contains('/') => format!("{DEFAULT_COLLECTION}/{}", name.as_str()),
        _ => name.as_str().to_owned(),
    };
    let key = ObjectKey::parse(&key).map_err(|error| error.to_string())?;
    match key.purpose() {
        Purpose::Document => Ok((key.as_str().to_owned(), true)),
        Purpose::Sidecar(_) => Ok((key.as_str().to_owned(), false)),
        Purpose::Ignored(_) => Err("not a document by its name".to_owned()),
    }
}

fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_keys() {
        let check = |name: &str, collection: Option<&str>| key(Path::new(name), collection).map_err(drop);
        assert_eq!(check("a.md", None), Ok(("a.md".into(), true)));
        assert_eq!(check("sub/a.md", None), Ok(("default/sub/a.md".into(), true)));
        assert_eq!(check("a.md", Some("hr")), Ok(("hr/a.md".into(), true)));
        assert_eq!(check("sub/a.md", Some("hr")), Ok(("hr/sub/a.md".into(), true)));
        assert_eq!(check("a.md.metadata.json", None), Ok(("a.md.metadata.json".into(), false)));
        assert_eq!(check("../a.md", None), Err(()));
        assert_eq!(check(".hidden", None), Err(()));
    }

    #[test]
    fn two_files_never_become_one() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["a", "b"] {
            std::fs::create_dir(root.path().join(folder)).unwrap();
            std::fs::write(root.path().join(folder).join("x.md"), "x").unwrap();
        }
        let files = [root.path().join("a/x.md"), root.path().join("b/x.md")];
        assert!(plan(&files, None).unwrap_err().to_string().contains("would both become x.md"));
        let both = plan(&[root.path().to_owned()], None).unwrap();
        let keys: Vec<_> = both.files.iter().map(|file| file.key.as_str()).collect();
        assert_eq!(keys, ["default/a/x.md", "default/b/x.md"]);
        assert!(plan(&files[..1], Some("No!")).is_err());
    }
}
