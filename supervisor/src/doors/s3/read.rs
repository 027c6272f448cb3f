//! Reading objects, whole or in part.

use std::ops::Range;

use bytes::Bytes;
use cueline_ports::{ObjectMeta, Objects};
use cueline_protocol::ids::BucketName;
use futures::{SinkExt, Stream, channel::mpsc};
use s3s::{S3ErrorCode, S3Response, S3Result, dto::*};

use super::{
    Answer, Store,
    conditions::OfRead,
    moment,
    notes::{NO_TYPE, Notes},
    problem::{problem, refused},
    shown,
};

/// What is read at once.
const PIECE: u64 = 1 << 20;
/// What is read as one: a reader has the old or the new content, whoever replaces it meanwhile.
const WHOLE: u64 = 2 << 20;
/// Pieces that wait for a slow reader.
const AHEAD: usize = 2;

/// An object that is there.
pub(super) async fn existing(store: &Store, bucket: &BucketName, key: &str) -> S3Result<ObjectMeta> {
    let there = store.find(bucket, key).await?;
    there.ok_or_else(|| problem(S3ErrorCode::NoSuchKey, "there is no object with this key"))
}

/// A content, piece by piece. It fails when somebody replaces the object meanwhile: half of each would be neither.
pub(super) fn pieces(
    store: &Store,
    bucket: BucketName,
    meta: ObjectMeta,
    range: Range<u64>,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + Sync + use<> {
    let objects = store.world.objects.clone();
    let (mut sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let mut at = range.start;
        while at < range.end {
            let end = range.end.min(at + PIECE);
            let piece = piece(&*objects, &bucket, &meta, at..end).await;
            let failed = piece.is_err();
            // Whoever went away wants nothing more.
            if sender.send(piece.map_err(std::io::Error::other)).await.is_err() || failed {
                return;
            }
            at = end;
        }
    });
    receiver
}

async fn piece(
    objects: &dyn Objects,
    bucket: &BucketName,
    meta: &ObjectMeta,
    range: Range<u64>,
) -> Result<Bytes, String> {
    let wanted = range.end - range.start;
    let piece =
        objects.get_range(bucket, &meta.key, range.start, range.end).await.map_err(|error| error.to_string())?;
    let now = objects.head(bucket, &meta.key).await.map_err(|error| error.to_string())?;
    if now.etag != meta.etag || piece.len() as u64 != wanted {
        return Err("object_changed: the object was replaced while it was read; read it again".to_owned());
    }
    Ok(piece)
}

/// A body that was taken from an object failed because the object changed: the client may try again.
pub(super) fn changed(error: s3s::S3Error) -> s3s::S3Error {
    if error.code() == &S3ErrorCode::IncompleteBody {
        return problem(
            S3ErrorCode::ServiceUnavailable,
            "object_changed: the source was replaced meanwhile; try again",
        );
    }
    error
}

pub(super) async fn get(store: &Store, input: GetObjectInput) -> Answer<GetObjectOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    no_version(input.version_id.as_deref())?;
    let meta = existing(store, &bucket, &input.key).await?;
    let condition = OfRead {
        if_match: input.if_match.as_ref(),
        if_none_match: input.if_none_match.as_ref(),
        if_modified_since: input.if_modified_since.as_ref(),
        if_unmodified_since: input.if_unmodified_since.as_ref(),
    };
    condition.check(&meta, S3ErrorCode::NotModified)?;
    let (meta, whole) = if meta.size <= WHOLE {
        let (meta, whole) = store.world.objects.get(&bucket, &input.key).await.map_err(|error| refused(&error))?;
        condition.check(&meta, S3ErrorCode::NotModified)?;
        (meta, Some(whole))
    } else {
        (meta, None)
    };
    let (range, content_range) = range_of(input.range.as_ref(), meta.size)?;
    let notes = store.notes(&bucket, &input.key, &meta.etag).await?;
    let asked = input.checksum_mode.is_some() && content_range.is_none();
    let sums = if asked { notes.sums.clone().shown() } else { Checksum::default() };
    let length = range.end - range.start;
    let body = match whole {
        Some(whole) => StreamingBlob::from(s3s::Body::from(whole.slice(range.start as usize..range.end as usize))),
        None => StreamingBlob::wrap(pieces(store, bucket, meta.clone(), range)),
    };
    let Notes {
        content_type, cache_control, content_disposition, content_encoding, content_language, metadata, ..
    } = notes;
    let mut response = S3Response::new(GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        body: Some(body),
        content_length: i64::try_from(length).ok(),
        content_range: content_range.clone(),
        e_tag: Some(shown(&meta.etag)),
        last_modified: Some(moment(meta.modified_ms)),
        content_type: Some(content_type.unwrap_or_else(|| NO_TYPE.to_owned())),
        cache_control,
        content_disposition,
        content_encoding,
        content_language,
        metadata: Some(metadata.into_iter().collect()),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        checksum_type: sums.checksum_type,
        ..GetObjectOutput::default()
    });
    if content_range.is_some() {
        response.status = Some(axum::http::StatusCode::PARTIAL_CONTENT);
    }
    Ok(response)
}

fn range_of(asked: Option<&s3s::dto::Range>, size: u64) -> S3Result<(Range<u64>, Option<String>)> {
    let Some(asked) = asked else { return Ok((0..size, None)) };
    let range = asked.check(size).map_err(|_| {
        problem(S3ErrorCode::InvalidRange, format!("the object has {size} bytes; the range lies outside"))
    })?;
    let text = format!("bytes {}-{}/{size}", range.start, range.end - 1);
    Ok((range, Some(text)))
}

fn no_version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(problem(S3ErrorCode::NoSuchVersion, "objects have no versions here; leave out versionId")),
    }
}

pub(super) async fn head(store: &Store, input: HeadObjectInput) -> Answer<HeadObjectOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    no_version(input.version_id.as_deref())?;
    let meta = existing(store, &bucket, &input.key).await?;
    let condition = OfRead {
        if_match: input.if_match.as_ref(),
        if_none_match: input.if_none_match.as_ref(),
        if_modified_since: input.if_modified_since.as_ref(),
        if_unmodified_since: input.if_unmodified_since.as_ref(),
    };
    condition.check(&meta, S3ErrorCode::NotModified)?;
    let (range, content_range) = range_of(input.range.as_ref(), meta.size)?;
    let notes = store.notes(&bucket, &input.key, &meta.etag).await?;
    let sums = if input.checksum_mode.is_some() { notes.sums.clone().shown() } else { Checksum::default() };
    let Notes {
        content_type, cache_control, content_disposition, content_encoding, content_language, metadata, ..
    } = notes;
    let mut response = S3Response::new(HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: i64::try_from(range.end - range.start).ok(),
        content_range: content_range.clone(),
        e_tag: Some(shown(&meta.etag)),
        last_modified: Some(moment(meta.modified_ms)),
        content_type: Some(content_type.unwrap_or_else(|| NO_TYPE.to_owned())),
        cache_control,
        content_disposition,
        content_encoding,
        content_language,
        metadata: Some(metadata.into_iter().collect()),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        checksum_type: sums.checksum_type,
        ..HeadObjectOutput::default()
    });
    if content_range.is_some() {
        response.status = Some(axum::http::StatusCode::PARTIAL_CONTENT);
    }
    Ok(response)
}
