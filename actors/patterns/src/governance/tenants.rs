//! What tenants may ask and spend, all of their keys together.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use cueline_domain::governance::budget::Budget;

use super::{Limit, Scope};

/// The name under which terms of tenants stand that have none of their own.
pub const OTHERS: &str = "*";

/// What one tenant may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// How often, how much, how many at once.
    pub limit: Limit,
    /// For how much money.
    pub budget: Option<Budget>,
    /// What it weighs before a busy target; `None`: one.
    pub weight: Option<u32>,
}

/// Terms by tenant; they can be exchanged while calls are on their way. Cloning gives another handle.
#[derive(Debug, Clone, Default)]
pub struct Tenants(Arc<RwLock<Arc<BTreeMap<String, Terms>>>>);

impl Tenants {
    /// From now on. Those of [`OTHERS`] are of each tenant without its own.
    pub fn exchange(&self, terms: BTreeMap<String, Terms>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(terms);
    }

    /// All of them.
    pub fn all(&self) -> Arc<BTreeMap<String, Terms>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The terms of a tenant.
    pub fn of(&self, tenant: &str) -> Terms {
        let all = self.all();
        all.get(tenant).or_else(|| all.get(OTHERS)).copied().unwrap_or_default()
    }

    /// The limit that its calls count under, as [`Limits`](super::Limits) knows it.
    pub fn limit(&self, tenant: &str) -> Option<(String, Limit)> {
        let limit = self.of(tenant).limit;
        (limit != Limit::default()).then(|| (name(tenant), limit))
    }

    /// The account that its calls count in.
    pub fn scope(&self, tenant: &str) -> Option<Scope> {
        self.of(tenant).budget.map(|budget| Scope { name: name(tenant), budget })
    }
}

fn name(tenant: &str) -> String {
    format!("tenant/{tenant}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_terms_has_those_of_others_and_an_account_of_its_own() {
        let tenants = Tenants::default();
        assert_eq!((tenants.limit("a"), tenants.scope("a")), (None, None));
        let limit = |concurrent| Limit { concurrent: Some(concurrent), ..Limit::default() };
        let budget =
            Budget { limit: cueline_domain::governance::money::Money::from_dollars(1.0), per: Default::default() };
        let others = Terms { limit: limit(1), budget: Some(budget), weight: None };
        let named = Terms { limit: limit(9), ..Terms::default() };
        tenants.exchange([(OTHERS.to_owned(), others), ("acme".to_owned(), named)].into());
        assert_eq!(tenants.limit("acme"), Some(("tenant/acme".into(), limit(9))));
        assert_eq!(tenants.scope("acme"), None, "its own terms are all of its terms");
        assert_eq!(tenants.limit("a"), Some(("tenant/a".into(), limit(1))));
        assert_eq!(tenants.scope("b").map(|scope| scope.name), Some("tenant/b".into()));
    }
}
