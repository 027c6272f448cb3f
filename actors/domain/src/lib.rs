//! The decisions of the patterns: pure functions, no async, clock, randomness or environment.
//!
//! | module | decides |
//! |---|---|
//! | [`document`] | what a parsed document is (given types) |
//! | [`chunking`], [`sentences`], [`terms`] | where a document is cut, and what its words are |
//! | [`object_key`], [`collection`], [`ledger`] | which objects are documents, how they are treated, where each version stands |
//! | [`access`], [`filter`] | who may see a document, and which documents a question is about |
//! | [`event_pattern`] | which events a rule is about |
//! | [`trace`] | which trace something belongs to, in the words of W3C and of X-Ray |
//! | [`vectors`], [`fusion`] | which chunks answer best |
//! | [`source`], [`prompt`], [`citation`], [`extractive`] | what is said, and how it is proven |
//! | [`cost`] | what running costs on AWS, and what given traffic needs |
//! | [`chat`] | what a chat request asks for, how an answer stands, what is tried next |
//! | [`routing`] | which model answers a prompt, and whether that pays |
//! | [`guarding`] | what in a text breaks a rule: personal data, secrets, words, topics, orders to the model |
//! | [`streaming`] | what of an answer a reader sees, and when |
//! | [`governance`] | who may ask, how much, and for how much money |
//! | [`evaluation`] | whether a change made it better |

pub mod access;
mod base64;
pub mod chat;
pub mod chunking;
pub mod citation;
pub mod collection;
pub mod cost;
pub mod document;
pub mod evaluation;
pub mod event_pattern;
pub mod extractive;
pub mod filter;
pub mod fusion;
pub mod governance;
pub mod guarding;
pub mod ledger;
pub mod object_key;
pub mod prompt;
pub mod routing;
pub mod sentences;
pub mod source;
pub mod streaming;
pub mod terms;
pub mod trace;
pub mod vectors;
