//! What a file cannot hold: content type, user metadata, checksums. One row per object, which names the content that it is
//! about: whoever changes the file by hand makes it void.

use std::collections::{BTreeMap, HashMap};

use cueline_ports::{Condition, Key, Write};
use cueline_protocol::ids::BucketName;
use s3s::{S3ErrorCode, S3Result, dto::Checksum};
use serde::{Deserialize, Serialize};

use super::{
    Store,
    problem::{problem, refused},
};

const PARTITION: &str = "doors.notes";
/// User metadata of an object in bytes, as on S3.
const MOST_METADATA: usize = 2 * 1024;
/// What an object is without a type.
pub(super) const NO_TYPE: &str = "binary/octet-stream";
/// An encoding of the request, not of the object.
const TRANSFER: &str = "aws-chunked";

/// About the content of an object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Notes {
    /// Of the content that this is about.
    pub(super) etag: String,
    pub(super) content_type: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) sums: Sums,
}

/// Checksums, as they are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Sums {
    crc32: Option<String>,
    crc32c: Option<String>,
    crc64nvme: Option<String>,
    sha1: Option<String>,
    sha256: Option<String>,
    /// Of the parts' checksums, not of the content.
    composite: bool,
}

impl Sums {
    pub(super) fn of(sums: &Checksum, composite: bool) -> Self {
        Self {
            crc32: sums.checksum_crc32.clone(),
            crc32c: sums.checksum_crc32c.clone(),
            crc64nvme: sums.checksum_crc64nvme.clone(),
            sha1: sums.checksum_sha1.clone(),
            sha256: sums.checksum_sha256.clone(),
            composite,
        }
    }

    pub(super) fn shown(self) -> Checksum {
        let kind = if self.composite { "COMPOSITE" } else { "FULL_OBJECT" };
        Checksum {
            checksum_crc32: self.crc32,
            checksum_crc32c: self.crc32c,
            checksum_crc64nvme: self.crc64nvme,
            checksum_sha1: self.sha1,
            checksum_sha256: self.sha256,
            checksum_type: Some(kind.to_owned().into()),
        }
    }
}

/// What an input says of an object, without its metadata.
macro_rules! described {
    ($input:expr) => {
        $crate::doors::s3::notes::Notes {
            content_type: $input.content_type.clone(),
            cache_control: $input.cache_control.clone(),
            content_disposition: $input.content_disposition.clone(),
            content_encoding: $input.content_encoding.clone(),
            content_language: $input.content_language.clone(),
            ..$crate::doors::s3::notes::Notes::default()
        }
    };
}
pub(super) use described;

impl Notes {
    /// What a client said about an object.
    pub(super) fn checked(mut self, metadata: Option<HashMap<String, String>>) -> S3Result<Self> {
        self.metadata = metadata.unwrap_or_default().into_iter().collect();
        let bytes: usize = self.metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
        if bytes > MOST_METADATA {
            let message = format!("the metadata has {bytes} bytes; at most {MOST_METADATA} are kept");
            return Err(problem(S3ErrorCode::MetadataTooLarge, message));
        }
        let encodings = self.content_encoding.take().unwrap_or_default();
        let encodings: Vec<&str> =
            encodings.split(',').map(str::trim).filter(|it| !it.is_empty() && *it != TRANSFER).collect();
        self.content_encoding = Some(encodings.join(",")).filter(|encodings| !encodings.is_empty());
        Ok(self)
    }
}

impl Store {
    /// What is known about a content.
    pub(super) async fn notes(&self, bucket: &BucketName, key: &str, etag: &str) -> S3Result<Notes> {
        let row = self.world.table.get(&place(bucket, key)).await.map_err(|error| refused(&error))?;
        // A row that cannot be read is as good as none: it only says what a content is called.
        let notes = row.and_then(|row| serde_json::from_slice::<Notes>(&row.body).ok());
        Ok(notes.filter(|notes| notes.etag == etag).unwrap_or_default())
    }

    /// Remembers it.
    pub(super) async fn note(&self, bucket: &BucketName, key: &str, etag: &str, notes: Notes) -> S3Result<()> {
        let notes = Notes { etag: etag.to_owned(), ..notes };
        let body = serde_json::to_vec(&notes).unwrap_or_default();
        let put = Write::Put { key: place(bucket, key), body: body.into(), condition: Condition::Any };
        self.world.table.transact(vec![put]).await.map_err(|error| refused(&error))
    }

    /// Forgets what was known about an object that is gone.
    pub(super) async fn forget(&self, bucket: &BucketName, key: &str) -> S3Result<()> {
        let delete = Write::Delete { key: place(bucket, key), condition: Condition::Any };
        self.world.table.transact(vec![delete]).await.map_err(|error| refused(&error))
    }
}

fn place(bucket: &BucketName, key: &str) -> Key {
    Key::new(PARTITION, blake3::hash(format!("{bucket}\0{key}").as_bytes()).to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_bounded_and_the_encoding_of_a_request_is_none_of_the_object() {
        let of = |encoding: &str| {
            let notes = Notes { content_encoding: Some(encoding.into()), ..Notes::default() };
            notes.checked(None).unwrap().content_encoding
        };
        assert_eq!((of("aws-chunked"), of("gzip,aws-chunked").as_deref()), (None, Some("gzip")));
        let large = HashMap::from([("a".to_owned(), "x".repeat(MOST_METADATA))]);
        let error = Notes::default().checked(Some(large)).unwrap_err();
        assert_eq!(error.code(), &S3ErrorCode::MetadataTooLarge);
    }
}
