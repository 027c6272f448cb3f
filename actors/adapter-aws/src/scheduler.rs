//! Alarms on EventBridge Scheduler: one schedule per execution that rests.
//!
//! A schedule is `at(second)` in a group of ours, without a flexible window. It puts the message on the queue with the role that the
//! stack made for it and then deletes itself. Scheduler keeps seconds and goes off within the minute that begins there, so
//! an alarm is never early and at most a minute late.
//!
//! An id of an execution may have 128 characters, a name of a schedule 64: it is the id's beginning and a hash of all of it.

use async_trait::async_trait;
use aws_sdk_scheduler::{
    Client,
    error::ProvideErrorMetadata,
    primitives::{DateTime, DateTimeFormat},
    types::{ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, Target},
};
use cueline_ports::{Alarms, PortError, PortErrorKind, PortResult};
use cueline_protocol::{ids::ExecutionId, v1::Alarm};

use crate::{Connection, Meter, error::Call, now_ms};

/// A time that has passed, or is about to, becomes one so many milliseconds ahead: whether a schedule in the past goes off is
/// nowhere promised.
const AHEAD_MS: i64 = 5_000;
/// Characters of the id in the name of a schedule; a hyphen and 32 of the hash follow.
const READABLE: usize = 31;
/// Tries of a schedule that comes and goes while it is being set.
const TRIES: u32 = 4;

/// Where schedules are made, and what they do.
#[derive(Debug, Clone)]
pub struct SchedulerOptions {
    /// The schedule group; it is there.
    pub group: String,
    /// ARN of the queue that the messages are put on.
    pub queue_arn: String,
    /// ARN of the role that may do so.
    pub role_arn: String,
}

/// Alarms in one schedule group.
#[derive(Clone)]
pub struct SchedulerAlarms {
    client: Client,
    options: SchedulerOptions,
}

/// What became of one try.
enum Tried {
    Done,
    /// It is there already, or no longer.
    Other,
}

impl SchedulerAlarms {
    /// Nothing is called yet.
    pub fn new(connection: &Connection, options: SchedulerOptions, meter: Meter) -> Self {
        let config = aws_sdk_scheduler::config::Builder::from(&connection.sdk).interceptor(meter).build();
        Self { client: Client::from_conf(config), options }
    }

    async fn create(&self, name: &str, at: &str, target: &Target) -> PortResult<Tried> {
        let on = self.on(name);
        let sent = self
            .client
            .create_schedule()
            .group_name(&self.options.group)
            .name(name)
            // One for all tries of this call: the second of them is no conflict.
            .client_token(ulid::Ulid::new().to_string())
            .schedule_expression(at)
            .flexible_time_window(no_window()?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(target.clone())
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Tried::Done),
            Err(error) if error.as_service_error().is_some_and(|it| it.is_conflict_exception()) => Ok(Tried::Other),
            Err(error) => Err(Call { action: "scheduler:CreateSchedule", on: &on }.failed(error)),
        }
    }

    async fn update(&self, name: &str, at: &str, target: &Target) -> PortResult<Tried> {
        let on = self.on(name);
        let sent = self
            .client
            .update_schedule()
            .group_name(&self.options.group)
            .name(name)
            .client_token(ulid::Ulid::new().to_string())
            .schedule_expression(at)
            .flexible_time_window(no_window()?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(target.clone())
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Tried::Done),
            // It has just gone off, or is being changed by somebody else.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|it| it.is_resource_not_found_exception() || it.is_conflict_exception()) =>
            {
                Ok(Tried::Other)
            }
            Err(error) => Err(Call { action: "scheduler:UpdateSchedule", on: &on }.failed(error)),
        }
    }

    fn on(&self, name: &str) -> String {
        format!("schedule {}/{name}", self.options.group)
    }
}

