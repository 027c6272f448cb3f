//! Lists of objects, with common prefixes.
//!
//! The pages of the port are walked; a place in the list is where its page began and what was shown last, so the next
//! request goes on without walking all that came before.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cueline_ports::ObjectMeta;
use cueline_protocol::ids::BucketName;
use s3s::{S3ErrorCode, S3Response, S3Result, dto::*};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Store, moment,
    problem::{problem, refused},
    shown,
};

/// Entries of one answer at most, as on S3.
const MOST: usize = 1_000;
/// Objects that are asked for at once.
const PAGE: usize = 1_000;

/// A place in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// Where the page of the port began.
    cursor: Option<String>,
    /// The last key or common prefix that was shown.
    after: String,
}

impl Place {
    fn seal(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn open(token: &str) -> S3Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok();
        let place = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        place.ok_or_else(|| problem(S3ErrorCode::InvalidArgument, "the continuation token is not one of this list"))
    }
}

/// What is shown of a list.
#[derive(Debug, Default)]
struct Shown {
    objects: Vec<ObjectMeta>,
    prefixes: Vec<String>,
    /// Where to go on, when there is more.
    next: Option<Place>,
}

/// What an object is in a list: itself, or the common prefix that stands for it.
fn entry<'a>(key: &'a str, prefix: &str, delimiter: Option<&str>) -> (&'a str, bool) {
    let below = delimiter.and_then(|delimiter| {
        let at = key.get(prefix.len()..)?.find(delimiter)?;
        key.get(..prefix.len() + at + delimiter.len())
    });
    below.map_or((key, false), |below| (below, true))
}

async fn walk(
    store: &Store,
    bucket: &BucketName,
    prefix: &str,
    delimiter: Option<&str>,
    from: Place,
    most: usize,
) -> S3Result<Shown> {
    let mut shown = Shown::default();
    let Place { mut cursor, mut after } = from;
    if most == 0 {
        return Ok(shown);
    }
    loop {
        let began = cursor.clone();
        let page = store.world.objects.list(bucket, prefix, cursor, PAGE).await.map_err(|error| refused(&error))?;
        for meta in page.items {
            let (name, common) = entry(&meta.key, prefix, delimiter);
            // A common prefix sorts before all that it stands for, so what it stands for is passed over as well.
            if name <= after.as_str() {
                continue;
            }
            if shown.objects.len() + shown.prefixes.len() == most {
                shown.next = Some(Place { cursor: began, after });
                return Ok(shown);
            }
            after = name.to_owned();
            if common {
                shown.prefixes.push(after.clone());
            } else {
                shown.objects.push(meta);
            }
        }
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(shown);
        }
    }
}

fn most(asked: Option<i32>) -> S3Result<usize> {
    match asked.map(usize::try_from) {
        None => Ok(MOST),
        Some(Ok(asked)) => Ok(asked.min(MOST)),
        Some(Err(_)) => Err(problem(S3ErrorCode::InvalidArgument, "max-keys: write a number from 0 to 1000")),
    }
}

/// How keys are written: as they are, or URL-encoded when the client asks, because XML cannot hold every character.
pub(super) struct Spelling(bool);

impl Spelling {
    pub(super) fn of(encoding: Option<&EncodingType>) -> Self {
        Self(encoding.is_some_and(|encoding| encoding.as_str() == EncodingType::URL))
    }

