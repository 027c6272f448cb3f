//! What running costs on AWS: requests of an execution, their price, and a plan for given traffic.
//!
//! | file | idea |
//! |---|---|
//! | `prices` | list prices of one region on one day |
//! | `requests` | what an execution asks of AWS, from its journal |
//! | `bill` | requests times prices |
//! | `plan` | traffic to requests, dollars, tasks and quotas |
//!
//! Every formula is written where it is computed. What cannot be derived was measured and is named so: [`Measured`].

mod bill;
mod plan;
mod prices;
mod requests;

pub use bill::{Bill, Line, Tokens};
pub use plan::{Machines, Plan, Quota, Traffic, plan};
pub use prices::{PRICES, Prices, TokenPrice, token_price};
pub use requests::{EXTEND_EVERY_MS, MEASURED, Measured, Recorded, Requests, SNAPSHOT_EVERY};

#[cfg(test)]
mod tests;
