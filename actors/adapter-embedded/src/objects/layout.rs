//! How a key is a path, in both directions.
//!
//! **Internal buckets** take every key. A segment keeps its characters, except those that some file system or person would
//! misread, which become `%XX`; `a` and `a/b` may both be objects, so folders are marked:
//!
//! | key | path |
//! |---|---|
//! | `a/b.txt` | `a%-/b.txt` |
//! | `../x` | `%2E%2E%-/x` |
//! | `a/` | `a%-/%_` |
//! | 300 letters | the first 200 as folder `…%+`, the rest as file |
//!
//! **Mapped folders** belong to people, so names are what they are. A name that is not UTF-8 becomes a key by writing its
//! foreign bytes as `%XX` (and then `%` as `%25`); where two names would give one key, the one that is UTF-8 has it.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

use cueline_ports::PortResult;

use super::error::invalid_key;

const MAX_KEY: usize = 1_024;
/// Longest name that file systems take, and how much of it one piece of a long segment uses.
const MAX_NAME: usize = 255;
const PIECE: usize = 200;
const FOLDER: &str = "%-";
const PIECE_FOLDER: &str = "%+";
const NOTHING: &str = "%_";
/// Begins the name of what is being written into a mapped folder; such files are nobody's objects.
pub(super) const TEMPORARY: &str = ".cueline-";

/// What an entry of a folder is to keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// An object: the last part of its key.
    File(String),
    /// Keys that go on after this part, which ends in a slash.
    Folder(String),
    /// Keys that go on after this part without a slash.
    Piece(String),
}

/// A key that an adapter of whatever kind takes.
pub(super) fn check_key(key: &str) -> PortResult<()> {
    if key.is_empty() {
        return Err(invalid_key(key, "is empty"));
    }
    if key.len() > MAX_KEY {
        return Err(invalid_key(key, "has more than 1,024 bytes"));
    }
    Ok(())
}

/// The path of a key below the root of an internal bucket.
pub(super) fn encoded_path(key: &str) -> PathBuf {
    let mut path = PathBuf::new();
    let mut segments = key.split('/').peekable();
    while let Some(mut segment) = segments.next() {
        let mut name = encode(segment);
        while name.len() > MAX_NAME - FOLDER.len() {
            let (piece, rest) = segment.split_at(piece_end(segment));
            path.push(encode(piece) + PIECE_FOLDER);
            segment = rest;
            name = encode(segment);
        }
        if segments.peek().is_some() {
            path.push(name + FOLDER);
        } else {
            path.push(if name.is_empty() { NOTHING } else { &name });
        }
    }
    path
}

/// What an entry of an internal bucket is; `None` when nobody here wrote it.
pub(super) fn decode_name(name: &OsStr) -> Option<Name> {
    let name = name.to_str().filter(|name| !name.starts_with('.'))?;
    if name == NOTHING {
        return Some(Name::File(String::new()));
    }
    if let Some(segment) = name.strip_suffix(FOLDER) {
        return Some(Name::Folder(unescape(segment)? + "/"));
    }
    if let Some(piece) = name.strip_suffix(PIECE_FOLDER) {
        return Some(Name::Piece(unescape(piece)?));
    }
    Some(Name::File(unescape(name)?))
}

/// The names of a key in a mapped folder, or why no file can have it.
pub(super) fn plain_segments(key: &str) -> PortResult<Vec<&str>> {
    let refuse = |why| Err(invalid_key(key, why));
    let mut segments = Vec::new();
    for segment in key.split('/') {
        match segment {
            "" => return refuse("has an empty segment; a folder of files has none"),
            "." | ".." => return refuse("has a segment `.` or `..`; write the path without it"),
            _ if segment.contains('\0') => return refuse("has a NUL character"),
            _ if segment.len() > MAX_NAME => return refuse("has a segment of more than 255 bytes"),
            _ if segment.starts_with(TEMPORARY) => return refuse("has a name that is reserved for unfinished files"),
            _ => segments.push(segment),
        }
    }
    Ok(segments)
}

/// The path of a key in a mapped folder: the name as it is, or the one with foreign bytes if only that is there.
pub(super) fn plain_path(root: &Path, segments: &[&str]) -> PathBuf {
    let mut path = root.to_owned();
    for segment in segments {
        let literal = path.join(segment);
        let foreign = foreign_name(segment).map(|name| path.join(name));
        path = match foreign {
            Some(foreign) if literal.symlink_metadata().is_err() && foreign.symlink_metadata().is_ok() => foreign,
            _ => literal,
        };
    }
    path
}

