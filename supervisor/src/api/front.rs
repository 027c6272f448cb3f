//! Keys, targets, usage and the audit of the OpenAI-compatible API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A key, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KeyView {
    /// Names it.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// On whose behalf it asks.
    pub tenant: String,
    /// Access groups.
    pub groups: Vec<String>,
    /// Models and policies that it may name; empty: all.
    pub models: Vec<String>,
    /// What it may do: `caller` asks models, `auditor` sees usage and audit of its tenant.
    #[serde(default)]
    pub roles: Vec<String>,
    /// `valid`, `expired`, `revoked`, or `ending`: valid until its revocation.
    pub state: String,
    /// Requests in a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_minute: Option<u64>,
    /// Calls at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<u64>,
    /// Dollars that it may spend in a period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetView>,
    /// Epoch milliseconds.
    pub created_ms: i64,
    /// Epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<i64>,
}

/// A budget and how it stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BudgetView {
    /// `day`, `month` or `total`.
    pub per: String,
    /// Dollars.
    pub limit: f64,
    /// Dollars of the present period.
    pub spent: f64,
    /// Dollars held back for calls that are on their way.
    pub reserved: f64,
}

/// What all keys of a tenant may do together, and how its account stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TenantView {
    /// Its name.
    pub tenant: String,
    /// Its keys that are valid.
    pub keys: usize,
    /// What it weighs before a busy target.
    pub weight: u32,
    /// Requests in a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_minute: Option<u64>,
    /// Calls at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<u64>,
    /// Dollars that it may spend in a period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetView>,
}

/// What a new key is to allow.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CreateKey {
    /// What it is for.
    pub name: String,
    /// On whose behalf it asks; `default` when empty.
    pub tenant: String,
    /// Access groups.
    pub groups: Vec<String>,
    /// Models and policies that it may name; a `*` at the end stands for any rest; empty: all.
    pub models: Vec<String>,
    /// What it may do: `caller` asks models, `auditor` sees usage and audit of its tenant; empty: `caller`.
    pub roles: Vec<String>,
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    pub tokens_per_minute: Option<u64>,
    /// Calls at the same time.
    pub concurrent: Option<u64>,
    /// Dollars.
    pub budget: Option<f64>,
    /// `day`, `month` or `total`; `day` when absent.
    pub budget_per: Option<String>,
    /// Seconds until it expires; never when absent.
    pub lasts_seconds: Option<u64>,
}

/// A key that was just made. The secret is nowhere else.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CreatedKey {
    /// To be sent as `Authorization: Bearer …`.
    pub secret: String,
    /// What it allows.
    pub key: KeyView,
}

/// How long the old key goes on after a rotation.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RotateKey {
    /// Seconds.
    pub grace_seconds: u64,
}

/// A model that can be asked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TargetView {
    /// Its name here.
    pub name: String,
    /// Its name at the provider.
    pub provider_name: String,
    /// `closed`: it is asked; `open`: it failed and is left alone; `half_open`: one call may try.
    pub breaker: String,
    /// Calls that are on their way.
    pub running: usize,
    /// Who waits for its turn.
    #[serde(default)]
    pub waiting: Vec<QueueRow>,
    /// Milliseconds to its first token lately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_ms: Option<u64>,
    /// Calls at the same time, at most.
    pub concurrent: usize,
    /// Tokens that it reads and writes in one call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<u64>,
    /// Dollars for a million tokens read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_price: Option<f64>,
    /// Dollars for a million tokens written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_price: Option<f64>,
}

/// Who waits for a target.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueRow {
    /// On whose behalf.
    pub tenant: String,
    /// How many of its requests.
    pub waiting: usize,
    /// How long the oldest has waited, in milliseconds.
    pub oldest_ms: i64,
    /// The part of the target that it gets while the same tenants wait, 0 to 1.
    pub share: f64,
}

/// A decision, and how good its answer was.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionView {
    /// The answer.
    pub execution: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// On whose behalf.
    pub tenant: String,
    /// What routing looked at: the last words of the user.
    pub prompt: String,
    /// Tokens of everything that was read, estimated.
    pub input_tokens: u64,
    /// Who answered.
    pub target: String,
    /// Dollars of all attempts.
    pub cost: f64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// The mean of its scores, 0 to 1.
    pub score: f64,
    /// What was decided and why.
    #[schema(value_type = Object)]
    pub decision: serde_json::Value,
}

/// What is wrong for too long.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertView {
    /// The rule, as `[alerts.NAME]` calls it.
    pub rule: String,
    /// Of what: a target, a tenant, `all` or `other`.
    pub subject: String,
    /// What was measured last, in the unit of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
    /// What it may be.
    pub threshold: f64,
    /// Since when, in milliseconds since 1970.
    pub since_ms: i64,
}

/// What was used, summed up.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UsageRow {
    /// The day, UTC.
    pub day: String,
    /// On whose behalf.
    pub tenant: String,
    /// The target.
    pub target: String,
    /// Answers that it gave, or was the last to be asked for.
    pub answers: u64,
    /// Of them: broken or refused.
    pub failed: u64,
    /// Of them: given again, for nothing.
    #[serde(default)]
    pub cached: u64,
    /// Its calls, those included that another target answered after.
    #[serde(default)]
    pub calls: u64,
    /// Tokens read in its calls.
    pub input_tokens: u64,
    /// Tokens written in its calls.
    pub output_tokens: u64,
    /// Dollars that its calls cost.
    pub cost: f64,
}

/// A chain of audit records.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditChain {
    /// Its name: one for each process that ever answered.
    pub chain: String,
    /// How many records it has.
    pub records: u64,
    /// Where it does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
}
