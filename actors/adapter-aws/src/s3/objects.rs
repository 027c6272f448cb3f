//! The port on S3.

use std::{collections::BTreeMap, pin::Pin, sync::Arc};

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    primitives::ByteStream,
    types::{
        ChecksumAlgorithm, EncodingType, Event, NotificationConfiguration, QueueConfiguration, ServerSideEncryption,
    },
};
use aws_sdk_sqs::types::QueueAttributeName;
use bytes::Bytes;
use cueline_ports::{ObjectChange, ObjectMeta, Objects, Page, PortError, PortErrorKind, PortResult, PutCondition};
use cueline_protocol::ids::BucketName;
use futures::Stream;

use super::{notifications, parts};
use crate::{Connection, Meter, error::Call, now_ms};

/// Longest key of S3.
const LONGEST_KEY: usize = 1_024;
/// Marks a cursor as ours.
const CURSOR: &str = "key:";

/// Where a bucket of ours lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The bucket of S3.
    pub bucket: String,
    /// Before every key, e.g. `payloads/`; empty for a bucket of its own.
    pub prefix: String,
}

/// Where objects lie, and how.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// Buckets with a place of their own.
    pub places: BTreeMap<BucketName, Place>,
    /// The bucket of S3 that holds all the others, each below its name.
    pub others: String,
    /// The key that objects are encrypted with; without one the bucket's default decides.
    pub kms_key: Option<String>,
    /// URL of the queue that hears of changes, by bucket.
    pub notifications: BTreeMap<BucketName, String>,
}

/// Objects of S3. Cloning gives another handle.
#[derive(Clone)]
pub struct S3Objects {
    pub(super) client: Client,
    pub(super) options: Arc<S3Options>,
    queue: aws_sdk_sqs::Client,
}

impl S3Objects {
    /// Addresses buckets by path when an endpoint is configured: an emulator has no host name per bucket.
    pub fn new(connection: &Connection, options: S3Options, meter: Meter) -> Self {
        let has_endpoint = connection.sdk.endpoint_url().is_some()
            || ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].iter().any(|name| std::env::var_os(name).is_some());
        let config = aws_sdk_s3::config::Builder::from(&connection.sdk)
            .force_path_style(has_endpoint)
            .interceptor(meter.clone())
            .build();
        let queue = aws_sdk_sqs::config::Builder::from(&connection.sdk).interceptor(meter).build();
        Self {
            client: Client::from_conf(config),
            options: Arc::new(options),
            queue: aws_sdk_sqs::Client::from_conf(queue),
        }
    }

    /// Creates the buckets of S3 that are not there, for places without a stack.
    pub async fn create(&self) -> PortResult<()> {
        let own = self.options.places.values().map(|place| place.bucket.as_str());
        for bucket in own.chain([self.options.others.as_str()]) {
            let on = format!("bucket {bucket}");
            if let Err(error) = self.client.create_bucket().bucket(bucket).send().await
                && !error.as_service_error().is_some_and(|it| it.is_bucket_already_owned_by_you())
            {
                return Err(Call { action: "s3:CreateBucket", on: &on }.failed(error));
            }
        }
        Ok(())
    }

    /// Creates a queue that hears of a bucket's changes and lets [`Objects::changes`] read it, for places without a stack:
    /// a stack has a rule of EventBridge for that.
    pub async fn watch(&mut self, bucket: &BucketName, queue: &str) -> PortResult<()> {
        let on = format!("queue {queue}");
        let created = self.queue.create_queue().queue_name(queue).send().await;
        let created = created.map_err(|error| Call { action: "sqs:CreateQueue", on: &on }.failed(error))?;
        let url = created.queue_url.unwrap_or_default();
        let call = Call { action: "sqs:GetQueueAttributes", on: &on };
        let told = self.queue.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::QueueArn);
        let told = told.send().await.map_err(|error| call.failed(error))?;
        let arn = told.attributes().and_then(|all| all.get(&QueueAttributeName::QueueArn)).cloned();
        let arn = arn.ok_or_else(|| call.error(PortErrorKind::Corrupt, "no ARN in the answer"))?;
        let news = [Event::from("s3:ObjectCreated:*"), Event::from("s3:ObjectRemoved:*")];
        let tell = QueueConfiguration::builder().queue_arn(arn).set_events(Some(news.to_vec())).build();
        let tell = tell.map_err(|error| PortError::invalid(error.to_string()))?;
        let real = self.place(bucket).bucket;
        let on = format!("bucket {real}");
        self.client
            .put_bucket_notification_configuration()
            .bucket(&real)
            .notification_configuration(NotificationConfiguration::builder().queue_configurations(tell).build())
            .send()
            .await
            .map_err(|error| Call { action: "s3:PutBucketNotification", on: &on }.failed(error))?;
        Arc::make_mut(&mut self.options).notifications.insert(bucket.clone(), url);
        Ok(())
    }

    pub(super) fn place(&self, bucket: &BucketName) -> Place {
        let others = || Place { bucket: self.options.others.clone(), prefix: format!("{bucket}/") };
        self.options.places.get(bucket).cloned().unwrap_or_else(others)
    }

    fn at(&self, bucket: &BucketName, key: &str) -> PortResult<(String, String)> {
        if key.is_empty() {
            return Err(PortError::invalid("a key is empty"));
        }
        let Place { bucket, prefix } = self.place(bucket);
        let whole = format!("{prefix}{key}");
        if whole.len() > LONGEST_KEY {
            let (length, most) = (key.len(), LONGEST_KEY - prefix.len());
            return Err(PortError::invalid(format!("a key has {length} bytes: at most {most} are possible here")));
        }
        Ok((bucket, whole))
    }
}

