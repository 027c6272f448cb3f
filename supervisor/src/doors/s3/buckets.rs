//! Buckets: the inbox, which is the watched folder, and those that clients make. What the engine keeps for itself is not
//! shown and cannot be reached.

use bytes::Bytes;
use cueline_ports::{Condition, Key, PortErrorKind, Write};
use cueline_protocol::ids::BucketName;
use s3s::{S3ErrorCode, S3Response, S3Result, dto::*};

use super::{
    Answer, Store, moment,
    problem::{problem, refused},
};

/// Rows of buckets that clients made: name, epoch milliseconds.
const PARTITION: &str = "doors.buckets";
/// The watched folder.
const INBOX: &str = "inbox";
/// What the engine keeps its own in.
const RESERVED: &[&str] = &["payloads", "definitions", "artifacts", "documents"];
/// Buckets that clients may make.
const MOST: usize = 100;
/// Who owns everything here.
const OWNER: &str = "cueline";

impl Store {
    /// A bucket that there is.
    pub(super) async fn bucket(&self, name: &str) -> S3Result<BucketName> {
        let known = match BucketName::new(name) {
            Ok(bucket) if name == INBOX => return Ok(bucket),
            Ok(bucket) => bucket,
            Err(_) => return Err(missing(name)),
        };
        match self.world.table.get(&Key::new(PARTITION, name)).await {
            Ok(Some(_)) => Ok(known),
            Ok(None) => Err(missing(name)),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn missing(name: &str) -> s3s::S3Error {
    problem(S3ErrorCode::NoSuchBucket, format!("there is no bucket {name:?}; `aws s3 ls` shows those there are"))
}

pub(super) async fn list(store: &Store) -> Answer<ListBucketsOutput> {
    let rows = store.world.table.query(PARTITION, "", None, MOST + 1).await.map_err(|error| refused(&error))?;
    let made = rows.items.into_iter().map(|row| {
        let ms = row.body[..].try_into().map_or(0, i64::from_le_bytes);
        (row.key.sort, ms)
    });
    let mut buckets: Vec<(String, i64)> = std::iter::once((INBOX.to_owned(), 0)).chain(made).collect();
    buckets.sort();
    let buckets = buckets.into_iter().map(|(name, ms)| Bucket {
        name: Some(name),
        creation_date: Some(moment(ms)),
        ..Bucket::default()
    });
    let owner = Owner { display_name: Some(OWNER.to_owned()), id: Some(OWNER.to_owned()) };
    let output = ListBucketsOutput { buckets: Some(buckets.collect()), owner: Some(owner), ..Default::default() };
    Ok(S3Response::new(output))
}

pub(super) async fn head(store: &Store, name: &str) -> Answer<HeadBucketOutput> {
    store.bucket(name).await?;
    Ok(S3Response::new(HeadBucketOutput::default()))
}

pub(super) async fn create(store: &Store, name: &str) -> Answer<CreateBucketOutput> {
    let invalid = |error| problem(S3ErrorCode::InvalidBucketName, format!("{error}"));
    BucketName::new(name).map_err(invalid)?;
    if RESERVED.contains(&name) {
        return Err(problem(
            S3ErrorCode::BucketAlreadyExists,
            format!("{name} is kept for the engine; choose another name"),
        ));
    }
    let mine = || problem(S3ErrorCode::BucketAlreadyOwnedByYou, format!("there is a bucket {name}"));
    if name == INBOX {
        return Err(mine());
    }
    let rows = store.world.table.query(PARTITION, "", None, MOST + 1).await.map_err(|error| refused(&error))?;
    if rows.items.len() >= MOST && !rows.items.iter().any(|row| row.key.sort == name) {
        return Err(problem(S3ErrorCode::TooManyBuckets, format!("at most {MOST} buckets can be made; delete one")));
    }
    let body = Bytes::copy_from_slice(&store.world.clock.now_ms().to_le_bytes());
    let put = Write::Put { key: Key::new(PARTITION, name), body, condition: Condition::Absent };
    match store.world.table.transact(vec![put]).await {
        Ok(()) => {
            let output = CreateBucketOutput { location: Some(format!("/{name}")) };
            Ok(S3Response::new(output))
        }
        Err(error) if error.kind == PortErrorKind::Conflict => Err(mine()),
        Err(error) => Err(refused(&error)),
    }
}

pub(super) async fn delete(store: &Store, name: &str) -> Answer<DeleteBucketOutput> {
    let bucket = store.bucket(name).await?;
    if name == INBOX {
        return Err(problem(S3ErrorCode::AccessDenied, "the inbox is a folder of this machine and stays"));
    }
    let page = store.world.objects.list(&bucket, "", None, 1).await.map_err(|error| refused(&error))?;
    if !page.items.is_empty() {
        return Err(problem(S3ErrorCode::BucketNotEmpty, format!("{name} has objects; delete them first")));
    }
    let delete = Write::Delete { key: Key::new(PARTITION, name), condition: Condition::Any };
    store.world.table.transact(vec![delete]).await.map_err(|error| refused(&error))?;
    Ok(S3Response::new(DeleteBucketOutput::default()))
}
