//! Rules over what this process sees of calls: what is wrong for too long is said on the bus, kept while it lasts, and logged.
//!
//! Each process watches the calls that it makes. What stands is kept in the table, so that it is seen from anywhere; a process that
//! dies says nothing more, and after a while what it had said counts no longer.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use cueline_domain::governance::alerts::{Alert, AlertRule, Change, Observation, RuleProblems, Watch};
use cueline_ports::{BusEvent, Condition, Key, PortError, PortErrorKind, PortResult, Write};
use cueline_protocol::{
    events::{EventMessage, SOURCE},
    v1::AlertChanged,
};
use cueline_runtime::World;
use serde::{Deserialize, Serialize};

/// The partition of what stands.
const ALERTS: &str = "alerts";
/// Between two looks.
const LOOK: Duration = Duration::from_secs(10);
/// How often it is said again that an alert stands.
const AGAIN_MS: i64 = 30_000;
/// What was not said again for so long counts no longer.
const STALE_MS: i64 = 90_000;
/// Changes that wait for a bus that takes nothing; of more the oldest are given up.
const MOST_UNSAID: usize = 1_000;

/// What stands, as it was said last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The rule.
    pub rule: String,
    /// Of what: a target, a tenant, `all` or `other`.
    pub subject: String,
    /// What was measured last.
    pub measured: Option<f64>,
    /// The rule's, in the same unit.
    pub threshold: f64,
    /// Since when, in milliseconds since 1970.
    pub since_ms: i64,
    /// When it was said last.
    pub said_ms: i64,
}

/// Watches. Cloning gives another handle.
#[derive(Clone)]
pub struct Alerts {
    world: World,
    /// Tells processes apart.
    process: Arc<str>,
    rules: Arc<Mutex<BTreeMap<String, AlertRule>>>,
    watch: Arc<Mutex<Watch>>,
    said: Arc<Mutex<BTreeMap<(String, String), i64>>>,
    /// Changes that are not on the bus yet, in order.
    unsaid: Arc<Mutex<VecDeque<AlertChanged>>>,
    /// One says at a time, so that they stay in order.
    saying: Arc<tokio::sync::Mutex<()>>,
}

impl Alerts {
    /// By these rules.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn new(world: &World, rules: &BTreeMap<String, AlertRule>) -> Result<Self, RuleProblems> {
        let process = world.entropy.ulid(world.clock.now_ms()).to_lowercase();
        let watch = Arc::new(Mutex::new(Watch::new(rules)?));
        let rules = Arc::new(Mutex::new(rules.clone()));
        Ok(Self {
            world: world.clone(),
            process: process.into(),
            rules,
            watch,
            said: Arc::default(),
            unsaid: Arc::default(),
            saying: Arc::default(),
        })
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These rules from now on. If they are others, what was seen is forgotten, and what stands ends.
    ///
    /// # Errors
    /// Everything that is wrong with them; nothing changes then.
    pub async fn exchange(&self, rules: &BTreeMap<String, AlertRule>) -> Result<(), RuleProblems> {
        let next = Watch::new(rules)?;
        let before = std::mem::replace(&mut *self.rules.lock().unwrap_or_else(PoisonError::into_inner), rules.clone());
        if before == *rules {
            return Ok(());
        }
        let standing = std::mem::replace(&mut *self.watch(), next).standing();
        self.tell(standing.into_iter().map(Change::Cleared).collect()).await;
        Ok(())
    }

    /// Something was seen.
    pub fn observe(&self, seen: &Observation) {
        self.watch().observe(seen);
    }

    /// Looks until dropped. `breakers`: every target at a moment, and whether its breaker is open then.
    pub async fn run(self, breakers: impl Fn(i64) -> Vec<(String, bool)>) {
        loop {
            self.world.clock.sleep(LOOK).await;
            let now_ms = self.world.clock.now_ms();
            self.look(&breakers(now_ms), now_ms).await;
        }
    }

    /// Looks once, and says what changed.
    async fn look(&self, breakers: &[(String, bool)], now_ms: i64) {
        let changes = {
            let mut watch = self.watch();
            breakers.iter().for_each(|(target, is_open)| watch.breaker(target, *is_open, now_ms));
            watch.look(now_ms)
        };
        self.tell(changes).await;
        let standing = self.watch().standing();
        for alert in standing {
            if let Err(error) = self.keep(&alert, now_ms).await {
                tracing::warn!(rule = alert.rule, error = %error, "an alert could not be kept; it is tried again");
            }
        }
    }

