//! Whole answers that may be given again, per tenant and for a while.

use cueline_domain::governance::cache_key::CacheKey;
use cueline_ports::{Condition, Key, PortError, PortResult, Row, Write};
use cueline_protocol::v1::CompleteChatReply;
use cueline_runtime::World;
use serde::{Deserialize, Serialize};

/// The partition of all answers by the time when they expire.
const EXPIRY: &str = "cache";
/// Rows that are deleted at once: each answer is two.
const AT_ONCE: usize = 50;

/// Answers. Cloning gives another handle.
#[derive(Clone)]
pub struct AnswerCache {
    world: World,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    expires_ms: i64,
    reply: CompleteChatReply,
}

fn key(tenant: &str, key: &str) -> Key {
    Key::new(format!("cache#{tenant}"), key)
}

impl AnswerCache {
    /// The answers of a world.
    pub fn new(world: &World) -> Self {
        Self { world: world.clone() }
    }

    /// An answer that has not expired.
    pub async fn get(&self, tenant: &str, name: &CacheKey) -> PortResult<Option<CompleteChatReply>> {
        let Some(row) = self.world.table.get(&key(tenant, &name.to_string())).await? else { return Ok(None) };
        let kept: Kept = serde_json::from_slice(&row.body).map_err(|error| {
            PortError::corrupt(format!("cache_unreadable: {name} is none of this version: {error}"))
        })?;
        Ok((kept.expires_ms > self.world.clock.now_ms()).then_some(kept.reply))
    }

    /// Keeps an answer for `seconds`; `name` is how a key is written.
    pub async fn put(&self, tenant: &str, name: &str, seconds: u64, reply: &CompleteChatReply) -> PortResult<()> {
        let lasts_ms = i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX);
        let expires_ms = self.world.clock.now_ms().saturating_add(lasts_ms);
        // Who called whom and for how much is the first answer's; who is given it again calls nobody.
        let reply = CompleteChatReply { attempts: Vec::new(), cost: 0.0, frames: 0, ..reply.clone() };
        let body =
            serde_json::to_vec(&Kept { expires_ms, reply }).map_err(|error| PortError::invalid(error.to_string()))?;
        let expiry = Key::new(EXPIRY, format!("{:015}#{tenant}#{name}", expires_ms.max(0)));
        let put = |key, body: Vec<u8>| Write::Put { key, body: body.into(), condition: Condition::Any };
        self.world.table.transact(vec![put(key(tenant, name), body), put(expiry, Vec::new())]).await
    }

    /// Deletes what has expired; how many.
    pub async fn forget_expired(&self) -> PortResult<usize> {
        let now_ms = self.world.clock.now_ms();
        let mut forgotten = 0;
        loop {
            let page = self.world.table.query(EXPIRY, "", None, AT_ONCE).await?;
            let expired = |row: &Row| {
                let (expires, of) = row.key.sort.split_once('#')?;
                let (tenant, name) = of.rsplit_once('#')?;
                (expires.parse::<i64>().ok()? <= now_ms).then(|| (row.key.clone(), key(tenant, name)))
            };
            let expired: Vec<(Key, Key)> = page.items.iter().map_while(expired).collect();
            if expired.is_empty() {
                return Ok(forgotten);
            }
            for (expiry, answer) in expired {
                let is_over = match self.world.table.get(&answer).await? {
                    Some(row) => {
                        serde_json::from_slice::<Kept>(&row.body).map_or(true, |kept| kept.expires_ms <= now_ms)
                    }
                    None => false,
                };
                let mut deletes = vec![Write::Delete { key: expiry, condition: Condition::Any }];
                // It may have been answered anew meanwhile.
                if is_over {
                    deletes.push(Write::Delete { key: answer, condition: Condition::Any });
                    forgotten += 1;
                }
                self.world.table.transact(deletes).await?;
            }
        }
    }
}
