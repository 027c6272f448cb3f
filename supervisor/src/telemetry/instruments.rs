//! What is counted as things happen, for Prometheus, OTLP and CloudWatch at once.
//!
//! A process that dies loses what it had not yet exported, and one that repeats a body counts it twice: metrics are for
//! curves and alarms, the journal for bills.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use cueline_domain::cost::token_price;
use cueline_ports::Usage;
use cueline_runtime::engine::EndedExecution;
use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Histogram, Meter},
};

use super::names::{attribute, instrument, value};

/// Bounds of model calls in seconds, as the conventions for generative AI give them.
const CALL_BOUNDS: &[f64] = &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/// Bounds of executions in seconds: those of the conventions, with some for what takes no second.
const WORKFLOW_BOUNDS: &[f64] =
    &[0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0];
/// Bounds between two pieces in seconds, as the conventions give them.
const PER_CHUNK_BOUNDS: &[f64] = &[0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5];
/// Bounds of tokens of a call, as the conventions give them.
const TOKEN_BOUNDS: &[f64] = &[
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];
const SHARE_BOUNDS: &[f64] = &[0.0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0];

/// Patterns that metrics know; whatever else people define is a `workflow`.
const PATTERNS: &[&str] = &["rag", "routing", "agent", "streaming", "batch"];

/// Names that callers choose, of one attribute, that make series of their own; more are one series together.
const MOST_NAMES: usize = 100;
/// Stands for what is not told apart.
const OTHER: &str = "_OTHER";

/// One call of a chat model, at its end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Call<'a> {
    /// The name it is configured with.
    pub model: &'a str,
    /// Its name at the provider, which prices go by.
    pub priced_as: &'a str,
    /// The pattern that called.
    pub pattern: &'a str,
    /// As the provider counted; `None` when the answer was cut off or refused.
    pub usage: Option<Usage>,
    /// Of the tokens written: thought, and not said.
    pub reasoning_tokens: u64,
    /// Dollars, where its price is known to the caller; else the list is looked at.
    pub cost: Option<f64>,
    /// From the request to the first piece.
    pub first: Option<Duration>,
    /// Between two pieces, on average.
    pub each: Option<Duration>,
    /// From the request to the end.
    pub whole: Duration,
    /// Whose call of the gateway it was.
    pub tenant: Option<&'a str>,
    /// What its caller calls its kind of task.
    pub task: Option<&'a str>,
    /// Kind of the error it ended with.
    pub error: Option<&'a str>,
}

impl Call<'_> {
    /// What it cost: as its caller says, or at list prices; nothing where neither is known.
    fn dollars(&self) -> Option<f64> {
        let listed = || {
            let (usage, price) = (self.usage?, token_price(self.priced_as)?);
            Some((usage.input_tokens as f64 * price.input + usage.output_tokens as f64 * price.output) / 1e6)
        };
        self.cost.or_else(listed)
    }
}

/// The instruments of every exporter that is configured; none, and nothing is counted.
#[derive(Debug, Clone, Default)]
pub struct Instruments {
    sets: Vec<Set>,
    tenants: Names,
    tasks: Names,
}

/// Names that were told apart so far.
#[derive(Debug, Clone, Default)]
struct Names(Arc<Mutex<BTreeSet<String>>>);

impl Names {
    /// The name, or what stands for those that are too many.
    fn bounded(&self, name: &str) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(name) {
            return name.to_owned();
        }
        if known.len() >= MOST_NAMES || name.len() > 64 {
            return OTHER.to_owned();
        }
        known.insert(name.to_owned());
        name.to_owned()
    }
}

