//! The Amazon States Language: parse, validate, decide, apply. Pure.

pub mod query;
