//! Which answer a conversation waits for: its caller knows the conversation, after a reload not the answer.

use cueline_ports::{Condition, Key, PortError, PortResult, Row, Write};
use cueline_runtime::World;
use serde::{Deserialize, Serialize};

/// The partition of all conversations by the time when they last asked.
const ASKED: &str = "chats";
/// Rows that are deleted at once: each conversation is two.
const AT_ONCE: usize = 50;

/// What a conversation waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// The execution of the answer.
    pub answer: String,
    /// The message that it is, or goes on with, where the conversation is shown.
    pub message: String,
}

/// Conversations by tenant and id. Cloning gives another handle.
#[derive(Clone)]
pub struct Conversations {
    world: World,
}

fn key(tenant: &str, conversation: &str) -> Key {
    Key::new(format!("chat#{tenant}"), conversation)
}

impl Conversations {
    /// The conversations of a world.
    pub fn new(world: &World) -> Self {
        Self { world: world.clone() }
    }

    /// From now on a conversation waits for this answer.
    pub async fn ask(&self, tenant: &str, conversation: &str, awaited: &Awaited) -> PortResult<()> {
        let body = serde_json::to_vec(awaited).map_err(|error| PortError::invalid(error.to_string()))?;
        let asked = Key::new(ASKED, format!("{:015}#{tenant}#{conversation}", self.world.clock.now_ms().max(0)));
        let put = |key| Write::Put { key, body: body.clone().into(), condition: Condition::Any };
        self.world.table.transact(vec![put(key(tenant, conversation)), put(asked)]).await
    }

    /// The answer that a conversation asked for last.
    pub async fn awaited(&self, tenant: &str, conversation: &str) -> PortResult<Option<Awaited>> {
        let Some(row) = self.world.table.get(&key(tenant, conversation)).await? else { return Ok(None) };
        serde_json::from_slice(&row.body).map(Some).map_err(|error| {
            PortError::corrupt(format!("chat_unreadable: {conversation} is none of this version: {error}"))
        })
    }

    /// Forgets conversations that asked for nothing since a moment; how many.
    pub async fn forget_before(&self, before_ms: i64) -> PortResult<usize> {
        let mut forgotten = 0;
        loop {
            let page = self.world.table.query(ASKED, "", None, AT_ONCE).await?;
            let old = |row: &Row| {
                let mut parts = row.key.sort.splitn(3, '#');
                let (asked, tenant, conversation) = (parts.next()?, parts.next()?, parts.next()?);
                (asked.parse::<i64>().ok()? < before_ms)
                    .then(|| (row.key.clone(), key(tenant, conversation), row.body.clone()))
            };
            let old: Vec<_> = page.items.iter().map_while(old).collect();
            if old.is_empty() {
                return Ok(forgotten);
            }
            for (asked, conversation, answer) in old {
                let mut deletes = vec![Write::Delete { key: asked, condition: Condition::Any }];
                // It may have asked again since.
                let last = self.world.table.get(&conversation).await?;
                if last.is_some_and(|last| last.body == answer) {
                    deletes.push(Write::Delete { key: conversation, condition: Condition::Any });
                    forgotten += 1;
                }
                self.world.table.transact(deletes).await?;
            }
        }
    }
}