#[derive(Debug, Clone)]
struct Set {
    workflow_duration: Histogram<f64>,
    call_duration: Histogram<f64>,
    first_chunk: Histogram<f64>,
    per_chunk: Histogram<f64>,
    fallbacks: Counter<u64>,
    breaker_open: Gauge<u64>,
    budget_used: Gauge<f64>,
    input_tokens: Counter<u64>,
    output_tokens: Counter<u64>,
    cached_tokens: Counter<u64>,
    cache_written_tokens: Counter<u64>,
    reasoning_tokens: Counter<u64>,
    input_per_call: Histogram<u64>,
    output_per_call: Histogram<u64>,
    spend: Counter<f64>,
    interventions: Counter<u64>,
    citations_hold: Histogram<f64>,
    documents_indexed: Counter<u64>,
    documents_refused: Counter<u64>,
}

impl Instruments {
    /// Counted with each of `meters`.
    pub fn new<'a>(meters: impl IntoIterator<Item = &'a Meter>) -> Self {
        Self { sets: meters.into_iter().map(Set::new).collect(), ..Self::default() }
    }

    /// An execution came to its end.
    pub fn ended(&self, ended: &EndedExecution<'_>) {
        let millis = ended.ended_ms.saturating_sub(ended.started_ms).max(0);
        let pattern = pattern_of(ended.workflow);
        let mut attributes = vec![
            KeyValue::new(attribute::WORKFLOW_NAME, ended.workflow.to_owned()),
            KeyValue::new(attribute::PATTERN, pattern),
            KeyValue::new(attribute::OUTCOME, ended.status.to_lowercase()),
        ];
        if ended.status != value::SUCCEEDED {
            attributes.push(KeyValue::new(attribute::ERROR_TYPE, error_type(ended.error.unwrap_or(ended.status))));
        }
        for set in &self.sets {
            set.workflow_duration.record(millis as f64 / 1_000.0, &attributes);
        }
    }

    /// A model was called.
    pub fn called(&self, call: &Call<'_>) {
        let mut attributes = vec![
            KeyValue::new(attribute::OPERATION, "chat"),
            KeyValue::new(attribute::REQUEST_MODEL, call.model.to_owned()),
            KeyValue::new(attribute::PATTERN, call.pattern.to_owned()),
        ];
        let tenant = call.tenant.map(|tenant| KeyValue::new(attribute::TENANT, self.tenants.bounded(tenant)));
        let task = call.task.map(|task| KeyValue::new(attribute::TASK_TYPE, self.tasks.bounded(task)));
        attributes.extend(tenant.into_iter().chain(task));
        let dollars = call.dollars();
        for set in &self.sets {
            if let Some(usage) = call.usage {
                set.input_tokens.add(usage.input_tokens, &attributes);
                set.output_tokens.add(usage.output_tokens, &attributes);
                set.cached_tokens.add(usage.cached_tokens, &attributes);
                set.cache_written_tokens.add(usage.cache_written_tokens, &attributes);
                set.reasoning_tokens.add(call.reasoning_tokens, &attributes);
                set.input_per_call.record(usage.input_tokens, &attributes);
                set.output_per_call.record(usage.output_tokens, &attributes);
            }
            if let Some(dollars) = dollars {
                set.spend.add(dollars, &attributes);
            }
            if let Some(first) = call.first {
                set.first_chunk.record(first.as_secs_f64(), &attributes);
            }
            if let Some(each) = call.each {
                set.per_chunk.record(each.as_secs_f64(), &attributes);
            }
        }
        if let Some(error) = call.error {
            attributes.push(KeyValue::new(attribute::ERROR_TYPE, error.to_owned()));
        }
        for set in &self.sets {
            set.call_duration.record(call.whole.as_secs_f64(), &attributes);
        }
    }

    /// A call of a target failed, and another one followed.
    pub fn fell_back(&self, model: &str, error: &str) {
        let attributes = [
            KeyValue::new(attribute::REQUEST_MODEL, model.to_owned()),
            KeyValue::new(attribute::ERROR_TYPE, error_type(error)),
        ];
        self.sets.iter().for_each(|set| set.fallbacks.add(1, &attributes));
    }

    /// How the breaker of a target stands.
    pub fn breaker(&self, model: &str, is_open: bool) {
        let attributes = [KeyValue::new(attribute::REQUEST_MODEL, model.to_owned())];
        self.sets.iter().for_each(|set| set.breaker_open.record(u64::from(is_open), &attributes));
    }

    /// How much of the budget of a key is spent or reserved, as a share.
    pub fn budget_of_key(&self, key: &str, used: f64) {
        self.budget(KeyValue::new(attribute::KEY, key.to_owned()), used);
    }

    /// As [`Self::budget_of_key`], of a tenant.
    pub fn budget_of_tenant(&self, tenant: &str, used: f64) {
        self.budget(KeyValue::new(attribute::TENANT, tenant.to_owned()), used);
    }

    fn budget(&self, whose: KeyValue, used: f64) {
        let attributes = [whose];
        self.sets.iter().for_each(|set| set.budget_used.record(used, &attributes));
    }

    /// A guard masked or refused something.
    pub fn intervened(&self, pattern: &'static str) {
        self.sets.iter().for_each(|set| set.interventions.add(1, &of_pattern(pattern)));
    }

    /// An answer has so many citations that hold, and had so many that do not.
    pub fn cited(&self, hold: u64, dropped: u64) {
        if hold + dropped == 0 {
            return;
        }
        let share = hold as f64 / (hold + dropped) as f64;
        self.sets.iter().for_each(|set| set.citations_hold.record(share, &of_pattern("rag")));
    }

    /// A document became searchable.
    pub fn indexed(&self) {
        self.sets.iter().for_each(|set| set.documents_indexed.add(1, &of_pattern("rag")));
    }

    /// A document could not be made searchable.
    pub fn refused(&self) {
        self.sets.iter().for_each(|set| set.documents_refused.add(1, &of_pattern("rag")));
    }
}

