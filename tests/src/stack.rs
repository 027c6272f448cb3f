//! The stack of `deploy/` on the emulator, and the processes that share its work.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use cueline_aws::{
    Connection, Meter,
    dynamodb::DynamoDb,
    s3::{Place, S3Objects, S3Options},
    sqs::{SqsOptions, SqsQueue},
    stack::Stack,
};
use cueline_ports::{Objects, PutCondition, SystemClock};
use cueline_protocol::ids::BucketName;
use cueline_runtime::{World, world::Entropy};

use crate::{
    emulator::{self, Account, REGION},
    system::Cueline,
    universe::Universe,
};

/// Its name.
const NAME: &str = "cueline";

/// A stack that was made by our templates, unchanged.
pub struct Deployed {
    /// Where it is.
    pub account: Account,
    /// What it made.
    pub stack: Stack,
    /// The node that stands for the domain of the stack.
    index: Option<String>,
    scratch: tempfile::TempDir,
    inbox: S3Objects,
}

impl Deployed {
    /// Deploys it; `index` is the URL of an OpenSearch node.
    ///
    /// # Errors
    /// When the emulator refuses.
    pub async fn on(account: Account, index: Option<&str>) -> anyhow::Result<Self> {
        let mut command = Command::new(emulator::python()?);
        command
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/emulate.py"))
            .args(["create", "--endpoint", &account.endpoint, "--stack", NAME])
            .envs(environment(&account));
        if index.is_some() {
            let arn = format!("arn:aws:es:{REGION}:{}:domain/node", account.access_key);
            command.args(["--set", "Index=Domain"]);
            command.args(["--set", "ExistingIndexEndpoint=https://node.invalid"]);
            command.args(["--set", &format!("ExistingIndexArn={arn}")]);
        }
        let made = command.output()?;
        ensure!(made.status.success(), "emulate.py create: {}", String::from_utf8_lossy(&made.stderr));
        let connection = Connection::at(&account.endpoint, REGION, &account.access_key, "secret").await;
        let stack = Stack::describe(&connection, NAME).await?;
        let place = Place { bucket: stack.inbox_bucket.clone(), prefix: String::new() };
        let options = S3Options {
            places: [(bucket()?, place)].into(),
            others: stack.payload_bucket.clone(),
            kms_key: None,
            notifications: [].into(),
        };
        let inbox = S3Objects::new(&connection, options, Meter::default());
        Ok(Self { account, stack, index: index.map(str::to_owned), scratch: tempfile::tempdir()?, inbox })
    }

    /// A process that serves these kinds, with a data directory of its own. It does not run yet.
    pub fn process(&self, name: &str) -> Cueline {
        let mut cueline = Cueline::on(&self.folder().join(name));
        for (name, value) in environment(&self.account) {
            cueline.set(name, &value);
        }
        cueline.set("CUELINE_STACK", NAME);
        if let Some(index) = &self.index {
            cueline.set("AWS_ENDPOINT_URL_OPENSEARCH", index);
        }
        cueline
    }

    /// A process that reaches its services on another way.
    pub fn process_through(&self, endpoint: &str, name: &str) -> Cueline {
        let mut cueline = self.process(name);
        cueline.set("AWS_ENDPOINT_URL", endpoint);
        cueline
    }

    /// Where data directories and logs are.
    pub fn folder(&self) -> PathBuf {
        self.scratch.path().to_owned()
    }

    /// `aws s3 cp`.
    ///
    /// # Errors
    /// When the emulator refuses.
    pub async fn drop_file(&self, key: &str, body: impl Into<Bytes>) -> anyhow::Result<()> {
        self.inbox.put(&bucket()?, key, body.into(), PutCondition::Any).await?;
        Ok(())
    }

    /// `aws s3 rm`.
    ///
    /// # Errors
    /// When the emulator refuses.
    pub async fn remove_file(&self, key: &str) -> anyhow::Result<()> {
        Ok(self.inbox.delete(&bucket()?, key).await?)
    }

    /// Creates a queue of ours that the stack does not have, with its dead letters.
    ///
    /// # Errors
    /// When the emulator refuses.
    pub fn add_queue(&self, kind: &str) -> anyhow::Result<()> {
        let script = "\
import boto3, os, sys
sqs = boto3.client('sqs', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
for name in sys.argv[1:]:
    sqs.create_queue(QueueName=name)
";
        let prefix = &self.stack.queue_prefix;
        self.python(script, &[&format!("{prefix}-{kind}"), &format!("{prefix}-{kind}-dead")]).map(drop)
    }

    /// Empties a queue.
    ///
    /// # Errors
    /// When the emulator refuses.
    pub fn purge(&self, kind: &str) -> anyhow::Result<()> {
        let script = "\
import boto3, os, sys
sqs = boto3.client('sqs', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=sys.argv[1])['QueueUrl'])
";
        self.python(script, &[&format!("{}-{kind}", self.stack.queue_prefix)]).map(drop)
    }

    /// Runs a script that has boto3 and the account; gives what it printed.
    ///
    /// # Errors
    /// When it fails.
    pub fn python(&self, script: &str, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(emulator::python()?);
        let done = command.args(["-c", script]).args(arguments).envs(environment(&self.account)).output()?;
        ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }

    /// The ports on what the stack made, for somebody who looks from outside.
    ///
    /// # Errors
    /// When the emulator refuses.
    pub async fn world(&self) -> anyhow::Result<World> {
        let Account { endpoint, access_key } = &self.account;
        let connection = Connection::at(endpoint, REGION, access_key, "secret").await;
        let (meter, objects) = (Meter::default(), Arc::new(self.inbox.clone()));
        let payloads = BucketName::new("payloads")?;
        let table = DynamoDb::new(&connection, &*self.stack.table, objects.clone(), payloads.clone(), meter.clone());
        let options = SqsOptions { prefix: self.stack.queue_prefix.clone(), create: false };
        let queue = SqsQueue::new(&connection, options, objects.clone(), payloads, meter);
        Ok(World {
            journal: Arc::new(table.clone()),
            table: Arc::new(table),
            queue: Arc::new(queue),
            objects,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(Entropy::from_system()),
            ..Universe::new(1).outside()
        })
    }
}

fn bucket() -> anyhow::Result<BucketName> {
    BucketName::new("inbox").context("a sound name")
}

/// How programs reach an account.
pub fn environment(account: &Account) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ENDPOINT_URL", account.endpoint.clone()),
        ("AWS_ACCESS_KEY_ID", account.access_key.clone()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
    ]
}

/// Looks again and again.
///
/// # Errors
/// With the last reason when it does not come true in time.
pub async fn eventually<T>(patience: Duration, mut look: impl AsyncFnMut() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let until = Instant::now() + patience;
    loop {
        match look().await {
            Ok(found) => return Ok(found),
            Err(error) if Instant::now() > until => bail!("after {patience:?}: {error:#}"),
            // Other processes keep the clock here.
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}