    pub(super) fn write(&self, text: &str) -> String {
        if !self.0 {
            return text.to_owned();
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/');
        text.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    }
}

fn object(meta: &ObjectMeta, spelling: &Spelling) -> Object {
    Object {
        key: Some(spelling.write(&meta.key)),
        size: i64::try_from(meta.size).ok(),
        e_tag: Some(shown(&meta.etag)),
        last_modified: Some(moment(meta.modified_ms)),
        storage_class: Some(ObjectStorageClass::STANDARD.to_owned().into()),
        ..Object::default()
    }
}

fn prefixes(shown: &Shown, spelling: &Spelling) -> CommonPrefixList {
    shown.prefixes.iter().map(|prefix| CommonPrefix { prefix: Some(spelling.write(prefix)) }).collect()
}

pub(super) async fn v2(store: &Store, input: ListObjectsV2Input) -> Answer<ListObjectsV2Output> {
    let bucket = store.bucket(&input.bucket).await?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let delimiter = input.delimiter.clone().filter(|delimiter| !delimiter.is_empty());
    let from = match &input.continuation_token {
        Some(token) => Place::open(token)?,
        None => Place { cursor: None, after: input.start_after.clone().unwrap_or_default() },
    };
    let most = most(input.max_keys)?;
    let found = walk(store, &bucket, &prefix, delimiter.as_deref(), from, most).await?;
    let spelling = Spelling::of(input.encoding_type.as_ref());
    let count = found.objects.len() + found.prefixes.len();
    Ok(S3Response::new(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(spelling.write(&prefix)),
        max_keys: i32::try_from(most).ok(),
        key_count: i32::try_from(count).ok(),
        continuation_token: input.continuation_token,
        is_truncated: Some(found.next.is_some()),
        next_continuation_token: found.next.as_ref().map(Place::seal),
        contents: Some(found.objects.iter().map(|meta| object(meta, &spelling)).collect()),
        common_prefixes: Some(prefixes(&found, &spelling)),
        delimiter: delimiter.map(|delimiter| spelling.write(&delimiter)),
        encoding_type: input.encoding_type,
        start_after: input.start_after.map(|after| spelling.write(&after)),
        ..ListObjectsV2Output::default()
    }))
}

pub(super) async fn v1(store: &Store, input: ListObjectsInput) -> Answer<ListObjectsOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let delimiter = input.delimiter.clone().filter(|delimiter| !delimiter.is_empty());
    let from = Place { cursor: None, after: input.marker.clone().unwrap_or_default() };
    let most = most(input.max_keys)?;
    let found = walk(store, &bucket, &prefix, delimiter.as_deref(), from, most).await?;
    let spelling = Spelling::of(input.encoding_type.as_ref());
    Ok(S3Response::new(ListObjectsOutput {
        name: Some(input.bucket),
        prefix: Some(spelling.write(&prefix)),
        marker: Some(spelling.write(&input.marker.unwrap_or_default())),
        max_keys: i32::try_from(most).ok(),
        is_truncated: Some(found.next.is_some()),
        next_marker: found.next.as_ref().map(|place| spelling.write(&place.after)),
        contents: Some(found.objects.iter().map(|meta| object(meta, &spelling)).collect()),
        common_prefixes: Some(prefixes(&found, &spelling)),
        delimiter: delimiter.map(|delimiter| spelling.write(&delimiter)),
        encoding_type: input.encoding_type,
        ..ListObjectsOutput::default()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fold_into_common_prefixes() {
        assert_eq!(entry("a/b/c", "", Some("/")), ("a/", true));
        assert_eq!(entry("a/b/c", "a/", Some("/")), ("a/b/", true));
        assert_eq!(entry("a/b", "a/", Some("/")), ("a/b", false));
        assert_eq!(entry("a--b", "", Some("--")), ("a--", true));
        assert_eq!(entry("a/b", "", None), ("a/b", false));
    }

    #[test]
    fn keys_are_spelled_as_asked() {
        let (url, plain) = (Spelling(true), Spelling(false));
        assert_eq!(url.write("a b/ü+%.txt"), "a%20b/%C3%BC%2B%25.txt");
        assert_eq!(plain.write("a b"), "a b");
    }

    #[test]
    fn a_place_comes_back_and_nonsense_is_refused() {
        let place = Place { cursor: Some("c".into()), after: "k".into() };
        assert_eq!(Place::open(&place.seal()).unwrap(), place);
        assert_eq!(Place::open("nonsense").unwrap_err().code(), &S3ErrorCode::InvalidArgument);
    }
}
