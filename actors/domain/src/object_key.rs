//! Names of objects: which are accepted, and which of those are documents.
//!
//! A key travels into file paths, URLs, logs and prompts, so what could mean two things in one of them is refused with the
//! reason, never repaired: a repaired key would no longer address the object it came from. Names that a file system or a
//! form gave us are translated first ([`ObjectKey::from_name`]), because there the translation happens before the object
//! gets its key.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest key in bytes; S3's limit.
pub const MAX_KEY_BYTES: usize = 1_024;

/// Ends the name of a file that describes the object beside it, as in Bedrock knowledge bases.
pub const SIDECAR_SUFFIX: &str = ".metadata.json";

/// A key that is safe in a path, a URL and a log line: relative, `/`-separated, no `.` or `..` or empty segment, no control
/// or text-direction character, at most [`MAX_KEY_BYTES`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey(String);

/// Why a name cannot be a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum KeyError {
    /// Nothing there.
    #[error("key is empty")]
    Empty,
    /// More than [`MAX_KEY_BYTES`].
    #[error("key has {length} bytes, more than {MAX_KEY_BYTES}: shorten it")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// Starts with `/` or a drive letter.
    #[error("key is an absolute path: leave out the leading slash or drive")]
    Absolute,
    /// A `.` or `..` segment.
    #[error("key has a segment `{segment}`: write the path without it")]
    Traversal {
        /// The segment.
        segment: String,
    },
    /// Two slashes in a row.
    #[error("key has an empty segment: write one slash, not two")]
    EmptySegment,
    /// A backslash.
    #[error("key has a backslash: separate folders by a slash")]
    Backslash,
    /// A character that does not show, or that turns the text around it.
    #[error("key has the character U+{code_point:04X} at byte {at}: rename the object")]
    Character {
        /// Which.
        code_point: u32,
        /// Where.
        at: usize,
    },
}

impl ObjectKey {
    /// Accepts or refuses; never changes.
    pub fn parse(key: &str) -> Result<Self, KeyError> {
        if key.is_empty() {
            return Err(KeyError::Empty);
        }
        if key.len() > MAX_KEY_BYTES {
            return Err(KeyError::TooLong { length: key.len() });
        }
        if let Some((at, found)) = key.char_indices().find(|(_, c)| is_hostile(*c)) {
            return Err(KeyError::Character { code_point: u32::from(found), at });
        }
        if key.contains('\\') {
            return Err(KeyError::Backslash);
        }
        if key.starts_with('/') || has_drive(key) {
            return Err(KeyError::Absolute);
        }
        let folder = key.strip_suffix('/').unwrap_or(key);
        for segment in folder.split('/') {
            match segment {
                "" => return Err(KeyError::EmptySegment),
                "." | ".." => return Err(KeyError::Traversal { segment: segment.to_owned() }),
                _ => {}
            }
        }
        Ok(Self(key.to_owned()))
    }

    /// A key for a file named by a file system or a form, relative to the folder that is watched. Backslashes become
    /// slashes; bytes that are not UTF-8 become `%XX` (and then `%` becomes `%25`); the rest must be valid as it is.
    pub fn from_name(name: &[u8]) -> Result<Self, KeyError> {
        Self::parse(&decode(name).replace('\\', "/"))
    }

