//! What is known of uploads in parts, on the disk beside the parts: it survives the process and needs no memory.
//!
//! ```text
//! uploads/<id>/upload.json      bucket, key, notes
//! uploads/<id>/00001.json       about part 1: which file, size, checksums
//! uploads/<id>/body-…           its bytes
//! ```
//!
//! A part that is sent again replaces the one before by replacing the small file that names it. An upload that nobody
//! completes is forgotten after seven days.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use cueline_protocol::ids::BucketName;
use s3s::{S3ErrorCode, S3Result, dto::Checksum};
use serde::{Deserialize, Serialize};

use super::{
    notes::{Notes, Sums as KeptSums},
    problem::{disk, problem},
    spool::Spooled,
    sums::Sums,
};
use crate::presence::random_name;

/// How long an upload may stay open.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Uploads that are open at once; each is a folder.
const MOST: usize = 1_000;
const ABOUT: &str = "upload.json";
/// What is copied at once.
const PIECE: usize = 1 << 20;

/// The folder of all uploads. A cheap handle.
#[derive(Clone)]
pub(super) struct Uploads(PathBuf);

/// An upload that is open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Upload {
    #[serde(skip)]
    pub(super) id: String,
    pub(super) bucket: String,
    pub(super) key: String,
    /// Epoch milliseconds.
    pub(super) begun_ms: i64,
    /// What the object will be called.
    pub(super) notes: Notes,
    /// The checksum that was chosen, e.g. `CRC32`.
    pub(super) algorithm: Option<String>,
    /// The checksum is of the content, not of the parts' checksums.
    pub(super) full_object: bool,
}

/// A part that is here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Part {
    file: String,
    pub(super) size: u64,
    /// MD5, hexadecimal.
    pub(super) etag: String,
    pub(super) at_ms: i64,
    pub(super) sums: KeptSums,
}

impl Uploads {
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        let uploads = Self(folder);
        uploads.forget_old(SystemTime::now());
        Ok(uploads)
    }

    /// Removes what nobody completed.
    fn forget_old(&self, now: SystemTime) {
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let about = entry.path().join(ABOUT);
            let begun = fs::metadata(&about).or_else(|_| entry.metadata()).and_then(|metadata| metadata.modified());
            if begun.is_ok_and(|begun| now.duration_since(begun).is_ok_and(|age| age > KEPT)) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    pub(super) fn begin(&self, upload: &Upload) -> S3Result<String> {
        self.forget_old(SystemTime::now());
        let open = fs::read_dir(&self.0).map_err(disk)?.count();
        if open >= MOST {
            let message =
                format!("{open} uploads are open; complete or abort some, see `aws s3api list-multipart-uploads`");
            return Err(problem(S3ErrorCode::SlowDown, message));
        }
        let id = random_name("upload").map_err(disk)?;
        let folder = self.0.join(&id);
        fs::create_dir(&folder).map_err(disk)?;
        write_whole(&folder.join(ABOUT), &serde_json::to_vec(upload).unwrap_or_default()).map_err(disk)?;
        Ok(id)
    }

    /// The upload of an id, if it is of this object.
    pub(super) fn get(&self, id: &str, bucket: &BucketName, key: &str) -> S3Result<Upload> {
        let missing = || {
            let message = "there is no such upload: it was completed or aborted, or is of another object";
            problem(S3ErrorCode::NoSuchUpload, message)
        };
        let upload = self.read(id).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => missing(),
            _ => disk(error),
        })?;
        let is_it = upload.as_ref().is_some_and(|upload| upload.bucket == bucket.as_str() && upload.key == key);
        upload.filter(|_| is_it).ok_or_else(missing)
    }

    fn read(&self, id: &str) -> io::Result<Option<Upload>> {
        // An id is a name of ours and nothing that could lead elsewhere.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Ok(None);
        }
        let upload: Option<Upload> = serde_json::from_slice(&fs::read(self.0.join(id).join(ABOUT))?).ok();
        Ok(upload.map(|upload| Upload { id: id.to_owned(), ..upload }))
    }

    /// The open uploads of a bucket, by key and id.
    pub(super) fn of(&self, bucket: &BucketName) -> S3Result<Vec<Upload>> {
        let mut uploads = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(disk)? {
            let id = entry.map_err(disk)?.file_name().to_string_lossy().into_owned();
            match self.read(&id) {
                Ok(Some(upload)) if upload.bucket == bucket.as_str() => uploads.push(upload),
                // Begun or forgotten at this moment.
                _ => {}
            }
        }
        uploads.sort_by(|one, other| (&one.key, &one.id).cmp(&(&other.key, &other.id)));
        Ok(uploads)
    }

    /// Takes a body as a part.
    pub(super) fn keep(&self, upload: &Upload, number: i32, spooled: &Spooled, at_ms: i64) -> S3Result<Part> {
        let folder = self.0.join(&upload.id);
        let file = random_name("body").map_err(disk)?;
        fs::rename(&spooled.path, folder.join(&file)).map_err(disk)?;
        let sums = KeptSums::of(&spooled.sums, false);
        let part = Part { file, size: spooled.size, etag: spooled.md5.clone(), at_ms, sums };
        let about = about(&folder, number);
        let before = read_part(&about).ok().flatten();
        write_whole(&about, &serde_json::to_vec(&part).unwrap_or_default()).map_err(disk)?;
        if let Some(before) = before {
            let _ = fs::remove_file(folder.join(before.file));
        }
        Ok(part)
    }

    /// The parts that are here, by number.
    pub(super) fn parts(&self, upload: &Upload) -> S3Result<BTreeMap<i32, Part>> {
        let mut parts = BTreeMap::new();
        for entry in fs::read_dir(self.0.join(&upload.id)).map_err(disk)? {
            let name = entry.map_err(disk)?.file_name().to_string_lossy().into_owned();
            let Some(number) = name.strip_suffix(".json").and_then(|number| number.parse().ok()) else { continue };
            if let Some(part) = read_part(&self.0.join(&upload.id).join(&name)).map_err(disk)? {
                parts.insert(number, part);
            }
        }
        Ok(parts)
    }

    /// Writes the parts one after the other into a file, and what it sums up to.
    pub(super) fn join(&self, upload: &Upload, parts: &[Part], into: PathBuf) -> S3Result<Spooled> {
        let mut whole = Spooled { path: into, size: 0, md5: String::new(), sums: Checksum::default() };
        let mut sums = Sums::unasked(upload.algorithm.as_deref());
        let mut to = File::options().write(true).create_new(true).open(&whole.path).map_err(disk)?;
        let mut piece = vec![0; PIECE];
        for part in parts {
            let mut from = BufReader::new(File::open(self.0.join(&upload.id).join(&part.file)).map_err(disk)?);
            loop {
                let read = from.read(&mut piece).map_err(disk)?;
                if read == 0 {
                    break;
                }
                sums.update(&piece[..read]);
                to.write_all(&piece[..read]).map_err(disk)?;
                whole.size += read as u64;
            }
        }
        (whole.sums, whole.md5) = sums.finish(None)?;
        Ok(whole)
    }

    /// Nothing of it is left.
    pub(super) fn end(&self, upload: &Upload) -> S3Result<()> {
        // First what makes it one: a removal that is cut leaves no upload with half of its parts.
        let folder = self.0.join(&upload.id);
        fs::remove_file(folder.join(ABOUT)).map_err(disk)?;
        fs::remove_dir_all(folder).map_err(disk)
    }
}

