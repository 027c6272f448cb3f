//! Objects in parts.

use std::collections::BTreeMap;

use s3s::{S3ErrorCode, S3Request, S3Response, S3Result, dto::*};

use super::{
    Answer, Store,
    conditions::OfRead,
    list::Spelling,
    moment,
    notes::{Notes, Sums as KeptSums, described},
    problem::{check_kept, disk, problem},
    read, shown,
    sums::{self, Sums, said},
    uploads::{Part as KeptPart, Upload},
    write,
};

/// Numbers of parts, as on S3.
const NUMBERS: std::ops::RangeInclusive<i32> = 1..=10_000;
/// Every part but the last has as many bytes, as on S3.
const SMALLEST: u64 = 5 << 20;
/// Largest object, as on S3.
const LARGEST: u64 = 5 << 40;
/// Entries of one answer at most.
const MOST: i32 = 1_000;

pub(super) async fn create(
    store: &Store,
    request: S3Request<CreateMultipartUploadInput>,
) -> Answer<CreateMultipartUploadOutput> {
    check_kept(&request.headers)?;
    let input = request.input;
    let bucket = store.bucket(&input.bucket).await?;
    store.find(&bucket, &input.key).await?;
    let algorithm = input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str().to_uppercase());
    let asked = input.checksum_type.as_ref().map(|kind| kind.as_str().to_owned());
    // CRC64NVME is always of the content.
    let full_object = match asked.as_deref() {
        Some(kind) => kind == ChecksumType::FULL_OBJECT,
        None => algorithm.as_deref().is_none_or(|algorithm| algorithm == ChecksumAlgorithm::CRC64NVME),
    };
    let upload = Upload {
        id: String::new(),
        bucket: input.bucket.clone(),
        key: input.key.clone(),
        begun_ms: store.world.clock.now_ms(),
        notes: described!(input).checked(input.metadata)?,
        algorithm,
        full_object,
    };
    let id = store.uploads.begin(&upload)?;
    Ok(S3Response::new(CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(id),
        checksum_algorithm: input.checksum_algorithm,
        checksum_type: input.checksum_type,
        ..CreateMultipartUploadOutput::default()
    }))
}

fn check_number(number: i32) -> S3Result<()> {
    if NUMBERS.contains(&number) {
        return Ok(());
    }
    Err(problem(S3ErrorCode::InvalidArgument, "partNumber: write a number from 1 to 10000"))
}

pub(super) async fn part(store: &Store, request: S3Request<UploadPartInput>) -> Answer<UploadPartOutput> {
    let input = request.input;
    check_number(input.part_number)?;
    let bucket = store.bucket(&input.bucket).await?;
    let upload = store.uploads.get(&input.upload_id, &bucket, &input.key)?;
    let algorithm = input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str().to_owned());
    let algorithm = algorithm.or_else(|| upload.algorithm.clone());
    let sums = Sums::new(&request.headers, said!(input), input.content_md5.clone(), algorithm.as_deref());
    let length = input.content_length.and_then(|length| u64::try_from(length).ok());
    let body = input.body.unwrap_or_else(|| StreamingBlob::from(s3s::Body::empty()));
    let spooled = store.spool.take(body, length, sums, request.trailing_headers.as_ref()).await?;
    let part = store.uploads.keep(&upload, input.part_number, &spooled, store.world.clock.now_ms())?;
    let sums = part.sums.shown();
    Ok(S3Response::new(UploadPartOutput {
        e_tag: Some(ETag::Strong(part.etag)),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        ..UploadPartOutput::default()
    }))
}

pub(super) async fn part_copy(store: &Store, input: UploadPartCopyInput) -> Answer<UploadPartCopyOutput> {
    check_number(input.part_number)?;
    let bucket = store.bucket(&input.bucket).await?;
    let upload = store.uploads.get(&input.upload_id, &bucket, &input.key)?;
    let (from_bucket, from_key) = write::source(store, &input.copy_source).await?;
    let from = read::existing(store, &from_bucket, &from_key).await?;
    let condition = OfRead {
        if_match: input.copy_source_if_match.as_ref(),
        if_none_match: input.copy_source_if_none_match.as_ref(),
        if_modified_since: input.copy_source_if_modified_since.as_ref(),
        if_unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
    };
    condition.check(&from, S3ErrorCode::PreconditionFailed)?;
    let range = match &input.copy_source_range {
        None => 0..from.size,
        Some(text) => {
            let invalid = || problem(S3ErrorCode::InvalidArgument, "x-amz-copy-source-range: write bytes=FIRST-LAST");
            let range = Range::parse(text).map_err(|_| invalid())?;
            range
                .check(from.size)
                .map_err(|_| problem(S3ErrorCode::InvalidRange, "the range lies outside of the source"))?
        }
    };
    let length = range.end - range.start;
    let body = read::pieces(store, from_bucket, from, range);
    let sums = Sums::unasked(upload.algorithm.as_deref());
    let spooled = store.spool.take(body, Some(length), sums, None).await.map_err(read::changed)?;
    let part = store.uploads.keep(&upload, input.part_number, &spooled, store.world.clock.now_ms())?;
    let sums = part.sums.shown();
    let result = CopyPartResult {
        e_tag: Some(ETag::Strong(part.etag)),
        last_modified: Some(moment(part.at_ms)),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
    };
    Ok(S3Response::new(UploadPartCopyOutput { copy_part_result: Some(result), ..UploadPartCopyOutput::default() }))
}

