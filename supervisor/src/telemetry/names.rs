//! Every name that dashboards and traces rely on. Rename here or nowhere.
//!
//! Spans follow the OpenTelemetry conventions for messaging and for generative AI (status: development), so names of the
//! second kind may still change upstream.

/// Attributes of spans.
pub mod attribute {
    /// What kind of AI operation: `chat`, `embeddings`, `retrieval`.
    pub const OPERATION: &str = "gen_ai.operation.name";
    /// Which collection was searched.
    pub const DATA_SOURCE: &str = "gen_ai.data_source.id";
    /// Which model was asked.
    pub const REQUEST_MODEL: &str = "gen_ai.request.model";
    /// The workflow, as the conventions for generative AI call it.
    pub const WORKFLOW_NAME: &str = "gen_ai.workflow.name";
    /// The workflow of an execution.
    pub const WORKFLOW: &str = "cueline.workflow";
    /// How an execution ended: `SUCCEEDED`, `FAILED`, `ABORTED`, `TIMED_OUT`.
    pub const STATUS: &str = "cueline.status";
    /// Name of the error of a task or an execution.
    pub const ERROR_TYPE: &str = "error.type";
    /// Which messaging system carried a cue.
    pub const MESSAGING_SYSTEM: &str = "messaging.system";
    /// The queue.
    pub const DESTINATION: &str = "messaging.destination.name";
    /// `process`.
    pub const MESSAGING_OPERATION: &str = "messaging.operation.name";
    /// `process`.
    pub const MESSAGING_TYPE: &str = "messaging.operation.type";
    /// The execution that a span belongs to.
    pub const EXECUTION: &str = "cueline.execution";
    /// The task within the execution.
    pub const TASK: &str = "cueline.task";
    /// What was called, e.g. `cueline:embedding.embed`.
    pub const RESOURCE: &str = "cueline.resource";
    /// 1 for the first attempt.
    pub const ATTEMPT: &str = "cueline.attempt";
    /// How often the cue had been sent before.
    pub const RESENT: &str = "cueline.resent";
    /// Whose it is.
    pub const TENANT: &str = "cueline.tenant";
    /// Of metrics: the pattern that a workflow, task or model call belongs to; `workflow` for what people wrote themselves.
    pub const PATTERN: &str = "cueline.pattern";
    /// Of metrics and decisions: what a caller of the gateway calls its kind of task.
    pub const TASK_TYPE: &str = "cueline.task_type";
    /// Of a decision: what the order of its targets goes by, `named` where the caller named one.
    pub const ROUTE_RULE: &str = "cueline.route.rule";
    /// Of a decision: the policy that was obeyed.
    pub const ROUTE_POLICY: &str = "cueline.route.policy";
    /// Of a decision: rules of the policy that applied.
    pub const ROUTE_RULES: &str = "cueline.route.rules";
    /// Of a decision: who is asked, in this order.
    pub const ROUTE_CHAIN: &str = "cueline.route.chain";
    /// Of a decision: every target that was looked at, with its scores, its price, its probability, and its place or why it has none.
    pub const ROUTE_TARGETS: &str = "cueline.route.targets";
    /// Of a decision: the probability with which this target was asked first.
    pub const ROUTE_PROPENSITY: &str = "cueline.route.propensity";
    /// Of a decision: whether it was drawn although another target was worth more.
    pub const ROUTE_EXPLORED: &str = "cueline.route.explored";
    /// Of a decision: quality that one more dollar had to buy.
    pub const ROUTE_THRESHOLD: &str = "cueline.route.threshold";
    /// Of a decision: the id of the learned router.
    pub const ROUTE_ROUTER: &str = "cueline.route.router";
    /// Of a decision: the split that chose the policy.
    pub const ROUTE_SPLIT: &str = "cueline.route.split";
    /// Of a decision: whom the shadow of the split would have asked.
    pub const ROUTE_SHADOW: &str = "cueline.route.shadow";
    /// Of metrics: the id of a key of the gateway.
    pub const KEY: &str = "cueline.key";
    /// Of metrics: how it ended, in small letters, e.g. `timed_out`.
    pub const OUTCOME: &str = "cueline.outcome";
}