fn about(folder: &Path, number: i32) -> PathBuf {
    folder.join(format!("{number:05}.json"))
}

fn read_part(about: &Path) -> io::Result<Option<Part>> {
    match fs::read(about) {
        Ok(text) => Ok(serde_json::from_slice(&text).ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Readers see the old or the new file.
fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension(random_name("new")?);
    fs::write(&unfinished, content)?;
    fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(key: &str) -> Upload {
        Upload {
            id: String::new(),
            bucket: "inbox".into(),
            key: key.into(),
            begun_ms: 1,
            notes: Notes::default(),
            algorithm: None,
            full_object: true,
        }
    }

    fn body(folder: &Path, bytes: &[u8]) -> Spooled {
        let path = folder.join(random_name("body").unwrap());
        fs::write(&path, bytes).unwrap();
        Spooled { path, size: bytes.len() as u64, md5: "m".into(), sums: Checksum::default() }
    }

    #[test]
    fn an_upload_survives_its_process_and_a_part_sent_again_replaces_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let bucket = BucketName::new("inbox").unwrap();
        let uploads = Uploads::open(folder.path().join("uploads")).unwrap();
        let id = uploads.begin(&upload("k")).unwrap();
        let begun = uploads.get(&id, &bucket, "k").unwrap();
        uploads.keep(&begun, 2, &body(folder.path(), b"two"), 5).unwrap();
        uploads.keep(&begun, 1, &body(folder.path(), b"wrong"), 5).unwrap();
        uploads.keep(&begun, 1, &body(folder.path(), b"one"), 6).unwrap();
        drop(uploads);
        let uploads = Uploads::open(folder.path().join("uploads")).unwrap();
        let parts = uploads.parts(&begun).unwrap();
        assert_eq!(parts.keys().collect::<Vec<_>>(), [&1, &2]);
        let parts: Vec<Part> = parts.into_values().collect();
        let whole = uploads.join(&begun, &parts, folder.path().join("whole")).unwrap();
        assert_eq!((fs::read(&whole.path).unwrap().as_slice(), whole.size), (b"onetwo".as_slice(), 6));
        assert_eq!(uploads.of(&bucket).unwrap().len(), 1);
        uploads.end(&begun).unwrap();
        let gone = uploads.get(&id, &bucket, "k").unwrap_err();
        assert_eq!(gone.code(), &S3ErrorCode::NoSuchUpload);
        assert_eq!(fs::read_dir(folder.path().join("uploads")).unwrap().count(), 0);
    }

    #[test]
    fn ids_lead_nowhere_else_and_old_uploads_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let bucket = BucketName::new("inbox").unwrap();
        let uploads = Uploads::open(folder.path().to_owned()).unwrap();
        let id = uploads.begin(&upload("k")).unwrap();
        for id in ["", "..", "../x", "a/b", &format!("{id}/."), "missing"] {
            assert_eq!(uploads.get(id, &bucket, "k").unwrap_err().code(), &S3ErrorCode::NoSuchUpload, "{id}");
        }
        assert_eq!(uploads.get(&id, &bucket, "other").unwrap_err().code(), &S3ErrorCode::NoSuchUpload);
        uploads.forget_old(SystemTime::now() + KEPT / 2);
        assert!(uploads.get(&id, &bucket, "k").is_ok());
        uploads.forget_old(SystemTime::now() + KEPT * 2);
        assert!(uploads.get(&id, &bucket, "k").is_err());
    }
}
