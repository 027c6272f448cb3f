//! Workflows that were named, or named anew, while other processes ran: a row of the table says which definition a name
//! stands for.

use std::sync::Arc;

use bytes::Bytes;
use cueline_ports::Key;
use cueline_states::Definition;
use serde::{Deserialize, Serialize};

use crate::{EngineError, engine::Core};

/// The partition of the table that names lie in.
pub const NAMES: &str = "workflows";

/// What a row says.
#[derive(Debug, Serialize, Deserialize)]
struct Named {
    hash: String,
}

/// The row of a name.
pub fn write_name(hash: &str) -> Bytes {
    serde_json::to_vec(&Named { hash: hash.to_owned() }).unwrap_or_default().into()
}

/// The hash that a row names; an error is for people.
///
/// # Errors
/// When the row is none.
pub fn read_name(body: &[u8]) -> Result<String, String> {
    serde_json::from_slice(body).map(|Named { hash }| hash).map_err(|error| error.to_string())
}

/// The newest definition of a workflow, whoever named it. Names of the program and of its folder are its own.
pub(crate) async fn newest(core: &Core, name: &str) -> Result<Arc<Definition>, EngineError> {
    let known = core.definitions.named(name);
    if core.options.peers.is_none() || core.definitions.is_own(name) {
        return known;
    }
    let Some(row) = core.world.table.get(&Key::new(NAMES, name)).await? else { return known };
    let Ok(hash) = read_name(&row.body) else { return known };
    match known {
        Ok(known) if known.hash() == hash => Ok(known),
        _ => {
            let definition = core.definitions.by_hash(&hash).await?;
            core.definitions.name(name, definition.clone());
            Ok(definition)
        }
    }
}