/// Metrics that are recorded as things happen, by their OpenTelemetry names. Prometheus has `_` for `.`.
pub mod instrument {
    /// Histogram, s: executions from start to end, by workflow, pattern and outcome.
    pub const WORKFLOW_DURATION: &str = "gen_ai.invoke_workflow.duration";
    /// Histogram, s: calls of a model.
    pub const CALL_DURATION: &str = "gen_ai.client.operation.duration";
    /// Histogram, s: from the request to the first piece of an answer.
    pub const FIRST_CHUNK: &str = "gen_ai.client.operation.time_to_first_chunk";
    /// Histogram, s: between two pieces of an answer, on average over the answer.
    pub const PER_CHUNK: &str = "gen_ai.client.operation.time_per_output_chunk";
    /// Counter: calls of the gateway that failed and were followed by another, by the target that failed.
    pub const FALLBACKS: &str = "cueline.gateway.fallbacks";
    /// Gauge: 1 while the breaker of a target is open or half open.
    pub const BREAKER_OPEN: &str = "cueline.gateway.breaker_open";
    /// Gauge: share of a budget that is spent or reserved, by key.
    pub const BUDGET_USED: &str = "cueline.gateway.budget_used";
    /// Counter: tokens read, those from and into a cache included.
    pub const INPUT_TOKENS: &str = "gen_ai.client.inference.usage.input_tokens";
    /// Counter: tokens written.
    pub const OUTPUT_TOKENS: &str = "gen_ai.client.inference.usage.output_tokens";
    /// Counter: of those read, found in a cache.
    pub const CACHED_TOKENS: &str = "gen_ai.client.inference.usage.cache_read.input_tokens";
    /// Counter: of those read, put into a cache.
    pub const CACHE_WRITTEN_TOKENS: &str = "gen_ai.client.inference.usage.cache_write.input_tokens";
    /// Counter: of those written, thought and not said.
    pub const REASONING_TOKENS: &str = "gen_ai.client.inference.usage.reasoning.output_tokens";
    /// Histogram: tokens that a call read.
    pub const INPUT_PER_CALL: &str = "gen_ai.client.inference.operation.input_tokens";
    /// Histogram: tokens that a call wrote.
    pub const OUTPUT_PER_CALL: &str = "gen_ai.client.inference.operation.output_tokens";
    /// Counter, dollars: what the tokens cost at the configured price, or that of the list, where one is known.
    pub const SPEND: &str = "cueline.spend";
    /// Counter: answers and questions that a guard masked or refused.
    pub const INTERVENTIONS: &str = "cueline.guardrail.interventions";
    /// Histogram, 0 to 1: share of an answer's citations that occur in the cited version.
    pub const CITATIONS_HOLD: &str = "cueline.rag.citations_hold";
    /// Counter: documents that became searchable.
    pub const DOCUMENTS_INDEXED: &str = "cueline.rag.documents_indexed";
    /// Counter: documents that could not be made searchable.
    pub const DOCUMENTS_REFUSED: &str = "cueline.rag.documents_refused";
}

/// Metrics of `/metrics`.
pub mod metric {
    /// Task bodies that were begun, by kind.
    pub const TASKS_STARTED: &str = "cueline_tasks_started_total";
    /// Task bodies that failed, by kind.
    pub const TASKS_FAILED: &str = "cueline_tasks_failed_total";
    /// Task bodies that may have run before, by kind.
    pub const TASKS_AGAIN: &str = "cueline_tasks_ran_again_total";
    /// Task bodies that run right now.
    pub const TASKS_RUNNING: &str = "cueline_tasks_running";
    /// Messages by queue and place.
    pub const QUEUE_MESSAGES: &str = "cueline_queue_messages";
    /// Whether an actor runs.
    pub const ACTOR_UP: &str = "cueline_actor_up";
    /// Restarts by actor.
    pub const ACTOR_RESTARTS: &str = "cueline_actor_restarts_total";
    /// Executions in memory.
    pub const EXECUTIONS_LIVE: &str = "cueline_executions_live";
    /// Timers that are set.
    pub const TIMERS: &str = "cueline_timers";
    /// Objects of the inbox that were looked at.
    pub const INBOX_LOOKS: &str = "cueline_inbox_looks_total";
    /// Versions whose ingestion was started.
    pub const INBOX_VERSIONS: &str = "cueline_inbox_versions_total";
    /// Deleted documents.
    pub const INBOX_DELETIONS: &str = "cueline_inbox_deletions_total";
    /// Requests of the admin interface.
    pub const ADMIN_REQUESTS: &str = "cueline_admin_requests_total";
    /// Refused requests of the admin interface.
    pub const ADMIN_REFUSALS: &str = "cueline_admin_refusals_total";
    /// Counters of the storage, by what was done.
    pub const STORAGE: &str = "cueline_storage_operations_total";
}

/// Names that have one value only.
pub mod value {
    /// Of [`super::attribute::MESSAGING_SYSTEM`].
    pub const SYSTEM: &str = "cueline";
    /// The queue that events arrive on.
    pub const INGRESS: &str = "ingress";
    /// Of the messaging operation.
    pub const PROCESS: &str = "process";
    /// The operation of an execution; its span is called so, with the workflow behind it.
    pub const INVOKE_WORKFLOW: &str = "invoke_workflow";
    /// Of [`super::attribute::STATUS`].
    pub const SUCCEEDED: &str = "SUCCEEDED";
    /// What answers when no model does.
    pub const EXTRACTIVE: &str = "extractive";
}

/// How the span of a task is called, what kind it is, and which AI operation it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskSpan {
    /// The task.
    pub resource: &'static str,
    /// The AI operation, if it is one.
    pub operation: Option<&'static str>,
    /// OpenTelemetry's span kind.
    pub kind: &'static str,
}

/// Tasks that are AI operations; every other one is a message that is processed.
pub const TASKS: &[TaskSpan] = &[
    TaskSpan { resource: "cueline:embedding.embed", operation: Some("embeddings"), kind: "client" },
    TaskSpan { resource: "cueline:retrieval.retrieve", operation: Some("retrieval"), kind: "client" },
    TaskSpan { resource: "cueline:generation.answer", operation: Some("chat"), kind: "client" },
];

/// The span of a task.
pub fn task_span(resource: &str) -> TaskSpan {
    let known = TASKS.iter().find(|task| task.resource == resource);
    known.copied().unwrap_or(TaskSpan { resource: "", operation: None, kind: "consumer" })
}

#[cfg(test)]
mod tests {
    use cueline_protocol::tasks::contract;

    use super::*;

    #[test]
    fn every_task_of_the_table_exists() {
        for task in TASKS {
            assert!(contract(task.resource).is_some(), "{}", task.resource);
        }
        assert_eq!(task_span("cueline:parsing.parse").kind, "consumer");
    }
}
