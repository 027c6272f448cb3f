//! Workflows by name, across restarts.
//!
//! | whose | where it is kept | who may change it |
//! |---|---|---|
//! | built in | the program | nobody: `ask` and ingestion rely on it |
//! | of the configuration's folder | a file | whoever owns the file |
//! | defined while the process ran | a row of the table, naming the hash | whoever has the token |

use std::{collections::BTreeMap, fmt, sync::Arc};

use cueline_ports::{Condition, Key, PortError, Table, Write};
use cueline_runtime::{
    Engine, EngineError,
    peers::{NAMES, read_name, write_name},
};
use cueline_states::Definition;

const LONGEST_NAME: usize = 80;
/// Rows of one query.
const PAGE: usize = 500;

/// Whom a name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Program,
    Folder,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Program => "is built in, and what Cueline does relies on it",
            Self::Folder => "comes from a file of the configured folder",
        })
    }
}

/// Why a name cannot be given to a workflow.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDefined {
    #[error("the name {0:?} is not one of a workflow")]
    Name(String),
    #[error("the workflow {0} {1}")]
    Reserved(String, Owner),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// How a name looks, for people.
pub(crate) const NAME_RULE: &str = "1 to 80 of A-Z a-z 0-9 . _ -, beginning with a letter or a digit";

/// The names of an engine.
#[derive(Clone)]
pub(crate) struct Workflows {
    engine: Engine,
    reserved: Arc<BTreeMap<String, Owner>>,
}

impl Workflows {
    /// Makes `given` known, each with its owner, then what was defined before. Returns remarks about what could not be.
    pub(crate) async fn open(
        engine: Engine,
        given: Vec<(String, String, Owner)>,
    ) -> Result<(Self, Vec<String>), (String, NotDefined)> {
        let mut reserved = BTreeMap::new();
        for (name, text, owner) in given {
            let named = |error: NotDefined| (name.clone(), error);
            check_name(&name).map_err(named)?;
            if let Some(owner) = reserved.get(&name) {
                return Err(named(NotDefined::Reserved(name.clone(), *owner)));
            }
            engine.definitions().register(&name, &text).await.map_err(|error| named(error.into()))?;
            engine.definitions().own(&name);
            reserved.insert(name, owner);
        }
        let workflows = Self { engine, reserved: Arc::new(reserved) };
        let notes = workflows.remember().await.map_err(|error| (String::new(), NotDefined::Engine(error.into())))?;
        Ok((workflows, notes))
    }

    /// Gives a workflow a name, for this process and those after it. The same definition again changes nothing.
    pub(crate) async fn define(&self, name: &str, text: &str) -> Result<Arc<Definition>, NotDefined> {
        check_name(name)?;
        if let Some(owner) = self.reserved.get(name) {
            return Err(NotDefined::Reserved(name.to_owned(), *owner));
        }
        let definition = self.engine.definitions().keep(text).await?;
        if self.engine.definitions().named(name).is_ok_and(|known| known.hash() == definition.hash()) {
            return Ok(definition);
        }
        let body = write_name(definition.hash());
        let put = Write::Put { key: Key::new(NAMES, name), body, condition: Condition::Any };
        self.table().transact(vec![put]).await.map_err(EngineError::from)?;
        // Known only once it is kept: a start under the new name never outlives the name.
        Ok(self.engine.definitions().register(name, text).await?)
    }

    async fn remember(&self) -> Result<Vec<String>, PortError> {
        let (mut notes, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.table().query(NAMES, "", cursor, PAGE).await?;
            for row in page.items {
                let name = row.key.sort;
                if self.reserved.contains_key(&name) {
                    notes.push(format!("workflow {name}: the configured folder replaces what was defined before"));
                } else if let Err(problem) = self.remember_one(&name, &row.body).await {
                    tracing::error!(workflow = name, error = problem, "a workflow is not known any more");
                    notes.push(format!("workflow {name} is not known any more: {problem}; define it again"));
                }
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(notes);
            }
        }
    }

    async fn remember_one(&self, name: &str, body: &[u8]) -> Result<(), String> {
        let hash = read_name(body)?;
        let definitions = self.engine.definitions();
        let definition = definitions.by_hash(&hash).await.map_err(|error| error.to_string())?;
        let text = definition.source().to_string();
        definitions.register(name, &text).await.map(drop).map_err(|error| error.to_string())
    }

    fn table(&self) -> &dyn Table {
        self.engine.world().table.as_ref()
    }
}

fn check_name(name: &str) -> Result<(), NotDefined> {
    let letters = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'.' | b'_' | b'-');
    let first = name.bytes().next().is_some_and(|letter| letter.is_ascii_alphanumeric());
    if first && name.len() <= LONGEST_NAME && name.bytes().all(letters) {
        return Ok(());
    }
    Err(NotDefined::Name(name.chars().take(LONGEST_NAME).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for name in ["a", "approve-order_2.1", &"x".repeat(80)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "../x\0", ".hidden", "-x", "a b", "a/b", "ä", &"x".repeat(81)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
