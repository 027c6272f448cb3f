//! Processes of one stack tell each other what they let through, so that a limit is one limit.
//!
//! Each has a row of its own, so nobody waits for anybody. A process that limits nothing just now neither reads nor writes.

use std::{collections::BTreeMap, time::Duration};

use cueline_domain::governance::peers::Passed;
use cueline_ports::{Condition, Key, PortError, PortResult, Row, Write};
use cueline_runtime::World;
use serde::{Deserialize, Serialize};

use super::Limits;

/// The partition of all processes.
const PARTITION: &str = "limits";
/// Between two looks.
const EACH: Duration = Duration::from_secs(1);
/// What is under way is told again after this, changed or not: whoever is silent has nothing under way.
const AGAIN_MS: i64 = 5_000;
/// The row of a process that told nothing for so long is deleted.
const GONE_MS: i64 = 600_000;

#[derive(Debug, Serialize, Deserialize)]
struct Told {
    at_ms: i64,
    passed: BTreeMap<String, Passed>,
}

/// One process among others.
pub struct Sharing {
    limits: Limits,
    world: World,
    /// New with every start: counts begin anew with it.
    name: String,
    told: BTreeMap<String, Passed>,
    told_ms: i64,
}

impl Sharing {
    /// These limits, with those of the other processes of a world.
    pub fn new(limits: Limits, world: &World) -> Self {
        let name = world.entropy.ulid(world.clock.now_ms());
        Self { limits, world: world.clone(), name, told: BTreeMap::new(), told_ms: 0 }
    }

    /// Never ends.
    pub async fn run(mut self) {
        loop {
            self.world.clock.sleep(EACH).await;
            if let Err(error) = self.look().await {
                tracing::warn!(error = %error, "what other processes let through is not known just now; each limits by itself");
            }
        }
    }

    /// Tells what passed here, and hears what passed elsewhere.
    pub async fn look(&mut self) -> PortResult<()> {
        let (passed, now_ms) = (self.limits.told(), self.world.clock.now_ms());
        if passed.is_empty() && self.told.is_empty() {
            return Ok(());
        }
        let runs = passed.values().any(|passed| passed.running > 0);
        if passed != self.told || (runs && now_ms - self.told_ms >= AGAIN_MS) {
            let told = Told { at_ms: now_ms, passed };
            let body = serde_json::to_vec(&told).map_err(|error| PortError::invalid(error.to_string()))?.into();
            let key = Key::new(PARTITION, &self.name);
            self.world.table.transact(vec![Write::Put { key, body, condition: Condition::Any }]).await?;
            (self.told, self.told_ms) = (told.passed, now_ms);
        }
        self.hear(now_ms).await
    }

    async fn hear(&self, now_ms: i64) -> PortResult<()> {
        let (mut rows, mut cursor): (Vec<Row>, _) = (Vec::new(), None);
        loop {
            let page = self.world.table.query(PARTITION, "", cursor, 100).await?;
            rows.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        rows.retain(|row| row.key.sort != self.name);
        let names: Vec<&str> = rows.iter().map(|row| row.key.sort.as_str()).collect();
        self.limits.peers_are(&names);
        let mut unreadable = None;
        for row in &rows {
            let told: Told = match serde_json::from_slice(&row.body) {
                Ok(told) => told,
                // The others are heard all the same.
                Err(error) => {
                    let what = format!("limits_unreadable: {} is none of this version: {error}", row.key.sort);
                    unreadable = Some(PortError::corrupt(what));
                    continue;
                }
            };
            if now_ms - told.at_ms > GONE_MS {
                let gone = Write::Delete { key: row.key.clone(), condition: Condition::Version(row.version) };
                // Somebody else may have been quicker.
                let _ = self.world.table.transact(vec![gone]).await;
                continue;
            }
            self.limits.hear(&row.key.sort, row.version, told.passed);
        }
        unreadable.map_or(Ok(()), Err)
    }
}