    /// A key that stands for a name which cannot be one, so that people can be told about it: what is refused is written
    /// `%XX`. It names no object.
    pub fn escaped(name: &str) -> Self {
        let mut safe = String::new();
        for segment in name.split('/') {
            if !safe.is_empty() {
                safe.push('/');
            }
            let hidden = matches!(segment, "" | "." | "..");
            for c in segment.chars() {
                if hidden || is_hostile(c) || matches!(c, '\\' | '%' | ':') {
                    let mut bytes = [0; 4];
                    c.encode_utf8(&mut bytes).bytes().for_each(|byte| safe.push_str(&format!("%{byte:02X}")));
                } else {
                    safe.push(c);
                }
            }
            if segment.is_empty() {
                safe.push('%');
            }
        }
        // Room for a mark that keeps shortened names apart.
        if safe.len() > MAX_KEY_BYTES {
            let hash = blake3::hash(name.as_bytes()).to_hex();
            safe.truncate((0..=MAX_KEY_BYTES - 20).rev().find(|at| safe.is_char_boundary(*at)).unwrap_or(0));
            safe.push_str(&format!("…{}", &hash[..16]));
        }
        Self(safe)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment, without the slash of a folder marker.
    pub fn file_name(&self) -> &str {
        let path = self.0.strip_suffix('/').unwrap_or(&self.0);
        path.rsplit('/').next().unwrap_or(path)
    }

    /// Key of the file that describes this object.
    pub fn sidecar(&self) -> String {
        format!("{}{SIDECAR_SUFFIX}", self.0)
    }

    /// What an object of this name is to us.
    pub fn purpose(&self) -> Purpose {
        if self.0.ends_with('/') {
            return Purpose::Ignored(IgnoreReason::Folder);
        }
        if let Some(reason) = self.0.split('/').find_map(ignored_segment) {
            return Purpose::Ignored(reason);
        }
        if let Some(reason) = ignored_file(self.file_name()) {
            return Purpose::Ignored(reason);
        }
        match self.0.strip_suffix(SIDECAR_SUFFIX) {
            Some(described) => Purpose::Sidecar(Self(described.to_owned())),
            None => Purpose::Document,
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ObjectKey {
    type Error = KeyError;
    fn try_from(key: String) -> Result<Self, KeyError> {
        Self::parse(&key)
    }
}

impl From<ObjectKey> for String {
    fn from(key: ObjectKey) -> Self {
        key.0
    }
}

/// What an object is to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To be ingested.
    Document,
    /// Describes the object of this key.
    Sidecar(ObjectKey),
    /// Left alone; not an error.
    Ignored(IgnoreReason),
}

/// Why an object is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IgnoreReason {
    /// A marker that a console makes for an empty folder.
    Folder,
    /// A name or folder that starts with a dot.
    Hidden,
    /// A lock or scratch file of an editor or office program.
    Temporary,
    /// A download or upload that has not finished.
    Partial,
    /// Left by the operating system.
    System,
}

fn ignored_segment(segment: &str) -> Option<IgnoreReason> {
    if segment.starts_with('.') {
        return Some(IgnoreReason::Hidden);
    }
    ["__macosx", "$recycle.bin", "@eadir"].contains(&segment.to_lowercase().as_str()).then_some(IgnoreReason::System)
}

fn ignored_file(name: &str) -> Option<IgnoreReason> {
    let name = name.to_lowercase();
    if ["thumbs.db", "desktop.ini", "icon\r"].contains(&name.as_str()) {
        return Some(IgnoreReason::System);
    }
    if name.starts_with("~$") || name.ends_with('~') || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
    {
        return Some(IgnoreReason::Temporary);
    }
    match name.rsplit_once('.')?.1 {
        "part" | "partial" | "crdownload" | "download" | "filepart" | "opdownload" => Some(IgnoreReason::Partial),
        "swp" | "swo" | "swx" | "tmp" | "temp" => Some(IgnoreReason::Temporary),
        _ => None,
    }
}

fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn has_drive(key: &str) -> bool {
    matches!(key.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic() && matches!(key.as_bytes().get(2), None | Some(b'/')))
}

fn decode(name: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(name) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(name.len() * 2);
    for piece in name.utf8_chunks() {
        text.push_str(&piece.valid().replace('%', "%25"));
        for byte in piece.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// A key that a notification of S3 itself carries: URL-encoded, a space is `+`. `None` when it is not encoded soundly.
pub fn from_url(key: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (high, low) = (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
                bytes.push((high * 16 + low) as u8);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_from_a_url_are_decoded_or_none() {
        assert_eq!(from_url("a+b/%C3%BC%2b.pdf").as_deref(), Some("a b/ü+.pdf"));
        for bad in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(from_url(bad), None, "{bad}");
        }
    }
    use proptest::prelude::*;

    #[test]
    fn hostile_names_are_refused_with_the_reason() {
        let cases = [
            ("", "key is empty"),
            ("/etc/passwd", "key is an absolute path: leave out the leading slash or drive"),
            ("C:/x.txt", "key is an absolute path: leave out the leading slash or drive"),
            ("../x", "key has a segment `..`: write the path without it"),
            ("a/../../x", "key has a segment `..`: write the path without it"),
            ("a/..", "key has a segment `..`: write the path without it"),
            ("a/./x", "key has a segment `.`: write the path without it"),
            ("a//x", "key has an empty segment: write one slash, not two"),
            ("a//", "key has an empty segment: write one slash, not two"),
            ("a\\..\\x", "key has a backslash: separate folders by a slash"),
            ("a\0.txt", "key has the character U+0000 at byte 1: rename the object"),
            ("a\nb", "key has the character U+000A at byte 1: rename the object"),
            ("in\u{202E}fdp.exe", "key has the character U+202E at byte 2: rename the object"),
        ];
        for (key, message) in cases {
            assert_eq!(ObjectKey::parse(key).unwrap_err().to_string(), message, "{key:?}");
        }
        assert!(ObjectKey::parse(&"x".repeat(1_024)).is_ok());
        assert_eq!(ObjectKey::parse(&"é".repeat(513)), Err(KeyError::TooLong { length: 1_026 }));
    }

    #[test]
    fn ordinary_names_are_kept_as_they_are() {
        for key in
            ["a.pdf", "2024/Q1 report (final).docx", "ünïcode/文書.md", "a/b../c...d", "C:a", "100%/x", "~x", "#1.md"]
        {
            assert_eq!(ObjectKey::parse(key).unwrap().as_str(), key);
            assert_eq!(ObjectKey::parse(key).unwrap().purpose(), Purpose::Document, "{key}");
        }
    }

    #[test]
    fn names_of_a_file_system_are_translated() {
        let name = |bytes: &[u8]| ObjectKey::from_name(bytes).map(String::from);
        assert_eq!(name(b"a\\b\\c.txt"), Ok("a/b/c.txt".to_owned()));
        assert_eq!(name(b"caf\xE9 100%.txt"), Ok("caf%E9 100%25.txt".to_owned()));
        assert_eq!(name(b"100%.txt"), Ok("100%.txt".to_owned()));
        assert_eq!(name(b"..\\x"), Err(KeyError::Traversal { segment: "..".to_owned() }));
        assert_eq!(name(b"\\\\server\\share"), Err(KeyError::Absolute));
        assert_eq!(name(b"C:\\x"), Err(KeyError::Absolute));
    }

    #[test]
    fn files_that_are_no_documents_are_left_alone() {
        use IgnoreReason::*;
        let cases = [
            ("folder/", Folder),
            (".DS_Store", Hidden),
            ("a/.foo.swp", Hidden),
            (".git/config", Hidden),
            ("a/.metadata.json", Hidden),
            ("~$x.docx", Temporary),
            ("notes.md~", Temporary),
            ("#notes.md#", Temporary),
            ("x.TMP", Temporary),
            ("film.part", Partial),
            ("x.pdf.crdownload", Partial),
            ("__MACOSX/x.pdf", System),
            ("a/Thumbs.db", System),
        ];
        for (key, reason) in cases {
            assert_eq!(ObjectKey::parse(key).unwrap().purpose(), Purpose::Ignored(reason), "{key}");
        }
    }

    #[test]
    fn a_sidecar_names_its_object() {
        let key = ObjectKey::parse("a/x.pdf").unwrap();
        assert_eq!(key.sidecar(), "a/x.pdf.metadata.json");
        assert_eq!(ObjectKey::parse(&key.sidecar()).unwrap().purpose(), Purpose::Sidecar(key));
    }

    #[test]
    fn a_refused_name_can_be_told() {
        let cases = [
            ("a\nb\r\u{1B}[31m.txt", "a%0Ab%0D%1B[31m.txt"),
            ("a\\..\\x", "a%5C..%5Cx"),
            ("../x", "%2E%2E/x"),
            ("a//b", "a/%/b"),
            ("in\u{202E}fdp.exe", "in%E2%80%AEfdp.exe"),
            ("C:/x", "C%3A/x"),
        ];
        for (name, shown) in cases {
            assert_eq!(ObjectKey::escaped(name).as_str(), shown);
        }
    }

    proptest! {
        #[test]
        fn an_escaped_name_is_a_key(name in "\\PC{0,40}|[\\x00-\\x20/.\\\\:]{0,12}|[é\n]{500,900}") {
            let key = ObjectKey::escaped(&name);
            prop_assert_eq!(ObjectKey::parse(key.as_str()), Ok(key.clone()));
        }

        #[test]
        fn an_accepted_name_cannot_leave_its_folder(name in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(key) = ObjectKey::from_name(&name) {
                let path = std::path::Path::new(key.as_str());
                prop_assert!(path.components().all(|part| matches!(part, std::path::Component::Normal(_))));
                prop_assert_eq!(ObjectKey::parse(key.as_str()), Ok(key.clone()));
                let _ = key.purpose();
            }
        }
    }
}
