//! The patterns: each folder is one story, with its actors and its `*.asl.json` definitions.
//!
//! | folder | story |
//! |---|---|
//! | [`chat`] | a model answers, whole or as a stream; when one fails the next one does |
//! | [`events`] | events of others, and our own, start workflows |
//! | [`rag`] | files become searchable; a question becomes an answer with checked citations |
//!
//! Beside them stand tasks that any definition may use: [`lambda`] and [`states`] call what runs on AWS, [`mod@bench`] does nothing.
//!
//! Patterns never import each other: they meet in a definition, a message or a port.

mod beat;
pub mod bench;
pub mod chat;
pub mod events;
pub mod governance;
pub mod lambda;
pub mod rag;
pub mod states;
