//! The ports of one AWS account in the emulator, as an engine is given them.

use std::{collections::BTreeMap, sync::Arc};

use cueline_aws::{
    Connection, Meter,
    dynamodb::DynamoDb,
    eventbridge::EventBridgeBus,
    lambda::LambdaFunctions,
    s3::{Place, S3Objects, S3Options},
    sqs::{SqsOptions, SqsQueue},
    states::StepFunctions,
};
use cueline_ports::{PortResult, SystemClock};
use cueline_protocol::ids::BucketName;
use cueline_runtime::{World, world::Entropy};

use crate::{
    emulator::{Account, REGION},
    universe::Universe,
};

/// Everything of ours in an account. What computes and searches is simulated: that is not asked of AWS here.
pub struct Cloud {
    account: Account,
    simulated: Universe,
}

impl Cloud {
    /// In an account without anything in it yet.
    pub fn new(account: Account) -> Self {
        Self { account, simulated: Universe::new(1) }
    }

    /// How the account is reached.
    pub async fn connection(&self) -> Connection {
        Connection::at(&self.account.endpoint, REGION, &self.account.access_key, "secret").await
    }

    /// Objects, the inbox in a bucket of its own.
    ///
    /// # Errors
    /// When the emulator refuses.
    pub async fn objects(&self, meter: &Meter) -> PortResult<S3Objects> {
        let key = &self.account.access_key;
        let place = Place { bucket: format!("inbox-{key}"), prefix: String::new() };
        let options = S3Options {
            places: BTreeMap::from([(bucket("inbox")?, place)]),
            others: format!("cueline-{key}"),
            kms_key: None,
            notifications: BTreeMap::new(),
        };
        let objects = S3Objects::new(&self.connection().await, options, meter.clone());
        objects.create().await?;
        Ok(objects)
    }

    /// The world of one process, its calls counted by `meter`.
    ///
    /// # Errors
    /// When the emulator refuses.
    pub async fn world(&self, meter: &Meter) -> PortResult<World> {
        let connection = self.connection().await;
        let objects = Arc::new(self.objects(meter).await?);
        let payloads = bucket("payloads")?;
        let table = DynamoDb::new(&connection, "cueline", objects.clone(), payloads.clone(), meter.clone());
        table.create().await?;
        let options = SqsOptions { prefix: "cueline".into(), create: true };
        let queue = SqsQueue::new(&connection, options, objects.clone(), payloads, meter.clone());
        Ok(World {
            journal: Arc::new(table.clone()),
            table: Arc::new(table),
            queue: Arc::new(queue),
            bus: Arc::new(EventBridgeBus::new(&connection, "default", meter.clone())),
            objects,
            functions: Some(Arc::new(LambdaFunctions::new(&connection, meter.clone()))),
            state_machines: Some(Arc::new(StepFunctions::new(&connection, meter.clone()))),
            callbacks: Some(Arc::new(StepFunctions::new(&connection, meter.clone()))),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(Entropy::from_system()),
            ..self.simulated.world(1)
        })
    }
}

fn bucket(name: &str) -> PortResult<BucketName> {
    BucketName::new(name).map_err(|error| cueline_ports::PortError::invalid(error.to_string()))
}
