//! What given traffic needs and costs: requests, dollars, tasks, and the quota that binds first.
//!
//! ```text
//!  executions/s at the peak = executions/day ÷ 86,400 × peak          steps/s = executions/s × steps
//!  bodies at once           = steps/s × seconds of a body              (Little's law)
//!  tasks                    = max(steps/s ÷ steps/s of a task, bodies ÷ permits of a task, the fewest)
//!  polls                    = tasks × queues × seconds of a month ÷ seconds of a poll
//!  index partition          = executions/s × 2·u(row) ÷ partitions      (put when it starts, taken out when it ends)
//! ```

use super::{
    bill::{Bill, Line, Tokens},
    prices::Prices,
    requests::{Measured, Recorded, Requests, units},
};

/// A month has so many days.
const DAYS: f64 = 30.0;
const DAY_SECONDS: f64 = 86_400.0;
/// Partitions of the index of lists, for running executions as for ended ones.
const INDEX_PARTITIONS: f64 = 4.0;
/// Write units of one partition in a second: it is no quota that anybody raises.
const PARTITION_WRITES: f64 = 1_000.0;

/// Traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct Traffic {
    /// Executions that start on a day.
    pub executions_per_day: f64,
    /// Tasks of an execution.
    pub steps: u64,
    /// Bytes of a commit.
    pub commit_bytes: u64,
    /// Bytes of a snapshot.
    pub snapshot_bytes: u64,
    /// How much busier the busiest second is than the average one.
    pub peak: f64,
    /// Seconds that a body runs on average.
    pub body_seconds: f64,
    /// Payloads of an execution that do not fit its journal.
    pub payloads: u64,
    /// Events that an execution publishes.
    pub events: u64,
    /// Rests of an execution that last more than a minute.
    pub long_rests: u64,
    /// Functions that an execution calls.
    pub functions: u64,
    /// Tokens of an execution.
    pub tokens: Tokens,
}

/// What it runs on.
#[derive(Debug, Clone, PartialEq)]
pub struct Machines {
    /// vCPUs of a task.
    pub vcpu: f64,
    /// GB of memory of a task.
    pub memory: f64,
    /// Steps that a task decides and performs in a second, when bodies cost nothing.
    pub steps_per_second: f64,
    /// Bodies that a task runs at once.
    pub bodies: f64,
    /// The fewest tasks, so that one may be lost.
    pub fewest: u64,
    /// Queues that each task polls.
    pub queues: f64,
    /// Seconds that a poll waits when there is nothing.
    pub poll_seconds: f64,
    /// Tokens that the model may take in a minute.
    pub tokens_per_minute: f64,
}

/// A limit and how near it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// Its name.
    pub name: &'static str,
    /// What is allowed.
    pub limit: f64,
    /// What is needed at the peak.
    pub needed: f64,
    /// In what.
    pub unit: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl Quota {
    /// 1 is all of it.
    pub fn used(&self) -> f64 {
        self.needed / self.limit
    }
}

/// A capacity plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Executions in the busiest second.
    pub executions_per_second: f64,
    /// Steps in the busiest second.
    pub steps_per_second: f64,
    /// Bodies that run at once then.
    pub bodies: f64,
    /// Tasks that are needed then.
    pub tasks: u64,
    /// Partitions that the index of lists needs; it has four.
    pub index_partitions: u64,
    /// Steps of a month.
    pub steps_per_month: f64,
    /// The bill of a month.
    pub bill: Bill,
    /// Dollars of a million steps, without models.
    pub dollars_per_million_steps: f64,
    /// Of these, what does not depend on how many tasks there are: requests of steps.
    pub request_dollars_per_million_steps: f64,
    /// What Step Functions Standard would cost in a month, a transition per step.
    pub step_functions_dollars: f64,
    /// Quotas, the one that binds first in front.
    pub quotas: Vec<Quota>,
}