#[async_trait]
impl Alarms for SchedulerAlarms {
    async fn set(&self, execution: &ExecutionId, at_ms: i64) -> PortResult<()> {
        let name = name(execution);
        let at = expression(at_ms.max(now_ms().saturating_add(AHEAD_MS)))?;
        let alarm = Alarm { execution: execution.to_string(), due_ms: at_ms };
        let message = serde_json::to_string(&alarm).map_err(|error| PortError::invalid(error.to_string()))?;
        let target = Target::builder()
            .arn(&self.options.queue_arn)
            .role_arn(&self.options.role_arn)
            .input(message)
            .build()
            .map_err(|error| PortError::invalid(error.to_string()))?;
        for _ in 0..TRIES {
            if let Tried::Done = self.create(&name, &at, &target).await? {
                return Ok(());
            }
            if let Tried::Done = self.update(&name, &at, &target).await? {
                return Ok(());
            }
        }
        let what = "others set it all the time";
        Err(Call { action: "scheduler:UpdateSchedule", on: &self.on(&name) }.error(PortErrorKind::Throttled, what))
    }

    async fn clear(&self, execution: &ExecutionId) -> PortResult<()> {
        let name = name(execution);
        let sent = self
            .client
            .delete_schedule()
            .group_name(&self.options.group)
            .name(&name)
            .client_token(ulid::Ulid::new().to_string())
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            // The group is the stack's: what is missing is the schedule.
            Err(error)
                if error.as_service_error().and_then(ProvideErrorMetadata::code)
                    == Some("ResourceNotFoundException") =>
            {
                Ok(())
            }
            Err(error) => Err(Call { action: "scheduler:DeleteSchedule", on: &self.on(&name) }.failed(error)),
        }
    }
}

fn no_window() -> PortResult<FlexibleTimeWindow> {
    let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build();
    window.map_err(|error| PortError::invalid(error.to_string()))
}

/// The name of the schedule of an execution: 64 letters, digits, `-`, `_` and `.` at most, its own and nobody else's.
fn name(execution: &ExecutionId) -> String {
    let readable = execution.as_str().chars().take(READABLE);
    let readable: String =
        readable.map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    let hash = blake3::hash(execution.as_str().as_bytes()).to_hex();
    format!("{readable}-{}", hash.get(..32).unwrap_or_default())
}

/// `at(…)` of the first second that is not before `at_ms`.
fn expression(at_ms: i64) -> PortResult<String> {
    let seconds = at_ms.saturating_add(999).div_euclid(1_000);
    let moment = DateTime::from_secs(seconds).fmt(DateTimeFormat::DateTime);
    let moment = moment.map_err(|error| PortError::invalid(format!("no time of this calendar: {at_ms}: {error}")))?;
    Ok(format!("at({})", moment.trim_end_matches('Z')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ExecutionId {
        ExecutionId::new(text).unwrap()
    }

    #[test]
    fn names_fit_say_whose_they_are_and_differ() {
        let long = format!("orders:{}", "x".repeat(110));
        for text in ["a", "orders:7~1", long.as_str()] {
            let name = name(&id(text));
            assert!(name.len() <= 64, "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)), "{name}");
        }
        assert!(name(&id("orders:7~1")).starts_with("orders-7-1-"));
        assert_ne!(name(&id(&format!("{long}~1"))), name(&id(&format!("{long}~2"))));
        assert_ne!(name(&id("a:b")), name(&id("a-b")));
        assert_eq!(name(&id("same")), name(&id("same")));
    }

    #[test]
    fn an_alarm_is_never_early() {
        let at = |ms: i64| expression(ms).unwrap();
        assert_eq!(at(1_767_225_600_000), "at(2026-01-01T00:00:00)");
        assert_eq!(at(1_767_225_600_001), "at(2026-01-01T00:00:01)");
        assert_eq!(at(1_767_225_600_999), "at(2026-01-01T00:00:01)");
        assert!(expression(i64::MAX).is_err());
    }
}
