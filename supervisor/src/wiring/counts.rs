//! What is counted of whatever keeps everything.

use cueline_embedded::Storage;

/// Reads counters. Cloning gives another handle.
#[derive(Clone)]
pub struct Counts(Source);

#[derive(Clone)]
enum Source {
    Storage(Storage),
    #[cfg(feature = "aws")]
    Aws(cueline_aws::Meter),
}

impl Counts {
    pub(super) fn of_storage(storage: Storage) -> Self {
        Self(Source::Storage(storage))
    }

    #[cfg(feature = "aws")]
    pub(super) fn of_aws(meter: cueline_aws::Meter) -> Self {
        Self(Source::Aws(meter))
    }

    /// What was found damaged first, by whoever met it.
    pub fn damage(&self) -> Option<String> {
        match &self.0 {
            Source::Storage(storage) => storage.damage(),
            #[cfg(feature = "aws")]
            Source::Aws(_) => None,
        }
    }

    /// Operations of the storage as of now, or requests to AWS as `service.operation`.
    pub fn read(&self) -> Vec<(String, u64)> {
        match &self.0 {
            Source::Storage(storage) => {
                let stats = storage.stats();
                [
                    ("appends", stats.appends),
                    ("rows", stats.rows),
                    ("transactions", stats.transactions),
                    ("groups", stats.groups),
                    ("conflicts", stats.conflicts),
                    ("retried_groups", stats.retried_groups),
                    ("checkpoints", stats.checkpoints),
                ]
                .map(|(name, count)| (name.to_owned(), count))
                .into()
            }
            #[cfg(feature = "aws")]
            Source::Aws(meter) => {
                let usage = meter.read();
                let requests = usage.requests.iter().flat_map(|(service, operations)| {
                    operations.iter().map(move |(operation, count)| (format!("{service}.{operation}"), *count))
                });
                requests.collect()
            }
        }
    }
}
