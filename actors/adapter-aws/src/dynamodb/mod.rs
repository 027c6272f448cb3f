//! One DynamoDB table for journals and rows.
//!
//! | `pk` | `sk` | attributes | what |
//! |---|---|---|---|
//! | `e#<execution>` | `c#<first version>` | `n` last version, `c` commits, `s` snapshot | one append |
//! | `e#<execution>` | `h` | `m` summary as JSON; `gp`, `gs` | the row in lists |
//! | `t#<partition>` | `s#<sort key>` | `v` version, `b` body, `k` whole sort key when it is long | one row |
//!
//! Every item that is written under a condition carries `w`, a token of its write: an SDK that repeats a call whose answer
//! was lost is told by the failed condition that it was its own. Bodies that do not fit an item lie in the object store, and
//! `o` names them.
//!
//! The index `open` has the rows of lists: `gp` is `o#<shard>` while an execution runs and `e#<shard>` afterwards, `gs` its
//! start and id. Shards keep one busy account from heating one partition.

mod append;
mod create;
mod group;
mod item;
mod journal;
mod table;
mod transaction;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use cueline_ports::Objects;
use cueline_protocol::ids::BucketName;

use crate::{Connection, Meter};

/// Name of the index for lists.
const INDEX: &str = "open";

/// The table: a `Journal` and a `Table`.
#[derive(Clone)]
pub struct DynamoDb {
    client: Client,
    name: String,
    overflow: Overflow,
    meter: Meter,
    known: Arc<append::Known>,
    groups: group::Groups,
}

/// Where what does not fit an item lies.
#[derive(Clone)]
struct Overflow {
    objects: Arc<dyn Objects>,
    bucket: BucketName,
}

impl DynamoDb {
    /// On a table that is there.
    pub fn new(
        connection: &Connection,
        name: impl Into<String>,
        objects: Arc<dyn Objects>,
        bucket: BucketName,
        meter: Meter,
    ) -> Self {
        let config = aws_sdk_dynamodb::config::Builder::from(&connection.sdk).interceptor(meter.clone()).build();
        Self {
            client: Client::from_conf(config),
            name: name.into(),
            overflow: Overflow { objects, bucket },
            meter,
            known: Arc::default(),
            groups: group::Groups::default(),
        }
    }

    fn on(&self) -> String {
        format!("table {}", self.name)
    }
}
