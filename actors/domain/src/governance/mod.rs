//! Who may ask, how much, and for how much money.
//!
//! | file | idea |
//! |---|---|
//! | [`key`] | what a key allows; the secret itself is never kept |
//! | [`money`] | dollars in millionths, so that sums are exact |
//! | [`budget`] | an account: spent, reserved, what is left of its limit |
//! | [`rate`] | how many in a minute, smoothly |
//! | [`peers`] | what other processes let through |
//! | [`fair_queue`] | who goes next to a busy target |
//! | [`cache_key`] | which requests have the same answer |
//! | [`alerts`] | what has been going wrong for too long |
//! | [`audit`] | a chain of records of which none can be changed or left out unseen |
//! | [`audit_content`] | what was asked and answered, where a record has that |
//! | [`audit_search`] | records of many chains, newest first |
//! | [`usage`] | what they sum up to, by day, tenant and target |

pub mod alerts;
pub mod audit;
pub mod audit_content;
pub mod audit_search;
pub mod budget;
pub mod cache_key;
pub mod fair_queue;
pub mod key;
pub mod money;
pub mod peers;
pub mod rate;
pub mod usage;