/// Plans for traffic.
pub fn plan(traffic: &Traffic, machines: &Machines, measured: &Measured, prices: &Prices) -> Plan {
    let steps = traffic.steps.max(1);
    let executions_per_second = traffic.executions_per_day / DAY_SECONDS * traffic.peak;
    let steps_per_second = executions_per_second * steps as f64;
    let bodies = steps_per_second * traffic.body_seconds;
    let wanted = (steps_per_second / machines.steps_per_second).max(bodies / machines.bodies).ceil();
    let tasks = (wanted as u64).max(machines.fewest);
    let month = traffic.executions_per_day * DAYS;
    let steps_per_month = month * steps as f64;

    let recorded = recorded(traffic, steps);
    let requests = recorded.requests(measured).times(month);
    let request_dollars = Bill::of(&requests, prices).dollars();
    let polls = tasks as f64 * machines.queues * DAYS * DAY_SECONDS / machines.poll_seconds;
    let mut bill = Bill::of(&Requests { queue: requests.queue + polls, ..requests }, prices);
    let hours = tasks as f64 * DAYS * 24.0;
    let task_hour = machines.vcpu * prices.vcpu_hour + machines.memory * prices.memory_hour;
    let fargate =
        Line { what: "Fargate".to_owned(), quantity: hours, unit: "task-hours", dollars: Some(hours * task_hour) };
    bill.lines.push(fargate);
    let without_models = bill.dollars();
    let Tokens { model, input, output } = &traffic.tokens;
    bill.add_tokens(&Tokens { model: model.clone(), input: input * month, output: output * month });

    let index_writes = executions_per_second * 2.0 * units(recorded.row + recorded.id_bytes) as f64;
    let writes_per_second = recorded.requests(measured).write_units * executions_per_second;
    let millions = steps_per_month / 1e6;
    Plan {
        executions_per_second,
        steps_per_second,
        bodies,
        tasks,
        index_partitions: ((index_writes / PARTITION_WRITES).ceil() as u64).max(1),
        steps_per_month,
        dollars_per_million_steps: without_models / millions,
        request_dollars_per_million_steps: request_dollars / millions,
        step_functions_dollars: millions * prices.transitions,
        quotas: quotas(traffic, machines, executions_per_second, bodies, index_writes, writes_per_second),
        bill,
    }
}

/// An average execution, as its journal would tell it.
fn recorded(traffic: &Traffic, steps: u64) -> Recorded {
    Recorded {
        id_bytes: 26,
        commits: vec![traffic.commit_bytes; usize::try_from(steps + 1).unwrap_or(usize::MAX)],
        snapshot: traffic.snapshot_bytes,
        row: 450,
        has_ended: true,
        cues: steps,
        cue_bytes: traffic.commit_bytes,
        extensions: (traffic.body_seconds * 1_000.0 / super::requests::EXTEND_EVERY_MS as f64) as u64 * steps,
        payloads: traffic.payloads,
        events: traffic.events,
        long_rests: traffic.long_rests,
        functions: traffic.functions,
    }
}

fn quotas(
    traffic: &Traffic,
    machines: &Machines,
    executions_per_second: f64,
    bodies: f64,
    index_writes: f64,
    writes_per_second: f64,
) -> Vec<Quota> {
    let tokens = (traffic.tokens.input + traffic.tokens.output) * executions_per_second * 60.0;
    let mut quotas = vec![
        Quota {
            name: "SQS messages in flight, one queue",
            limit: 120_000.0,
            needed: bodies,
            unit: "messages",
            remedy: "spread the work over more actor kinds; SQS does not raise it",
        },
        Quota {
            name: "DynamoDB writes, one partition of the index of lists",
            limit: PARTITION_WRITES,
            needed: index_writes / INDEX_PARTITIONS,
            unit: "write units/s",
            remedy: "more partitions of the index; no quota, DynamoDB does not raise it",
        },
        Quota {
            name: "DynamoDB writes, one table",
            limit: 40_000.0,
            needed: writes_per_second,
            unit: "write units/s",
            remedy: "ask for more in Service Quotas, and warm the table",
        },
        Quota {
            name: "EventBridge PutEvents",
            limit: 10_000.0,
            needed: executions_per_second * traffic.events as f64,
            unit: "events/s",
            remedy: "ask for more in Service Quotas",
        },
        Quota {
            name: "EventBridge Scheduler CreateSchedule",
            limit: 1_000.0,
            needed: executions_per_second * traffic.long_rests as f64,
            unit: "requests/s",
            remedy: "ask for more in Service Quotas",
        },
        Quota {
            name: "Bedrock tokens of the model",
            limit: machines.tokens_per_minute,
            needed: tokens,
            unit: "tokens/min",
            remedy: "ask for more in Service Quotas, use a cross-region profile, or a smaller model",
        },
    ];
    quotas.sort_by(|one, other| other.used().total_cmp(&one.used()));
    quotas
}
