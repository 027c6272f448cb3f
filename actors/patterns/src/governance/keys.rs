//! Keys. Nobody can read one back: it is shown once, when it is made.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use cueline_domain::governance::{
    budget::Budget,
    key::{KeyRecord, KeyRefusal, Role, hash, secret},
};
use cueline_ports::{Condition, Key, PortError, PortResult, Row, Write};
use cueline_runtime::World;

/// The partition of keys; the sort key is the hash.
const KEYS: &str = "keys";
/// For how long what was read is believed, in milliseconds: so long a key that another process revoked is taken here.
const BELIEVED_MS: i64 = 2_000;
/// Keys that are remembered.
const REMEMBERED: usize = 10_000;

/// Why a key is not taken.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It does not do.
    #[error(transparent)]
    Refused(#[from] KeyRefusal),
    /// It cannot be looked up now.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// What a new key is to allow.
#[derive(Debug, Clone, Default)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// On whose behalf it asks.
    pub tenant: String,
    /// Access groups.
    pub groups: BTreeSet<String>,
    /// Models and policies; empty: all.
    pub models: Vec<String>,
    /// What it may do; empty: ask models.
    pub roles: BTreeSet<Role>,
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    pub tokens_per_minute: Option<u64>,
    /// Calls at the same time.
    pub concurrent: Option<u64>,
    /// What it may spend.
    pub budget: Option<Budget>,
    /// Milliseconds until it expires.
    pub lasts_ms: Option<i64>,
}

/// Every key. Cloning gives another handle.
#[derive(Clone)]
pub struct Keys {
    world: World,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    keys: HashMap<String, (i64, Option<Arc<KeyRecord>>)>,
    /// Whether there is any key, as of when.
    any: Option<(i64, bool)>,
}

impl Keys {
    /// The keys of a world.
    pub fn new(world: &World) -> Self {
        Self { world: world.clone(), seen: Arc::default() }
    }

    fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes a key: the secret, which is nowhere else, and what is kept.
    pub async fn create(&self, new: NewKey) -> PortResult<(String, KeyRecord)> {
        let now_ms = self.world.clock.now_ms();
        let entropy = &self.world.entropy;
        let made = secret([entropy.draw(), entropy.draw(), entropy.draw(), entropy.draw()]);
        let roles = if new.roles.is_empty() { BTreeSet::from([Role::Caller]) } else { new.roles };
        let record = KeyRecord {
            id: format!("key-{}", entropy.ulid(now_ms).to_lowercase()),
            name: new.name,
            tenant: if new.tenant.is_empty() { "default".into() } else { new.tenant },
            groups: new.groups,
            models: new.models,
            roles,
            requests_per_minute: new.requests_per_minute,
            tokens_per_minute: new.tokens_per_minute,
            concurrent: new.concurrent,
            budget: new.budget,
            created_ms: now_ms,
            expires_ms: new.lasts_ms.map(|lasts| now_ms.saturating_add(lasts)),
            revoked_ms: None,
        };
        self.put(&hash(&made), &record, Condition::Absent).await?;
        Ok((made, record))
    }

    async fn put(&self, hash: &str, record: &KeyRecord, condition: Condition) -> PortResult<()> {
        let body = serde_json::to_vec(record).map_err(|error| PortError::invalid(error.to_string()))?;
        let key = Key::new(KEYS, hash);
        self.world.table.transact(vec![Write::Put { key, body: body.into(), condition }]).await?;
        self.seen(|seen| {
            seen.keys.remove(hash);
            seen.any = None;
        });
        Ok(())
    }

    /// Every key, oldest first.
    pub async fn list(&self) -> PortResult<Vec<KeyRecord>> {
        let mut keys: Vec<KeyRecord> = self.rows().await?.into_iter().map(|(_, record)| record).collect();
        keys.sort_by(|a, b| (a.created_ms, &a.id).cmp(&(b.created_ms, &b.id)));
        Ok(keys)
    }

    async fn rows(&self) -> PortResult<Vec<(Row, KeyRecord)>> {
        let (mut rows, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.world.table.query(KEYS, "", cursor, 200).await?;
            for row in page.items {
                let record = read(&row)?;
                rows.push((row, record));
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(rows);
            }
        }
    }

    /// Withdraws a key, from a moment on; `None` when there is none of this id.
    pub async fn revoke(&self, id: &str, at_ms: i64) -> PortResult<Option<KeyRecord>> {
        let Some((row, record)) = self.rows().await?.into_iter().find(|(_, record)| record.id == id) else {
            return Ok(None);
        };
        let revoked_ms = Some(record.revoked_ms.map_or(at_ms, |before| before.min(at_ms)));
        let record = KeyRecord { revoked_ms, ..record };
        self.put(&row.key.sort, &record, Condition::Version(row.version)).await?;
        Ok(Some(record))
    }

    /// Makes another key that allows the same, and withdraws the old one after a while, so that whoever uses it can change over.
    pub async fn rotate(&self, id: &str, grace_ms: i64) -> PortResult<Option<(String, KeyRecord)>> {
        let now_ms = self.world.clock.now_ms();
        let Some(old) = self.revoke(id, now_ms.saturating_add(grace_ms.max(0))).await? else { return Ok(None) };
        let new = NewKey {
            name: old.name,
            tenant: old.tenant,
            groups: old.groups,
            models: old.models,
            roles: old.roles,
            requests_per_minute: old.requests_per_minute,
            tokens_per_minute: old.tokens_per_minute,
            concurrent: old.concurrent,
            budget: old.budget,
            lasts_ms: old.expires_ms.map(|expires| expires - old.created_ms),
        };
        self.create(new).await.map(Some)
    }

    /// Whether nobody has made a key yet: then none is asked for on an address that only this machine reaches.
    pub async fn are_none(&self) -> PortResult<bool> {
        let now_ms = self.world.clock.now_ms();
        if let Some((at, any)) = self.seen(|seen| seen.any)
            && (any || now_ms - at < BELIEVED_MS)
        {
            return Ok(!any);
        }
        let any = !self.world.table.query(KEYS, "", None, 1).await?.items.is_empty();
        self.seen(|seen| seen.any = Some((now_ms, any)));
        Ok(!any)
    }

    /// The key that a secret belongs to, if it is valid now.
    pub async fn find(&self, secret: &str) -> Result<Arc<KeyRecord>, KeyError> {
        let (now_ms, hash) = (self.world.clock.now_ms(), hash(secret));
        let believed = self.seen(|seen| seen.keys.get(&hash).filter(|(at, _)| now_ms - at < BELIEVED_MS).cloned());
        let found = match believed {
            Some((_, found)) => found,
            None => {
                let row = self.world.table.get(&Key::new(KEYS, &hash)).await?;
                let found = row.as_ref().map(read).transpose()?.map(Arc::new);
                self.seen(|seen| {
                    if seen.keys.len() >= REMEMBERED {
                        seen.keys.clear();
                    }
                    seen.keys.insert(hash, (now_ms, found.clone()));
                });
                found
            }
        };
        let record = found.ok_or(KeyRefusal::Unknown)?;
        record.check(now_ms)?;
        Ok(record)
    }
}

fn read(row: &Row) -> PortResult<KeyRecord> {
    serde_json::from_slice(&row.body)
        .map_err(|error| PortError::corrupt(format!("key_unreadable: a key is none of this version: {error}")))
}
