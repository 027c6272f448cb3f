//! AWS Step Functions both ways: we start its state machines, and answer those that wait for us.

mod callbacks;
mod machines;

use aws_sdk_sfn::Client;

use crate::{Connection, Meter};

/// Step Functions of one account and region: `StateMachines` and `Callbacks`.
#[derive(Clone)]
pub struct StepFunctions {
    client: Client,
}

impl StepFunctions {
    /// Nothing is called yet.
    pub fn new(connection: &Connection, meter: Meter) -> Self {
        let config = aws_sdk_sfn::config::Builder::from(&connection.sdk).interceptor(meter).build();
        Self { client: Client::from_conf(config) }
    }
}
