//! Budgets. The worst case of a call is reserved in every account that it counts in, in one transaction; what it used is settled
//! once, however often that is asked for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use cueline_domain::governance::{
    budget::{Account, Budget, Exceeded},
    money::Money,
};
use cueline_ports::{Condition, Key, PortError, PortErrorKind, PortResult, Row, Write};
use cueline_runtime::World;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Tries of a transaction that others get in the way of.
const TRIES: u32 = 60;

/// An account that a call counts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Whose: `key/ID`, `tenant/NAME`.
    pub name: String,
    /// What may be spent.
    pub budget: Budget,
}

/// Why nothing was reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// An account has not so much left.
    #[error("{scope}: {exceeded}")]
    Exceeded {
        /// Which account.
        scope: String,
        /// How much there is.
        exceeded: Exceeded,
    },
    /// It cannot be known now. Nothing may be spent then.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// What is held back for a call.
#[derive(Debug, Serialize, Deserialize)]
struct Reservation {
    accounts: Vec<(String, String)>,
    /// What may be spent of each account.
    #[serde(default)]
    limits: Vec<Money>,
    amount: Money,
    at_ms: i64,
}

/// Every account. Cloning gives another handle.
#[derive(Clone)]
pub struct Budgets {
    world: World,
    /// Callers of one account in this process wait for each other instead of getting in each other's way.
    gates: Arc<Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>>,
}

fn reservation_key(id: &str) -> Key {
    Key::new("reservations", id)
}

impl Budgets {
    /// The accounts of a world.
    pub fn new(world: &World) -> Self {
        Self { world: world.clone(), gates: Arc::default() }
    }

    fn gate(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.entry(name.to_owned()).or_default().clone()
    }

    /// Reserves `worst` for a call in all accounts or in none. Asked again for the same call it changes nothing. True: it was
    /// reserved just now.
    pub async fn reserve(&self, id: &str, scopes: &[Scope], worst: Money) -> Result<bool, ReserveError> {
        if scopes.is_empty() {
            return Ok(false);
        }
        let gate = self.gate(&scopes[0].name);
        let _alone = gate.lock().await;
        for attempt in 0..TRIES {
            let now_ms = self.world.clock.now_ms();
            if self.world.table.get(&reservation_key(id)).await?.is_some() {
                return Ok(false);
            }
            let mut writes = Vec::new();
            let mut accounts = Vec::new();
            for scope in scopes {
                let (partition, period) = (format!("budget#{}", scope.name), scope.budget.per.name(now_ms));
                let row = self.world.table.get(&Key::new(&partition, &period)).await?;
                let account: Account = row.as_ref().map(read).transpose()?.unwrap_or_default();
                let account = account
                    .reserve(scope.budget.limit, worst)
                    .map_err(|exceeded| ReserveError::Exceeded { scope: scope.name.clone(), exceeded })?;
                writes.push(put(Key::new(&partition, &period), &account, row.as_ref())?);
                accounts.push((partition, period));
            }
            let limits = scopes.iter().map(|scope| scope.budget.limit).collect();
            let reservation = Reservation { accounts, limits, amount: worst, at_ms: now_ms };
            writes.push(put(reservation_key(id), &reservation, None)?);
            match self.world.table.transact(writes).await {
                Err(error) if error.kind == PortErrorKind::Conflict => self.wait(attempt).await,
                done => return Ok(done.map(|()| true)?),
            }
        }
        Err(PortError::unavailable(format!("budget_busy: {} is changed by too many at once", scopes[0].name)).into())
    }