/// The part of a key that a name in a mapped folder is.
pub(super) fn plain_segment(name: &OsStr) -> String {
    if let Some(text) = name.to_str() {
        return text.to_owned();
    }
    let mut segment = String::new();
    for piece in name.as_bytes().utf8_chunks() {
        segment.push_str(&piece.valid().replace('%', "%25"));
        for byte in piece.invalid() {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    segment
}

/// The name with foreign bytes that this segment would be the key of.
fn foreign_name(segment: &str) -> Option<OsString> {
    let bytes = unescape_bytes(segment)?;
    std::str::from_utf8(&bytes).is_err().then(|| OsString::from_vec(bytes))
}

fn encode(segment: &str) -> String {
    let mut name = String::with_capacity(segment.len());
    let last = segment.chars().count().saturating_sub(1);
    for (at, letter) in segment.chars().enumerate() {
        let misread = letter.is_ascii_control()
            || matches!(letter, '%' | '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*')
            || (at == 0 && letter == '.')
            || (at == last && matches!(letter, '.' | ' '));
        if misread {
            name.push_str(&format!("%{:02X}", u32::from(letter)));
        } else {
            name.push(letter);
        }
    }
    name
}

/// Where to cut a long segment, so that its first piece is a name.
fn piece_end(segment: &str) -> usize {
    let mut length = 0;
    let too_long = segment.char_indices().find(|(_, letter)| {
        // As long as it can become: `%XX` for whatever may have to be escaped at either end of a piece.
        length += if letter.is_ascii() && !letter.is_ascii_alphanumeric() { 3 } else { letter.len_utf8() };
        length > PIECE
    });
    too_long.map_or(segment.len(), |(at, _)| at)
}

fn unescape(name: &str) -> Option<String> {
    String::from_utf8(unescape_bytes(name)?).ok()
}

fn unescape_bytes(name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(path: &Path) -> Option<String> {
        let mut key = String::new();
        for name in path {
            match decode_name(name)? {
                Name::File(part) | Name::Folder(part) | Name::Piece(part) => key.push_str(&part),
            }
        }
        Some(key)
    }

    #[test]
    fn keys_have_readable_paths() {
        let cases = [
            ("a/b.txt", "a%-/b.txt"),
            ("../x", "%2E%2E%-/x"),
            ("..", "%2E%2E"),
            ("/etc/passwd", "%-/etc%-/passwd"),
            ("a/", "a%-/%_"),
            ("a//b", "a%-/%-/b"),
            ("100%", "100%25"),
            ("nul\0", "nul%00"),
            ("end.", "end%2E"),
            ("文書 1.md", "文書 1.md"),
        ];
        for (key, path) in cases {
            assert_eq!(encoded_path(key).to_str(), Some(path), "{key:?}");
            assert_eq!(decoded(Path::new(path)).as_deref(), Some(key));
        }
    }

    #[test]
    fn a_mapped_folder_refuses_what_no_file_can_be_called() {
        for key in ["", "a/", "/a", "a//b", "..", "a/../b", "./a", "a\0", &"x".repeat(256), ".cueline-1"] {
            assert!(plain_segments(key).is_err(), "{key:?}");
        }
        assert_eq!(plain_segments("a/b c/ü.txt").unwrap(), ["a", "b c", "ü.txt"]);
    }

    #[test]
    fn foreign_names_have_a_key() {
        assert_eq!(plain_segment(OsStr::from_bytes(b"caf\xE9 100%.txt")), "caf%E9 100%25.txt");
        assert_eq!(foreign_name("caf%E9 100%25.txt").unwrap().as_bytes(), b"caf\xE9 100%.txt");
        assert_eq!(foreign_name("100%25.txt"), None);
        assert_eq!(plain_segment(OsStr::new("100%.txt")), "100%.txt");
    }

    proptest! {
        #[test]
        fn every_key_comes_back_from_its_path(key in "([a-z./%\\\\]|\\PC|[\\x00-\\x20]){1,300}") {
            prop_assume!(key.len() <= MAX_KEY);
            let path = encoded_path(&key);
            prop_assert_eq!(decoded(&path), Some(key));
            for part in path.components() {
                prop_assert!(matches!(part, std::path::Component::Normal(_)), "{:?}", part);
                prop_assert!(part.as_os_str().len() <= MAX_NAME);
            }
        }

        #[test]
        fn a_long_segment_comes_back(key in "(é|%|x){200,400}") {
            prop_assume!(key.len() <= MAX_KEY);
            prop_assert_eq!(decoded(&encoded_path(&key)), Some(key));
        }
    }
}
