//! Which file becomes which key of the inbox.

use std::path::{Path, PathBuf};

use cueline_domain::{
    collection::CollectionName,
    object_key::{ObjectKey, Purpose},
};

use crate::{
    cli::{failure::Failure, output},
    config::DEFAULT_COLLECTION,
};

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

/// Refuses what lies in the inbox: it is there already, and copying a folder into itself has no end.
pub(super) fn refuse_inbox(paths: &[PathBuf], inbox: &Path) -> Result<(), Failure> {
    let Ok(inbox) = inbox.canonicalize() else { return Ok(()) };
    for path in paths {
        let Ok(there) = path.canonicalize() else { continue };
        let shown = output::plain(&path.display().to_string());
        if there.starts_with(&inbox) {
            return Err(Failure::usage(format!(
                "source_in_inbox: {shown} lies in the inbox {}; it is taken up from there by itself",
                inbox.display()
            )));
        }
        if inbox.starts_with(&there) {
            return Err(Failure::usage(format!(
                "source_holds_inbox: {shown} holds the inbox {}; name the folders and files beside it",
                inbox.display()
            )));
        }
    }
    Ok(())
}

/// Files get their name, files of a folder their path in it; the collection is the first folder of the key.
pub(super) fn plan(paths: &[PathBuf], collection: Option<&str>) -> Result<Plan, Failure> {
    if let Some(name) = collection {
        CollectionName::parse(name).map_err(|error| Failure::usage(format!("--collection: {error}")))?;
    }
    let mut plan = Plan::default();
    for path in paths {
        let unreadable = |error: std::io::Error| {
            Failure::usage(format!("cannot read {}: {error}", output::plain(&path.display().to_string())))
        };
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
    // A rule that is there first holds from the first moment on; the other way round everybody sees the document until
    // the rule arrives.
    plan.files.sort_by_key(|file| file.is_document);
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
        // A pipe or a device has no end, and waiting for one is never what was meant.
        match std::fs::metadata(&from) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return self.skipped.push((from, "not a regular file".to_owned())),
            Err(error) => return self.skipped.push((from, format!("cannot be read: {error}"))),
        }
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
            // A link to a folder may lead back to where we are.
            if path.is_dir() && !path.is_symlink() {
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
    fn a_rule_is_copied_before_its_document() {
        let root = tempfile::tempdir().unwrap();
        for name in ["a.txt", "a.txt.metadata.json", "b.txt", "b.txt.metadata.json"] {
            std::fs::write(root.path().join(name), "x").unwrap();
        }
        let plan = plan(&[root.path().to_owned()], None).unwrap();
        let documents: Vec<bool> = plan.files.iter().map(|file| file.is_document).collect();
        assert_eq!(documents, [false, false, true, true]);
    }

    #[test]
    fn only_regular_files_from_outside_are_added() {
        let root = tempfile::tempdir().unwrap();
        let (inbox, other) = (root.path().join("inbox"), root.path().join("other"));
        std::fs::create_dir_all(inbox.join("hr")).unwrap();
        std::fs::create_dir(&other).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(other.join("pipe.txt")).unwrap();
        std::os::unix::fs::symlink(&other, other.join("again")).unwrap();
        let plan = plan(std::slice::from_ref(&other), None).unwrap();
        assert!(plan.files.is_empty());
        assert!(plan.skipped.iter().any(|(_, reason)| reason == "not a regular file"), "{plan:?}");
        let refused = |path: PathBuf| refuse_inbox(&[path], &inbox).unwrap_err().to_string();
        assert!(refused(inbox.join("hr")).starts_with("source_in_inbox: "));
        assert!(refused(root.path().to_owned()).starts_with("source_holds_inbox: "));
        assert!(refuse_inbox(&[other], &inbox).is_ok());
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
