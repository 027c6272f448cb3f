//! `[tenants.NAME]`: what a tenant may ask and spend, all of its keys together; `[tenants."*"]`: each tenant without a table.

use std::collections::BTreeMap;

use cueline_domain::governance::{
    budget::{Budget, Period},
    money::Money,
};
use cueline_patterns::governance::{Limit, OTHERS, Terms};
use cueline_protocol::ids::Tenant;
use serde::Deserialize;
use toml::Value;

use super::{ConfigProblem, read::Source};

/// What a tenant may do. What is left out is not limited.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantTable {
    /// What it weighs before a busy target; left out: one.
    pub weight: Option<u32>,
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    pub tokens_per_minute: Option<u64>,
    /// Calls at the same time.
    pub concurrent: Option<u64>,
    /// Dollars that it may spend.
    pub budget: Option<f64>,
    /// In which time: `day`, unless told otherwise, `month`, `total`.
    pub per: Option<Period>,
}

impl TenantTable {
    /// As calls are held against it.
    pub fn terms(&self) -> Terms {
        Terms {
            limit: Limit {
                requests_per_minute: self.requests_per_minute,
                tokens_per_minute: self.tokens_per_minute,
                concurrent: self.concurrent,
            },
            budget: self
                .budget
                .map(|dollars| Budget { limit: Money::from_dollars(dollars), per: self.per.unwrap_or_default() }),
            weight: self.weight,
        }
    }
}

/// Tables by name.
pub(super) fn read(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, Value>,
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, TenantTable> {
    let mut tenants = BTreeMap::new();
    let Some(source) = source else { return tenants };
    for (name, table) in tables {
        let prefix = if name.contains(['.', '*']) { format!("tenants.\"{name}\"") } else { format!("tenants.{name}") };
        let mut problem = |key: &str, what: String, fix: &str| {
            let key = if key.is_empty() { prefix.clone() } else { format!("{prefix}.{key}") };
            problems.push(source.problem(&key, what, fix));
        };
        if name != OTHERS
            && let Err(error) = Tenant::new(&name)
        {
            problem("", error.to_string(), "name a tenant as keys do, or \"*\" for each that is not named");
        }
        let table: TenantTable = match source.typed(&prefix, table) {
            Ok(table) => table,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        if let Some(dollars) = table.budget.filter(|dollars| !dollars.is_finite() || *dollars <= 0.0) {
            problem("budget", format!("is {dollars}"), "write an amount of dollars, e.g. 50.0");
        }
        if table.per.is_some() && table.budget.is_none() {
            problem("per", "has no budget".to_owned(), "add `budget`, or remove `per`");
        }
        let numbers = [
            ("requests_per_minute", table.requests_per_minute),
            ("tokens_per_minute", table.tokens_per_minute),
            ("concurrent", table.concurrent),
            ("weight", table.weight.map(u64::from)),
        ];
        for (key, _) in numbers.into_iter().filter(|(_, number)| *number == Some(0)) {
            problem(key, "is 0".to_owned(), "write at least 1; to shut a tenant out, revoke its keys");
        }
        tenants.insert(name, table);
    }
    tenants
}
