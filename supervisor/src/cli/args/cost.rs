//! What can be typed about costs.

use clap::{Args, Subcommand};
use cueline_domain::cost::{Machines, Tokens, Traffic};

use super::One;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CostCommand {
    /// Requests and dollars of an execution on AWS, counted from its journal
    Execution(One),
    /// What given traffic needs and costs on AWS: requests, dollars a month, tasks, the quota that binds first
    Plan(Box<Plan>),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cueline cost plan --executions-per-day 100000 --steps-per-execution 10
  cueline cost plan --executions-per-day 20000 --steps-per-execution 4 --model amazon.nova-lite-v1:0 \\
      --input-tokens 6000 --output-tokens 400 --quota-tokens-per-minute 2000000

Prices are list prices of us-east-1 that this build knows; the formulas stand in actors/domain/src/cost.")]
pub(in crate::cli) struct Plan {
    /// Executions that start on a day
    #[arg(long, value_name = "N", value_parser = positive)]
    executions_per_day: f64,
    /// Tasks of an execution
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    steps_per_execution: u64,
    /// How much busier the busiest second is than the average one
    #[arg(long, value_name = "FACTOR", default_value_t = 3.0, value_parser = positive)]
    peak: f64,
    /// Seconds that a task takes on average
    #[arg(long, value_name = "SECONDS", default_value_t = 0.5, value_parser = positive)]
    task_seconds: f64,
    /// Bytes that a step records
    #[arg(long, value_name = "BYTES", default_value_t = 500)]
    commit_bytes: u64,
    /// Bytes of the state of an execution
    #[arg(long, value_name = "BYTES", default_value_t = 300)]
    snapshot_bytes: u64,
    /// Payloads of an execution above 16 KB
    #[arg(long, value_name = "N", default_value_t = 0)]
    payloads: u64,
    /// Events that an execution publishes
    #[arg(long, value_name = "N", default_value_t = 1)]
    events: u64,
    /// Waits of an execution of more than a minute
    #[arg(long, value_name = "N", default_value_t = 0)]
    long_waits: u64,
    /// Lambda functions that an execution calls
    #[arg(long, value_name = "N", default_value_t = 0)]
    functions: u64,
    /// Model of Bedrock that an execution asks
    #[arg(long, value_name = "ID", default_value = "")]
    model: String,
    /// Tokens into it, per execution
    #[arg(long, value_name = "N", default_value_t = 0, requires = "model")]
    input_tokens: u64,
    /// Tokens out of it, per execution
    #[arg(long, value_name = "N", default_value_t = 0, requires = "model")]
    output_tokens: u64,
    /// Tokens that the account may use of the model in a minute
    #[arg(long, value_name = "N", default_value_t = 200_000.0, value_parser = positive)]
    quota_tokens_per_minute: f64,
    /// vCPUs of a Fargate task
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = positive)]
    vcpu: f64,
    /// GB of memory of a Fargate task
    #[arg(long, value_name = "GB", default_value_t = 2.0, value_parser = positive)]
    memory: f64,
    /// Steps that a Fargate task decides in a second; measure yours, this is a guess on the safe side
    #[arg(long, value_name = "N", default_value_t = 100.0, value_parser = positive)]
    steps_per_task_second: f64,
    /// Tasks of a workflow that a Fargate task performs at once
    #[arg(long, value_name = "N", default_value_t = 64.0, value_parser = positive)]
    bodies_per_task: f64,
    /// The fewest Fargate tasks
    #[arg(long, value_name = "N", default_value_t = 2)]
    fewest_tasks: u64,
    /// Queues that each Fargate task polls
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = positive)]
    queues: f64,
    /// Seconds that a poll waits when there is nothing to do
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0, value_parser = positive)]
    poll_seconds: f64,
}

impl Plan {
    pub(in crate::cli) fn traffic(&self) -> Traffic {
        Traffic {
            executions_per_day: self.executions_per_day,
            steps: self.steps_per_execution,
            commit_bytes: self.commit_bytes,
            snapshot_bytes: self.snapshot_bytes,
            peak: self.peak,
            body_seconds: self.task_seconds,
            payloads: self.payloads,
            events: self.events,
            long_rests: self.long_waits,
            functions: self.functions,
            tokens: Tokens {
                model: self.model.clone(),
                input: self.input_tokens as f64,
                output: self.output_tokens as f64,
            },
        }
    }

    pub(in crate::cli) fn machines(&self) -> Machines {
        Machines {
            vcpu: self.vcpu,
            memory: self.memory,
            steps_per_second: self.steps_per_task_second,
            bodies: self.bodies_per_task,
            fewest: self.fewest_tasks.max(1),
            queues: self.queues,
            poll_seconds: self.poll_seconds,
            tokens_per_minute: self.quota_tokens_per_minute,
        }
    }
}

/// A number above 0, and one that a plan can be made of.
fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 1e12 => Ok(number),
        _ => Err(format!("`{text}` is no number above 0, e.g. 100000")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_needs_numbers_above_nothing() {
        assert_eq!(positive("100000"), Ok(100_000.0));
        assert_eq!(positive("0.5"), Ok(0.5));
        for text in ["0", "-1", "NaN", "inf", "many", ""] {
            assert!(positive(text).is_err(), "{text}");
        }
    }
}