    async fn tell(&self, changes: Vec<Change>) {
        let now_ms = self.world.clock.now_ms();
        for change in changes {
            let (state, alert) = match &change {
                Change::Firing(alert) => ("firing", alert),
                Change::Cleared(alert) => ("cleared", alert),
            };
            tracing::warn!(
                rule = alert.rule,
                subject = alert.subject,
                state,
                measured = alert.measured,
                "an alert changed"
            );
            self.unsaid(|unsaid| {
                unsaid.push_back(self.changed(state, alert, now_ms));
                if unsaid.len() > MOST_UNSAID {
                    unsaid.pop_front();
                }
            });
            if let Change::Cleared(alert) = change
                && let Err(error) = self.forget(&alert).await
            {
                tracing::warn!(rule = alert.rule, error = %error, "an alert that ended is shown a little longer");
            }
        }
        self.publish().await;
    }

    fn unsaid<T>(&self, look: impl FnOnce(&mut VecDeque<AlertChanged>) -> T) -> T {
        look(&mut self.unsaid.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Publishes what is not on the bus yet, as far as the bus takes it; the rest is tried again with the next look.
    async fn publish(&self) {
        let _one = self.saying.lock().await;
        while let Some(detail) = self.unsaid(|unsaid| unsaid.front().cloned()) {
            match self.publish_one(&detail).await {
                Ok(()) => {}
                Err(error) if error.kind == PortErrorKind::Invalid => {
                    tracing::error!(rule = detail.rule, error = %error, "an alert cannot be published");
                }
                Err(error) => {
                    tracing::warn!(rule = detail.rule, error = %error, "an alert is not published yet; it is tried again");
                    return;
                }
            }
            self.unsaid(|unsaid| {
                // Not what took its place because there were too many.
                if unsaid.front().is_some_and(|front| front.id == detail.id) {
                    unsaid.pop_front();
                }
            });
        }
    }

    fn changed(&self, state: &str, alert: &Alert, now_ms: i64) -> AlertChanged {
        let Alert { rule, subject, measured, threshold, since_ms } = alert.clone();
        AlertChanged {
            id: format!("{}/{rule}/{subject}/{since_ms}/{state}", self.process),
            rule,
            subject,
            state: state.to_owned(),
            measured,
            threshold,
            since_ms,
            at_ms: now_ms,
        }
    }

    async fn publish_one(&self, detail: &AlertChanged) -> PortResult<()> {
        let event = BusEvent {
            id: detail.id.clone(),
            source: SOURCE.to_owned(),
            detail_type: AlertChanged::MESSAGE.to_owned(),
            detail: serde_json::to_value(detail).map_err(|error| PortError::invalid(error.to_string()))?,
            ..BusEvent::default()
        };
        self.world.bus.publish(vec![event]).await?.into_iter().collect()
    }

    fn key(&self, alert: &Alert) -> Key {
        Key::new(ALERTS, format!("{}#{}#{}", alert.rule, alert.subject, self.process))
    }

    async fn keep(&self, alert: &Alert, now_ms: i64) -> PortResult<()> {
        let name = (alert.rule.clone(), alert.subject.clone());
        let said_ms = self.said.lock().unwrap_or_else(PoisonError::into_inner).get(&name).copied();
        if said_ms.is_some_and(|said_ms| now_ms - said_ms < AGAIN_MS) {
            return Ok(());
        }
        let Alert { rule, subject, measured, threshold, since_ms } = alert.clone();
        let standing = Standing { rule, subject, measured, threshold, since_ms, said_ms: now_ms };
        let body = serde_json::to_vec(&standing).map_err(|error| PortError::invalid(error.to_string()))?;
        let put = Write::Put { key: self.key(alert), body: body.into(), condition: Condition::Any };
        self.world.table.transact(vec![put]).await?;
        self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(name, now_ms);
        Ok(())
    }

    async fn forget(&self, alert: &Alert) -> PortResult<()> {
        let name = (alert.rule.clone(), alert.subject.clone());
        self.said.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
        let delete = Write::Delete { key: self.key(alert), condition: Condition::Any };
        self.world.table.transact(vec![delete]).await
    }

    /// What stands, in any process.
    pub async fn standing(world: &World) -> PortResult<Vec<Standing>> {
        let now_ms = world.clock.now_ms();
        let (mut standing, mut cursor) = (Vec::new(), None);
        loop {
            let page = world.table.query(ALERTS, "", cursor, 200).await?;
            for row in page.items {
                let alert: Standing = serde_json::from_slice(&row.body)
                    .map_err(|error| PortError::corrupt(format!("alert_unreadable: {}: {error}", row.key.sort)))?;
                if now_ms - alert.said_ms < STALE_MS {
                    standing.push(alert);
                } else {
                    // Its process is gone.
                    world
                        .table
                        .transact(vec![Write::Delete { key: row.key, condition: Condition::Version(row.version) }])
                        .await
                        .ok();
                }
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(standing);
            }
        }
    }
}