#[async_trait]
impl Objects for S3Objects {
    async fn put(
        &self,
        bucket: &BucketName,
        key: &str,
        body: Bytes,
        condition: PutCondition,
    ) -> PortResult<ObjectMeta> {
        let (real, whole) = self.at(bucket, key)?;
        if body.len() > parts::WHOLE {
            parts::put(self, &real, &whole, &body, condition).await?;
            return self.head(bucket, key).await;
        }
        let on = format!("object {real}/{whole}");
        let call = Call { action: "s3:PutObject", on: &on };
        let size = body.len() as u64;
        let absent = (condition == PutCondition::Absent).then(|| "*".to_owned());
        let sent = self
            .client
            .put_object()
            .bucket(&real)
            .key(&whole)
            .body(ByteStream::from(body))
            .set_if_none_match(absent)
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .set_server_side_encryption(self.options.kms_key.as_ref().map(|_| ServerSideEncryption::AwsKms))
            .set_ssekms_key_id(self.options.kms_key.clone())
            .send()
            .await
            .map_err(|error| call.failed(error))?;
        let etag = sent.e_tag.map(plain_etag);
        let etag = etag.ok_or_else(|| call.error(PortErrorKind::Corrupt, "no ETag in the answer"))?;
        // When that was, only S3 knows; somebody else may have written since.
        match self.head(bucket, key).await {
            Ok(now) if now.etag == etag => Ok(now),
            _ => Ok(ObjectMeta { key: key.to_owned(), size, etag, modified_ms: now_ms() }),
        }
    }

    async fn get(&self, bucket: &BucketName, key: &str) -> PortResult<(ObjectMeta, Bytes)> {
        let (real, whole) = self.at(bucket, key)?;
        let on = format!("object {real}/{whole}");
        let call = Call { action: "s3:GetObject", on: &on };
        let got =
            self.client.get_object().bucket(&real).key(&whole).send().await.map_err(|error| call.failed(error))?;
        let meta = meta(key, got.content_length, got.e_tag.clone(), got.last_modified)
            .ok_or_else(|| call.error(PortErrorKind::Corrupt, "the answer does not describe the object"))?;
        let body = got.body.collect().await;
        let body =
            body.map_err(|error| call.error(PortErrorKind::Unavailable, &format!("the body broke off: {error}")))?;
        Ok((meta, body.into_bytes()))
    }

    async fn get_range(&self, bucket: &BucketName, key: &str, start: u64, end: u64) -> PortResult<Bytes> {
        let (real, whole) = self.at(bucket, key)?;
        let on = format!("object {real}/{whole}");
        let call = Call { action: "s3:GetObject", on: &on };
        if end <= start {
            // HTTP has no range of nothing; whether it may begin there, the length says.
            let size = self.head(bucket, key).await?.size;
            if end < start || start > size {
                return Err(PortError::invalid(format!("the range {start}..{end} is none of {size} bytes")));
            }
            return Ok(Bytes::new());
        }
        let range = format!("bytes={start}-{}", end - 1);
        let got = match self.client.get_object().bucket(&real).key(&whole).range(range).send().await {
            Ok(got) => got,
            Err(error) => {
                let failed = call.failed(error);
                if failed.kind == PortErrorKind::Invalid && self.head(bucket, key).await?.size == start {
                    return Ok(Bytes::new());
                }
                return Err(failed);
            }
        };
        let body = got.body.collect().await;
        let body =
            body.map_err(|error| call.error(PortErrorKind::Unavailable, &format!("the body broke off: {error}")))?;
        Ok(body.into_bytes())
    }

