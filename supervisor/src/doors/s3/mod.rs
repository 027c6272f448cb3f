//! The S3 endpoint: operations of S3 on the port `Objects`.
//!
//! | file | idea |
//! |---|---|
//! | `buckets` | the inbox, and buckets that clients make |
//! | `spool`, `sums` | a body goes to the disk as it comes and is checked on its way |
//! | `write`, `read`, `list` | operations on objects |
//! | `multipart`, `uploads` | objects in parts; what is known of an upload lies on the disk beside its parts |
//! | `notes` | what a file cannot hold: content type, user metadata, checksums |
//! | `conditions` | `If-Match` and its sisters |
//! | `problem` | errors of ports in the words of S3 |
//!
//! What is not kept, and refused where leaving it out would be a lie: versions, tags, access control lists, locks,
//! encryption of its own, storage classes (everything is `STANDARD`), website settings. Metadata belongs to a content: when
//! somebody changes the file by hand, it is gone. An ETag is opaque and never an MD5; it ends in `-1`, so that no client
//! takes it for one.

mod buckets;
mod conditions;
mod list;
mod multipart;
mod notes;
mod problem;
mod read;
mod spool;
mod sums;
mod uploads;
mod write;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::PathBuf,
};

use cueline_ports::{ObjectMeta, PortErrorKind};
use cueline_protocol::ids::BucketName;
use cueline_runtime::World;
use s3s::{
    S3, S3ErrorCode, S3Request, S3Response, S3Result,
    auth::{S3Auth, SecretKey},
    dto::*,
    service::{S3Service, S3ServiceBuilder},
};
use tokio::sync::{Mutex, MutexGuard};

use self::{
    problem::{problem, refused},
    spool::Spool,
    uploads::Uploads,
};
use super::DoorKeys;

/// Writers of different keys seldom wait for each other.
const LOCKS: usize = 64;

/// Everything that operations need.
pub(super) struct Store {
    world: World,
    spool: Spool,
    uploads: Uploads,
    locks: Vec<Mutex<()>>,
}

/// The service, which lets in whoever has the keys.
pub(super) fn service(store: Store, keys: &DoorKeys) -> S3Service {
    let mut builder = S3ServiceBuilder::new(store);
    builder.set_auth(OneKey(keys.clone()));
    builder.build()
}

/// Whoever has the key of the data directory may do everything, nobody else anything.
struct OneKey(DoorKeys);

#[async_trait::async_trait]
impl S3Auth for OneKey {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key == self.0.access_key_id {
            return Ok(self.0.secret_access_key.as_str().into());
        }
        let message = "The AWS access key id you provided does not exist in our records; `cueline doors` shows the one that does.";
        Err(problem(S3ErrorCode::InvalidAccessKeyId, message))
    }
}

impl Store {
    /// Uploads that were cut by the end of a process are gone; those in parts go on.
    pub(super) fn open(world: World, folder: PathBuf) -> io::Result<Self> {
        let spool = Spool::open(folder.join("spool"))?;
        let uploads = Uploads::open(folder.join("uploads"))?;
        Ok(Self { world, spool, uploads, locks: (0..LOCKS).map(|_| Mutex::default()).collect() })
    }

    /// Whoever holds it is the only one who writes this object through a door.
    async fn lock(&self, bucket: &BucketName, key: &str) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        (bucket.as_str(), key).hash(&mut hasher);
        let at = (hasher.finish() % LOCKS as u64) as usize;
        self.locks[at].lock().await
    }

    /// The object, if it is there. Refuses a key that no object can have.
    async fn find(&self, bucket: &BucketName, key: &str) -> S3Result<Option<ObjectMeta>> {
        match self.world.objects.head(bucket, key).await {
            Ok(meta) => Ok(Some(meta)),
            Err(error) if error.kind == PortErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }
}

/// How the ETag of a port is shown.
fn shown(etag: &str) -> ETag {
    ETag::Strong(format!("{etag}-1"))
}

/// A moment of a port.
fn moment(ms: i64) -> Timestamp {
    let at = time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    at.unwrap_or(time::OffsetDateTime::UNIX_EPOCH).into()
}

type Answer<T> = S3Result<S3Response<T>>;

#[async_trait::async_trait]
impl S3 for Store {
    async fn list_buckets(&self, _request: S3Request<ListBucketsInput>) -> Answer<ListBucketsOutput> {
        buckets::list(self).await
    }

    async fn head_bucket(&self, request: S3Request<HeadBucketInput>) -> Answer<HeadBucketOutput> {
        buckets::head(self, &request.input.bucket).await
    }

    async fn create_bucket(&self, request: S3Request<CreateBucketInput>) -> Answer<CreateBucketOutput> {
        buckets::create(self, &request.input.bucket).await
    }

    async fn delete_bucket(&self, request: S3Request<DeleteBucketInput>) -> Answer<DeleteBucketOutput> {
        buckets::delete(self, &request.input.bucket).await
    }

    async fn get_bucket_location(&self, request: S3Request<GetBucketLocationInput>) -> Answer<GetBucketLocationOutput> {
        self.bucket(&request.input.bucket).await?;
        Ok(S3Response::new(GetBucketLocationOutput::default()))
    }

    async fn get_bucket_versioning(
        &self,
        request: S3Request<GetBucketVersioningInput>,
    ) -> Answer<GetBucketVersioningOutput> {
        self.bucket(&request.input.bucket).await?;
        Ok(S3Response::new(GetBucketVersioningOutput::default()))
    }

    async fn put_object(&self, request: S3Request<PutObjectInput>) -> Answer<PutObjectOutput> {
        write::put(self, request).await
    }

    async fn copy_object(&self, request: S3Request<CopyObjectInput>) -> Answer<CopyObjectOutput> {
        write::copy(self, request).await
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> Answer<DeleteObjectOutput> {
        write::delete(self, request.input).await
    }

    async fn delete_objects(&self, request: S3Request<DeleteObjectsInput>) -> Answer<DeleteObjectsOutput> {
        write::delete_many(self, request.input).await
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> Answer<GetObjectOutput> {
        read::get(self, request.input).await
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> Answer<HeadObjectOutput> {
        read::head(self, request.input).await
    }

    async fn list_objects(&self, request: S3Request<ListObjectsInput>) -> Answer<ListObjectsOutput> {
        list::v1(self, request.input).await
    }

    async fn list_objects_v2(&self, request: S3Request<ListObjectsV2Input>) -> Answer<ListObjectsV2Output> {
        list::v2(self, request.input).await
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> Answer<CreateMultipartUploadOutput> {
        multipart::create(self, request).await
    }

    async fn upload_part(&self, request: S3Request<UploadPartInput>) -> Answer<UploadPartOutput> {
        multipart::part(self, request).await
    }

    async fn upload_part_copy(&self, request: S3Request<UploadPartCopyInput>) -> Answer<UploadPartCopyOutput> {
        multipart::part_copy(self, request.input).await
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> Answer<CompleteMultipartUploadOutput> {
        multipart::complete(self, request.input).await
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> Answer<AbortMultipartUploadOutput> {
        multipart::abort(self, &request.input).await
    }

    async fn list_parts(&self, request: S3Request<ListPartsInput>) -> Answer<ListPartsOutput> {
        multipart::list_parts(self, request.input).await
    }

    async fn list_multipart_uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> Answer<ListMultipartUploadsOutput> {
        multipart::list_uploads(self, request.input).await
    }
}
