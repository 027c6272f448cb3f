//! OpenAI's chat completions in the words of the ports, for every adapter whose servers speak them.
//!
//! | file | idea |
//! |---|---|
//! | `request` | a chat to the request that asks for it; what is ours to say in a request that is passed on |
//! | `events` | bytes to events, however they are cut |
//! | `answer` | events to deltas and errors |

mod answer;
mod events;
mod request;

pub use answer::{Answer, refused};
pub use events::{Endless, EventReader};
pub use request::{Sent, request};