impl Set {
    fn new(meter: &Meter) -> Self {
        let seconds = |name: &'static str, bounds: &[f64], what: &'static str| {
            meter.f64_histogram(name).with_unit("s").with_boundaries(bounds.to_vec()).with_description(what).build()
        };
        let tokens = |name: &'static str, what: &'static str| {
            meter.u64_counter(name).with_unit("{token}").with_description(what).build()
        };
        let per_call = |name: &'static str, what: &'static str| {
            let bounds = TOKEN_BOUNDS.to_vec();
            meter.u64_histogram(name).with_unit("{token}").with_boundaries(bounds).with_description(what).build()
        };
        let count = |name: &'static str, what: &'static str| meter.u64_counter(name).with_description(what).build();
        Self {
            workflow_duration: seconds(
                instrument::WORKFLOW_DURATION,
                WORKFLOW_BOUNDS,
                "Executions from their start to their end",
            ),
            call_duration: seconds(instrument::CALL_DURATION, CALL_BOUNDS, "Calls of a model"),
            first_chunk: seconds(instrument::FIRST_CHUNK, CALL_BOUNDS, "Until the first piece of an answer"),
            per_chunk: seconds(instrument::PER_CHUNK, PER_CHUNK_BOUNDS, "Between two pieces of an answer"),
            fallbacks: count(instrument::FALLBACKS, "Calls that failed and were followed by another"),
            breaker_open: meter
                .u64_gauge(instrument::BREAKER_OPEN)
                .with_description("1 while the breaker of a target is open or half open")
                .build(),
            budget_used: meter
                .f64_gauge(instrument::BUDGET_USED)
                .with_unit("1")
                .with_description("Share of a budget that is spent or reserved")
                .build(),
            input_tokens: tokens(instrument::INPUT_TOKENS, "Tokens that models read"),
            output_tokens: tokens(instrument::OUTPUT_TOKENS, "Tokens that models wrote"),
            cached_tokens: tokens(instrument::CACHED_TOKENS, "Tokens that were found in a cache"),
            cache_written_tokens: tokens(instrument::CACHE_WRITTEN_TOKENS, "Tokens that were put into a cache"),
            reasoning_tokens: tokens(instrument::REASONING_TOKENS, "Tokens that models thought and did not say"),
            input_per_call: per_call(instrument::INPUT_PER_CALL, "Tokens that a call read"),
            output_per_call: per_call(instrument::OUTPUT_PER_CALL, "Tokens that a call wrote"),
            spend: meter
                .f64_counter(instrument::SPEND)
                .with_unit("USD")
                .with_description("What tokens cost, at configured prices or those of the list")
                .build(),
            interventions: count(instrument::INTERVENTIONS, "What guards masked or refused"),
            citations_hold: meter
                .f64_histogram(instrument::CITATIONS_HOLD)
                .with_unit("1")
                .with_boundaries(SHARE_BOUNDS.to_vec())
                .with_description("Share of an answer's citations that occur in the cited version")
                .build(),
            documents_indexed: count(instrument::DOCUMENTS_INDEXED, "Documents that became searchable"),
            documents_refused: count(instrument::DOCUMENTS_REFUSED, "Documents that could not be made searchable"),
        }
    }
}