    /// Raises what is reserved for a call to `most`, in all accounts or in none. False: an account has not so much left, or nothing
    /// is reserved for it.
    pub async fn raise(&self, id: &str, most: Money) -> PortResult<bool> {
        for attempt in 0..TRIES {
            let Some(row) = self.world.table.get(&reservation_key(id)).await? else { return Ok(false) };
            let reservation: Reservation = read(&row)?;
            let more = most.less(reservation.amount);
            if more == Money::ZERO {
                return Ok(true);
            }
            // One that was made without limits cannot be held against them.
            if reservation.limits.len() != reservation.accounts.len() {
                return Ok(false);
            }
            let raised = Reservation { amount: most, ..reservation };
            let mut writes = vec![put(row.key.clone(), &raised, Some(&row))?];
            for ((partition, period), limit) in raised.accounts.iter().zip(&raised.limits) {
                let key = Key::new(partition, period);
                let row = self.world.table.get(&key).await?;
                let account: Account = row.as_ref().map(read).transpose()?.unwrap_or_default();
                let Ok(account) = account.reserve(*limit, more) else { return Ok(false) };
                writes.push(put(key, &account, row.as_ref())?);
            }
            match self.world.table.transact(writes).await {
                Err(error) if error.kind == PortErrorKind::Conflict => self.wait(attempt).await,
                done => return done.map(|()| true),
            }
        }
        Err(PortError::unavailable(format!("budget_busy: the accounts of {id} are changed by too many at once")))
    }

    /// Settles what was reserved for a call with what it used. False: it was settled before, or nothing was reserved.
    pub async fn settle(&self, id: &str, used: Money) -> PortResult<bool> {
        self.close(id, Some(used)).await
    }

    /// Settles a call of which nobody knows what it used: all that was reserved counts as spent. What is not known must not be
    /// spent a second time.
    pub async fn settle_lost(&self, id: &str) -> PortResult<bool> {
        self.close(id, None).await
    }

    async fn close(&self, id: &str, used: Option<Money>) -> PortResult<bool> {
        for attempt in 0..TRIES {
            let Some(row) = self.world.table.get(&reservation_key(id)).await? else { return Ok(false) };
            let reservation: Reservation = read(&row)?;
            let used = used.unwrap_or(reservation.amount);
            let mut writes = vec![Write::Delete { key: row.key.clone(), condition: Condition::Version(row.version) }];
            for (partition, period) in &reservation.accounts {
                let row = self.world.table.get(&Key::new(partition, period)).await?;
                let account: Account = row.as_ref().map(read).transpose()?.unwrap_or_default();
                writes.push(put(Key::new(partition, period), &account.settle(reservation.amount, used), row.as_ref())?);
            }
            match self.world.table.transact(writes).await {
                Err(error) if error.kind == PortErrorKind::Conflict => self.wait(attempt).await,
                done => return done.map(|()| true),
            }
        }
        Err(PortError::unavailable(format!("budget_busy: the accounts of {id} are changed by too many at once")))
    }

    async fn wait(&self, attempt: u32) {
        // Whoever lost a race waits a little, each for another time.
        let most = 2_u64 << attempt.min(5);
        let pause = 1 + self.world.entropy.draw() % most;
        self.world.clock.sleep(Duration::from_millis(pause)).await;
    }

    /// How an account stands in the present period.
    pub async fn account(&self, scope: &Scope) -> PortResult<Account> {
        let period = scope.budget.per.name(self.world.clock.now_ms());
        let row = self.world.table.get(&Key::new(format!("budget#{}", scope.name), period)).await?;
        Ok(row.as_ref().map(read).transpose()?.unwrap_or_default())
    }

    /// Reservations that are older than `older_than_ms`, and when each was made: their calls may have been lost.
    pub async fn old(&self, older_than_ms: i64) -> PortResult<Vec<(String, i64)>> {
        let before = self.world.clock.now_ms() - older_than_ms;
        let (mut old, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.world.table.query("reservations", "", cursor, 200).await?;
            for row in &page.items {
                let reservation: Reservation = read(row)?;
                if reservation.at_ms < before {
                    old.push((row.key.sort.clone(), reservation.at_ms));
                }
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(old);
            }
        }
    }
}

fn read<T: DeserializeOwned>(row: &Row) -> PortResult<T> {
    serde_json::from_slice(&row.body).map_err(|error| {
        PortError::corrupt(format!("budget_unreadable: {} is none of this version: {error}", row.key.sort))
    })
}

fn put(key: Key, value: &impl Serialize, before: Option<&Row>) -> PortResult<Write> {
    let body = serde_json::to_vec(value).map_err(|error| PortError::invalid(error.to_string()))?;
    let condition = before.map_or(Condition::Absent, |row| Condition::Version(row.version));
    Ok(Write::Put { key, body: body.into(), condition })
}
