//! Putting, copying and deleting objects.

use cueline_ports::ObjectMeta;
use cueline_protocol::ids::BucketName;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result, dto::*};

use super::{
    Answer, Store,
    conditions::{self, OfRead},
    moment,
    notes::{Notes, Sums as KeptSums, described},
    problem::{check_kept, problem, refused},
    read, shown,
    spool::Spooled,
    sums::{Sums, said},
};

/// Objects that one request deletes at most.
const MOST_DELETED: usize = 1_000;

pub(super) async fn put(store: &Store, request: S3Request<PutObjectInput>) -> Answer<PutObjectOutput> {
    check_kept(&request.headers)?;
    let input = request.input;
    let bucket = store.bucket(&input.bucket).await?;
    // Before the body: a key that no object can have, or a condition that does not hold, costs no upload.
    let there = store.find(&bucket, &input.key).await?;
    conditions::of_write(input.if_match.as_ref(), input.if_none_match.as_ref(), there.as_ref())?;
    let notes = described!(input).checked(input.metadata.clone())?;
    let algorithm = input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str().to_owned());
    let sums = Sums::new(&request.headers, said!(input), input.content_md5.clone(), algorithm.as_deref());
    let length = input.content_length.and_then(|length| u64::try_from(length).ok());
    let body = input.body.unwrap_or_else(|| StreamingBlob::from(s3s::Body::empty()));
    let spooled = store.spool.take(body, length, sums, request.trailing_headers.as_ref()).await?;
    let sums = KeptSums::of(&spooled.sums, false);
    let size = spooled.size;
    let conditions = (input.if_match.as_ref(), input.if_none_match.as_ref());
    let notes = Notes { sums: sums.clone(), ..notes };
    let meta = place(store, &bucket, &input.key, spooled, conditions, notes).await?;
    let sums = sums.shown();
    Ok(S3Response::new(PutObjectOutput {
        e_tag: Some(shown(&meta.etag)),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        checksum_type: sums.checksum_type,
        size: i64::try_from(size).ok(),
        ..PutObjectOutput::default()
    }))
}

/// A body on the disk becomes an object, if it still may.
pub(super) async fn place(
    store: &Store,
    bucket: &BucketName,
    key: &str,
    spooled: Spooled,
    (if_match, if_none_match): (Option<&ETagCondition>, Option<&ETagCondition>),
    notes: Notes,
) -> S3Result<ObjectMeta> {
    let _only = store.lock(bucket, key).await;
    let there = store.find(bucket, key).await?;
    let condition = conditions::of_write(if_match, if_none_match, there.as_ref())?;
    let meta = store.world.objects.put_file(bucket, key, &spooled.path, condition).await;
    let meta = meta.map_err(|error| refused(&error))?;
    store.note(bucket, key, &meta.etag, notes).await?;
    Ok(meta)
}

pub(super) async fn copy(store: &Store, request: S3Request<CopyObjectInput>) -> Answer<CopyObjectOutput> {
    check_kept(&request.headers)?;
    let input = request.input;
    let bucket = store.bucket(&input.bucket).await?;
    store.find(&bucket, &input.key).await?;
    let (from_bucket, from_key) = source(store, &input.copy_source).await?;
    let condition = OfRead {
        if_match: input.copy_source_if_match.as_ref(),
        if_none_match: input.copy_source_if_none_match.as_ref(),
        if_modified_since: input.copy_source_if_modified_since.as_ref(),
        if_unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
    };
    let from = read::existing(store, &from_bucket, &from_key).await?;
    condition.check(&from, S3ErrorCode::PreconditionFailed)?;
    let replaces = input.metadata_directive.as_ref().is_some_and(|it| it.as_str() == MetadataDirective::REPLACE);
    if !replaces && from_bucket == bucket && from_key == input.key {
        let message = "an object is copied onto itself to change its metadata only: add the directive REPLACE";
        return Err(problem(S3ErrorCode::InvalidRequest, message));
    }
    let known = store.notes(&from_bucket, &from_key, &from.etag).await?;
    let notes = if replaces { described!(input).checked(input.metadata.clone())? } else { known };
    let algorithm = input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str().to_owned());
    let body = read::pieces(store, from_bucket, from.clone(), 0..from.size);
    let sums = Sums::unasked(algorithm.as_deref());
    let spooled = store.spool.take(body, Some(from.size), sums, None).await.map_err(read::changed)?;
    let sums = KeptSums::of(&spooled.sums, false);
    let notes = Notes { sums: sums.clone(), ..notes };
    let meta = place(store, &bucket, &input.key, spooled, (None, None), notes).await?;
    let sums = sums.shown();
    let result = CopyObjectResult {
        e_tag: Some(shown(&meta.etag)),
        last_modified: Some(moment(meta.modified_ms)),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        checksum_type: sums.checksum_type,
    };
    Ok(S3Response::new(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() }))
}

/// Bucket and key of what is to be copied.
pub(super) async fn source(store: &Store, source: &CopySource) -> S3Result<(BucketName, String)> {
    match source {
        CopySource::Bucket { bucket, key, version_id: None } => Ok((store.bucket(bucket).await?, key.to_string())),
        CopySource::Bucket { .. } => {
            Err(problem(S3ErrorCode::NotImplemented, "objects have no versions here; leave out versionId"))
        }
        _ => Err(problem(S3ErrorCode::NotImplemented, "x-amz-copy-source: write BUCKET/KEY")),
    }
}

pub(super) async fn delete(store: &Store, input: DeleteObjectInput) -> Answer<DeleteObjectOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    if input.version_id.as_deref().is_some_and(|version| version != "null") {
        return Err(problem(S3ErrorCode::NotImplemented, "objects have no versions here; leave out versionId"));
    }
    let _only = store.lock(&bucket, &input.key).await;
    let there = store.find(&bucket, &input.key).await?;
    if input.if_match.is_some() {
        conditions::of_write(input.if_match.as_ref(), None, there.as_ref())?;
    }
    remove(store, &bucket, &input.key).await?;
    Ok(S3Response::new(DeleteObjectOutput::default()))
}

async fn remove(store: &Store, bucket: &BucketName, key: &str) -> S3Result<()> {
    store.world.objects.delete(bucket, key).await.map_err(|error| refused(&error))?;
    store.forget(bucket, key).await
}

pub(super) async fn delete_many(store: &Store, input: DeleteObjectsInput) -> Answer<DeleteObjectsOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    let objects = input.delete.objects;
    if objects.len() > MOST_DELETED {
        return Err(problem(S3ErrorCode::MalformedXML, format!("one request deletes at most {MOST_DELETED} objects")));
    }
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for object in objects {
        let key = object.key;
        let _only = store.lock(&bucket, &key).await;
        match remove(store, &bucket, &key).await {
            Ok(()) => deleted.push(DeletedObject { key: Some(key), ..DeletedObject::default() }),
            Err(error) => errors.push(Error {
                code: Some(error.code().as_str().to_owned()),
                key: Some(key),
                message: error.message().map(str::to_owned),
                version_id: None,
            }),
        }
    }
    let deleted = if input.delete.quiet == Some(true) { Vec::new() } else { deleted };
    let output = DeleteObjectsOutput { deleted: Some(deleted), errors: Some(errors), ..Default::default() };
    Ok(S3Response::new(output))
}
