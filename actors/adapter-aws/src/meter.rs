//! Counted calls: what an execution costs is computed from these, never guessed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextRef, dyn_dispatch_hint},
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use serde::Serialize;

/// What was asked of AWS since the process started.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Usage {
    /// Requests that were sent, retries included, by service and operation, e.g. `SQS` / `SendMessageBatch`.
    pub requests: BTreeMap<String, BTreeMap<String, u64>>,
    /// Write request units of DynamoDB, the transactional ones counted double as they are billed.
    pub write_units: f64,
    /// Read request units of DynamoDB.
    pub read_units: f64,
}

impl Usage {
    /// Requests to one service.
    pub fn of(&self, service: &str) -> u64 {
        self.requests.get(service).map_or(0, |operations| operations.values().sum())
    }
}

/// Counts every request. Cloning gives another handle to the same counts.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Usage>>);

impl Meter {
    /// As of now.
    pub fn read(&self) -> Usage {
        self.lock().clone()
    }

    pub(crate) fn units(&self, write: f64, read: f64) {
        let mut usage = self.lock();
        usage.write_units += write;
        usage.read_units += read;
    }

    pub(crate) fn request(&self, service: &str, operation: &str) {
        let mut usage = self.lock();
        let operations = usage.requests.entry(service.to_owned()).or_default();
        *operations.entry(operation.to_owned()).or_default() += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Usage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[dyn_dispatch_hint]
impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(metadata) = config.load::<Metadata>() {
            let mut usage = self.lock();
            let operations = usage.requests.entry(metadata.service().to_owned()).or_default();
            *operations.entry(metadata.name().to_owned()).or_default() += 1;
        }
        Ok(())
    }
}