/// The parts that a client names, in its order, if they are here and may be joined.
fn chosen(named: Vec<CompletedPart>, here: &BTreeMap<i32, KeptPart>) -> S3Result<Vec<KeptPart>> {
    if named.is_empty() {
        return Err(problem(S3ErrorCode::MalformedXML, "no parts are named"));
    }
    // The order first: it says most about what the client got wrong.
    let numbers: Vec<i32> = named.iter().map(|part| part.part_number.unwrap_or_default()).collect();
    if numbers.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(problem(S3ErrorCode::InvalidPartOrder, "name the parts by ascending number"));
    }
    let (mut parts, mut size) = (Vec::with_capacity(named.len()), 0_u64);
    for (named, number) in named.into_iter().zip(&numbers) {
        let wrong =
            || problem(S3ErrorCode::InvalidPart, format!("part {number} was not uploaded, or has another ETag"));
        let part = here.get(number).ok_or_else(wrong)?;
        if named.e_tag.as_ref().is_none_or(|etag| etag.value() != part.etag) {
            return Err(wrong());
        }
        let kept = part.sums.clone().shown();
        for algorithm in ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] {
            let said = said!(named);
            if let (Some(said), Some(kept)) = (sums::of(&said, algorithm), sums::of(&kept, algorithm))
                && said != kept
            {
                return Err(problem(S3ErrorCode::InvalidPart, format!("part {number} has another {algorithm}")));
            }
        }
        size += part.size;
        parts.push(part.clone());
    }
    let small = parts.iter().zip(&numbers).rev().skip(1).find(|(part, _)| part.size < SMALLEST);
    if let Some((part, number)) = small {
        let message = format!("part {number} has {} bytes; every part but the last has at least {SMALLEST}", part.size);
        return Err(problem(S3ErrorCode::EntityTooSmall, message));
    }
    if size > LARGEST {
        return Err(problem(S3ErrorCode::EntityTooLarge, "an object has at most 5 TiB"));
    }
    Ok(parts)
}

pub(super) async fn complete(
    store: &Store,
    input: CompleteMultipartUploadInput,
) -> Answer<CompleteMultipartUploadOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    let upload = store.uploads.get(&input.upload_id, &bucket, &input.key)?;
    let named = input.multipart_upload.as_ref().and_then(|upload| upload.parts.clone()).unwrap_or_default();
    let parts = chosen(named, &store.uploads.parts(&upload)?)?;
    let size: u64 = parts.iter().map(|part| part.size).sum();
    if input.mpu_object_size.is_some_and(|said| u64::try_from(said) != Ok(size)) {
        let message = format!("x-amz-mp-object-size: the parts have {size} bytes together");
        return Err(problem(S3ErrorCode::InvalidRequest, message));
    }
    let into = store.spool.place()?;
    let spooled = {
        let (uploads, upload, parts) = (store.uploads.clone(), upload.clone(), parts.clone());
        let joining = tokio::task::spawn_blocking(move || uploads.join(&upload, &parts, into));
        joining.await.map_err(|error| disk(std::io::Error::other(error)))??
    };
    let whole = if upload.full_object {
        spooled.sums.clone()
    } else {
        sums::composite(&parts.iter().map(|part| part.sums.clone().shown()).collect::<Vec<_>>())
    };
    let claimed = said!(input);
    for algorithm in ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] {
        if let (Some(said), Some(is)) = (sums::of(&claimed, algorithm), sums::of(&whole, algorithm))
            && said != is
        {
            let message = format!("x-amz-checksum-{algorithm} is not that of the joined parts");
            return Err(problem(S3ErrorCode::BadDigest, message));
        }
    }
    let kept = KeptSums::of(&whole, !upload.full_object);
    let notes = Notes { sums: kept.clone(), ..upload.notes.clone() };
    let conditions = (input.if_match.as_ref(), input.if_none_match.as_ref());
    let meta = write::place(store, &bucket, &input.key, spooled, conditions, notes).await?;
    store.uploads.end(&upload)?;
    let sums = kept.shown();
    Ok(S3Response::new(CompleteMultipartUploadOutput {
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        bucket: Some(input.bucket),
        key: Some(input.key),
        e_tag: Some(shown(&meta.etag)),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        checksum_type: sums.checksum_type,
        ..CompleteMultipartUploadOutput::default()
    }))
}

pub(super) async fn abort(store: &Store, input: &AbortMultipartUploadInput) -> Answer<AbortMultipartUploadOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    let upload = store.uploads.get(&input.upload_id, &bucket, &input.key)?;
    store.uploads.end(&upload)?;
    Ok(S3Response::new(AbortMultipartUploadOutput::default()))
}

