//! The UI message stream of Vercel's AI SDK on top of chat completions: pure translation, no async, clock, randomness
//! or environment. With it `useChat` talks to the gateway itself, without a server between them.
//!
//! ```text
//!  POST …/chats ── request ──> chat completions ──> log of chunks ── events ──> UI message chunks
//!  GET …/chats/{id}/stream ─────────────────────> the same log, from its beginning ──────┘
//! ```
//!
//! | file | idea |
//! |---|---|
//! | [`request`] | what is posted becomes a request of chat completions |
//! | `conversation` | UI messages become messages, step by step |
//! | `tool` | a tool part becomes a call and its result |
//! | `file` | a file part becomes a part of a chat message |
//! | [`data_url`] | a file that is written in its address |
//! | [`events`] | chunks become UI message chunks, the same whenever they are read again |
//!
//! A client that comes back is told its answer from the beginning, as `DefaultChatTransport` expects it: at the first
//! `start` it forgets what it had of the answer. So nothing need be remembered of what was told.
//!
//! Shapes: <https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol>, checked with the packages `ai` 6.0.326 and 7.0.173.

mod conversation;
pub mod data_url;
pub mod events;
mod file;
pub mod request;
mod tool;

pub use events::UiEvents;
pub use request::{Translated, translate};