    async fn head(&self, bucket: &BucketName, key: &str) -> PortResult<ObjectMeta> {
        let (real, whole) = self.at(bucket, key)?;
        let on = format!("object {real}/{whole}");
        let call = Call { action: "s3:GetObject", on: &on };
        let head =
            self.client.head_object().bucket(&real).key(&whole).send().await.map_err(|error| call.failed(error))?;
        meta(key, head.content_length, head.e_tag, head.last_modified)
            .ok_or_else(|| call.error(PortErrorKind::Corrupt, "the answer does not describe the object"))
    }

    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<ObjectMeta>> {
        let Place { bucket: real, prefix: before } = self.place(bucket);
        let on = format!("bucket {real}");
        let call = Call { action: "s3:ListBucket", on: &on };
        let after = match &cursor {
            Some(cursor) => {
                let key = cursor.strip_prefix(CURSOR);
                Some(key.ok_or_else(|| PortError::invalid("the cursor is of another list"))?.to_owned())
            }
            None => None,
        };
        let mut items = Vec::new();
        let mut start = after.map(|key| format!("{before}{key}"));
        loop {
            let room = limit.max(1) - items.len();
            let page = self
                .client
                .list_objects_v2()
                .bucket(&real)
                .prefix(format!("{before}{prefix}"))
                .set_start_after(start.take())
                // Names that XML cannot hold travel encoded.
                .encoding_type(EncodingType::Url)
                .max_keys(i32::try_from(room).unwrap_or(i32::MAX).min(1_000))
                .send()
                .await
                .map_err(|error| call.failed(error))?;
            let is_truncated = page.is_truncated.unwrap_or(false);
            for object in page.contents.unwrap_or_default() {
                let Some(whole) = object.key.as_deref().and_then(cueline_domain::object_key::from_url) else {
                    continue;
                };
                let key = whole.strip_prefix(&before).unwrap_or(&whole).to_owned();
                start = Some(whole);
                items.extend(meta(&key, object.size, object.e_tag, object.last_modified));
            }
            if !is_truncated || start.is_none() {
                return Ok(Page { items, cursor: None });
            }
            if items.len() >= limit.max(1) {
                let cursor = items.last().map(|last: &ObjectMeta| format!("{CURSOR}{}", last.key));
                return Ok(Page { items, cursor });
            }
        }
    }

    async fn delete(&self, bucket: &BucketName, key: &str) -> PortResult<()> {
        let (real, whole) = self.at(bucket, key)?;
        let on = format!("object {real}/{whole}");
        let call = Call { action: "s3:DeleteObject", on: &on };
        self.client.delete_object().bucket(&real).key(&whole).send().await.map(drop).map_err(|error| call.failed(error))
    }

    async fn changes(&self, bucket: &BucketName) -> PortResult<Pin<Box<dyn Stream<Item = ObjectChange> + Send>>> {
        let url = self.options.notifications.get(bucket).cloned().ok_or_else(|| {
            PortError::new(PortErrorKind::Unsupported, format!("no queue hears of changes of the bucket {bucket}"))
        })?;
        Ok(notifications::changes(self.queue.clone(), url, self.place(bucket)))
    }
}

pub(super) fn plain_etag(etag: impl AsRef<str>) -> String {
    etag.as_ref().trim_matches('"').to_owned()
}

fn meta(
    key: &str,
    size: Option<i64>,
    etag: Option<String>,
    modified: Option<aws_sdk_s3::primitives::DateTime>,
) -> Option<ObjectMeta> {
    Some(ObjectMeta {
        key: key.to_owned(),
        size: u64::try_from(size?).ok()?,
        etag: plain_etag(etag?),
        // Whole seconds: headers have no more, and a list shall not say otherwise.
        modified_ms: modified.map_or(0, |at| at.secs() * 1_000),
    })
}