pub(super) async fn list_parts(store: &Store, input: ListPartsInput) -> Answer<ListPartsOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    let upload = store.uploads.get(&input.upload_id, &bucket, &input.key)?;
    let most = input.max_parts.unwrap_or(MOST).clamp(0, MOST);
    let after = input.part_number_marker.unwrap_or_default();
    let here = store.uploads.parts(&upload)?;
    let mut parts: Vec<(i32, KeptPart)> = here.into_iter().filter(|(number, _)| *number > after).collect();
    let more = parts.len() > most as usize;
    parts.truncate(most as usize);
    let next = parts.last().map(|(number, _)| *number).filter(|_| more);
    let shown = parts.into_iter().map(|(number, part)| {
        let sums = part.sums.shown();
        Part {
            part_number: Some(number),
            size: i64::try_from(part.size).ok(),
            e_tag: Some(ETag::Strong(part.etag)),
            last_modified: Some(moment(part.at_ms)),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
        }
    });
    Ok(S3Response::new(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        max_parts: Some(most),
        part_number_marker: Some(after),
        next_part_number_marker: next,
        is_truncated: Some(more),
        parts: Some(shown.collect()),
        storage_class: Some(StorageClass::STANDARD.to_owned().into()),
        ..ListPartsOutput::default()
    }))
}

pub(super) async fn list_uploads(
    store: &Store,
    input: ListMultipartUploadsInput,
) -> Answer<ListMultipartUploadsOutput> {
    let bucket = store.bucket(&input.bucket).await?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let most = input.max_uploads.unwrap_or(MOST).clamp(0, MOST);
    let (key_after, id_after) = (input.key_marker.clone().unwrap_or_default(), input.upload_id_marker.clone());
    let is_after = |upload: &Upload| match &id_after {
        Some(id) if upload.key == key_after => upload.id > *id,
        _ => upload.key > key_after,
    };
    let mut uploads = store.uploads.of(&bucket)?;
    uploads.retain(|upload| upload.key.starts_with(&prefix) && is_after(upload));
    let more = uploads.len() > most as usize;
    uploads.truncate(most as usize);
    let spelling = Spelling::of(input.encoding_type.as_ref());
    let next = uploads.last().filter(|_| more).cloned();
    let shown = uploads.into_iter().map(|upload| MultipartUpload {
        key: Some(spelling.write(&upload.key)),
        upload_id: Some(upload.id),
        initiated: Some(moment(upload.begun_ms)),
        storage_class: Some(StorageClass::STANDARD.to_owned().into()),
        ..MultipartUpload::default()
    });
    Ok(S3Response::new(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        prefix: Some(spelling.write(&prefix)),
        max_uploads: Some(most),
        is_truncated: Some(more),
        next_key_marker: next.as_ref().map(|upload| spelling.write(&upload.key)),
        next_upload_id_marker: next.map(|upload| upload.id),
        encoding_type: input.encoding_type,
        uploads: Some(shown.collect()),
        ..ListMultipartUploadsOutput::default()
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn here(sizes: &[(i32, u64)]) -> BTreeMap<i32, KeptPart> {
        let part = |size: u64, number: i32| {
            serde_json::from_value(
                json!({"file": "f", "size": size, "etag": format!("e{number}"), "at_ms": 0, "sums": {}}),
            )
        };
        sizes.iter().map(|(number, size)| (*number, part(*size, *number).unwrap())).collect()
    }

    fn named(numbers: &[i32]) -> Vec<CompletedPart> {
        let named = |number: &i32| CompletedPart {
            part_number: Some(*number),
            e_tag: Some(ETag::Strong(format!("e{number}"))),
            ..CompletedPart::default()
        };
        numbers.iter().map(named).collect()
    }

    #[test]
    fn parts_are_joined_by_number_and_only_the_last_may_be_small() {
        let parts = here(&[(1, SMALLEST), (3, SMALLEST), (7, 1)]);
        let code = |numbers: &[i32]| chosen(named(numbers), &parts).map(|it| it.len()).map_err(|it| it.code().clone());
        assert_eq!(code(&[1, 3, 7]), Ok(3));
        assert_eq!(code(&[1, 7]), Ok(2), "parts may be left out");
        assert_eq!(code(&[3, 1]), Err(S3ErrorCode::InvalidPartOrder));
        assert_eq!(code(&[1, 1]), Err(S3ErrorCode::InvalidPartOrder));
        assert_eq!(code(&[1, 2]), Err(S3ErrorCode::InvalidPart));
        assert_eq!(code(&[]), Err(S3ErrorCode::MalformedXML));
        let small = here(&[(1, 5), (2, 5)]);
        assert_eq!(chosen(named(&[1, 2]), &small).unwrap_err().code(), &S3ErrorCode::EntityTooSmall);
        let mut other = named(&[1]);
        other[0].e_tag = Some(ETag::Strong("other".into()));
        assert_eq!(chosen(other, &parts).unwrap_err().code(), &S3ErrorCode::InvalidPart);
    }
}
