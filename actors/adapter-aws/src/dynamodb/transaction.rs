//! One transaction, and why it was not done.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{ReturnConsumedCapacity, TransactWriteItem},
};
use cueline_ports::PortError;

use super::DynamoDb;
use crate::error::Call;

/// Why a transaction was not done.
pub(super) enum NotDone {
    /// Nothing was written; codes of the items in order, `None` for those that are not at fault.
    Cancelled(Vec<String>),
    /// It may have been done.
    Failed(PortError),
}

impl DynamoDb {
    /// Writes all items or none. Under the same token (`once`) a transaction is done once, however often it is sent within ten
    /// minutes.
    pub(super) async fn transact_items(
        &self,
        items: Vec<TransactWriteItem>,
        once: Option<&str>,
    ) -> Result<(), NotDone> {
        let sent = self
            .client
            .transact_write_items()
            .set_transact_items(Some(items))
            .set_client_request_token(once.map(str::to_owned))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        let error = match sent {
            Ok(done) => {
                done.consumed_capacity().iter().for_each(|used| self.count(Some(used), None));
                return Ok(());
            }
            Err(error) => error,
        };
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() {
            let codes =
                cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("None").to_owned());
            return Err(NotDone::Cancelled(codes.collect()));
        }
        let on = self.on();
        Err(NotDone::Failed(Call { action: "dynamodb:TransactWriteItems", on: &on }.failed(error)))
    }
}

/// Two transactions that met meet again if they wait alike.
pub(super) async fn pause(tries: u32) {
    let most = 10_u64 << tries.min(7);
    let share = u64::from(ulid::Ulid::new().random() as u32) % most;
    tokio::time::sleep(std::time::Duration::from_millis(most / 2 + share / 2)).await;
}
