//! Large objects in parts.

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, ServerSideEncryption},
};
use bytes::Bytes;
use cueline_ports::{PortErrorKind, PortResult, PutCondition};
use futures::{StreamExt, TryStreamExt, stream};

use super::objects::S3Objects;
use crate::error::Call;

/// Longest object that is sent in one request.
pub(super) const WHOLE: usize = 16 << 20;
/// Length of a part; S3 takes 10,000 of at least 5 MiB.
const PART: usize = 16 << 20;
/// Parts on their way at once.
const AT_ONCE: usize = 4;

/// Sends an object in parts. One that does not come to its end leaves nothing behind.
pub(super) async fn put(
    objects: &S3Objects,
    bucket: &str,
    key: &str,
    body: &Bytes,
    condition: PutCondition,
) -> PortResult<()> {
    let on = format!("object {bucket}/{key}");
    let call = Call { action: "s3:PutObject", on: &on };
    let kms_key = objects.options.kms_key.clone();
    let created = objects
        .client
        .create_multipart_upload()
        .bucket(bucket)
        .key(key)
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .set_server_side_encryption(kms_key.as_ref().map(|_| ServerSideEncryption::AwsKms))
        .set_ssekms_key_id(kms_key)
        .send()
        .await
        .map_err(|error| call.failed(error))?;
    let upload = created.upload_id.ok_or_else(|| call.error(PortErrorKind::Corrupt, "no upload id in the answer"))?;
    let sent = finish(objects, bucket, key, &upload, body, condition, &call).await;
    if sent.is_err() {
        let aborted = objects.client.abort_multipart_upload().bucket(bucket).key(key).upload_id(&upload).send().await;
        if let Err(error) = aborted {
            // The lifecycle rule of the bucket takes what is left.
            let call = Call { action: "s3:AbortMultipartUpload", on: &on };
            tracing::warn!(error = %call.failed(error), "parts of an object stay behind");
        }
    }
    sent
}

async fn finish(
    objects: &S3Objects,
    bucket: &str,
    key: &str,
    upload: &str,
    body: &Bytes,
    condition: PutCondition,
    call: &Call<'_>,
) -> PortResult<()> {
    let starts = (0..body.len()).step_by(PART).zip(1..);
    let send = async |(start, number): (usize, i32)| {
        let part = body.slice(start..(start + PART).min(body.len()));
        let sent = objects
            .client
            .upload_part()
            .bucket(bucket)
            .key(key)
            .upload_id(upload)
            .part_number(number)
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .body(ByteStream::from(part))
            .send()
            .await
            .map_err(|error| call.failed(error))?;
        let part = CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag);
        PortResult::Ok(part.set_checksum_crc32(sent.checksum_crc32).build())
    };
    let parts: Vec<CompletedPart> = stream::iter(starts).map(send).buffered(AT_ONCE).try_collect().await?;
    let absent = (condition == PutCondition::Absent).then(|| "*".to_owned());
    objects
        .client
        .complete_multipart_upload()
        .bucket(bucket)
        .key(key)
        .upload_id(upload)
        .set_if_none_match(absent)
        .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
        .send()
        .await
        .map(drop)
        .map_err(|error| call.failed(error))
}