/// The pattern of a workflow: ours are named after it.
fn pattern_of(workflow: &str) -> &'static str {
    let first = workflow.split('-').next().unwrap_or_default();
    PATTERNS.iter().find(|pattern| **pattern == first).copied().unwrap_or("workflow")
}

/// An error name that a definition of ours or of people can have thrown; whoever makes names up must not make series.
fn error_type(error: &str) -> String {
    let is_name = error.len() <= 64 && error.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':'));
    if is_name { error.to_owned() } else { OTHER.to_owned() }
}

fn of_pattern(pattern: &'static str) -> [KeyValue; 1] {
    [KeyValue::new(attribute::PATTERN, pattern)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_belongs_to_the_pattern_it_is_named_after() {
        for (workflow, pattern) in
            [("rag-ask", "rag"), ("rag", "rag"), ("ragtime", "workflow"), ("mine", "workflow"), ("batch-x", "batch")]
        {
            assert_eq!(pattern_of(workflow), pattern, "{workflow}");
        }
    }

    #[test]
    fn names_that_callers_choose_make_a_bounded_number_of_series() {
        let names = Names::default();
        let told: BTreeSet<String> = (0..10_000).map(|at| names.bounded(&format!("t{at}"))).collect();
        assert_eq!(told.len(), MOST_NAMES + 1);
        assert_eq!((names.bounded("t0"), names.bounded("t9999")), ("t0".to_owned(), OTHER.to_owned()));
    }

    /// Whoever configured a price of its own saw what others pay.
    #[test]
    fn spend_goes_by_the_price_that_is_configured() {
        let usage = Some(Usage { input_tokens: 1_000_000, output_tokens: 1_000_000, ..Usage::default() });
        let listed = Call { priced_as: "us.amazon.nova-lite-v1:0", usage, ..Call::default() };
        assert_eq!(listed.dollars().map(|dollars| (dollars * 100.0).round()), Some(30.0));
        assert_eq!(Call { cost: Some(0.0), ..listed }.dollars(), Some(0.0), "free is a price");
        assert_eq!(Call { cost: Some(7.0), usage: None, ..listed }.dollars(), Some(7.0));
        assert_eq!(Call { priced_as: "nobody's", ..listed }.dollars(), None);
        assert_eq!(Call { usage: None, ..listed }.dollars(), None);
    }

    #[test]
    fn made_up_errors_are_one_series() {
        assert_eq!(error_type("Cueline.Unavailable"), "Cueline.Unavailable");
        assert_eq!(error_type("order 4711 is missing"), "_OTHER");
        assert_eq!(error_type(&"x".repeat(65)), "_OTHER");
    }
}
