//! What alarms promise to the executions that rest.

use std::{sync::Arc, time::Duration};

use cueline_protocol::{
    ids::{ExecutionId, QueueName},
    v1::Alarm,
};

use super::TestClock;
use crate::{Alarms, Queue};

/// How long an alarm may take after its time.
const PATIENCE: Duration = Duration::from_secs(75);
/// Longer than any suite.
const NEVER_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// Alarms, and the queue on which they go off.
pub struct AlarmsBench {
    /// The port.
    pub port: Arc<dyn Alarms>,
    /// Where messages arrive.
    pub queue: Arc<dyn Queue>,
    /// In which queue of it.
    pub name: QueueName,
    /// What time it is.
    pub clock: Arc<dyn TestClock>,
}

/// Checks every promise of [`Alarms`].
pub async fn alarms_suite(bench: &AlarmsBench) {
    an_alarm_goes_off_after_its_time(bench).await;
    an_alarm_is_set_again_and_cleared(bench).await;
    a_time_that_has_passed_is_soon(bench).await;
    any_id_of_an_execution_will_do(bench).await;
}

fn id(name: &str) -> ExecutionId {
    ExecutionId::new(name).unwrap()
}

impl AlarmsBench {
    fn soon_ms(&self) -> i64 {
        self.clock.now_ms() + i64::try_from(self.clock.lease().as_millis()).unwrap()
    }

    async fn set(&self, execution: &ExecutionId, at_ms: i64) {
        self.port.set(execution, at_ms).await.expect("an alarm can be set");
    }

    /// The next alarm that goes off.
    async fn next(&self) -> Alarm {
        let until_ms = self.soon_ms() + i64::try_from(PATIENCE.as_millis()).unwrap();
        while self.clock.now_ms() < until_ms {
            let come = self.queue.receive(&self.name, 1, Duration::from_secs(30), Duration::ZERO).await;
            let Some(delivery) = come.expect("receiving succeeds").pop() else {
                self.clock.advance(Duration::from_millis(500)).await;
                continue;
            };
            self.queue.acknowledge(&self.name, vec![delivery.receipt]).await.expect("acknowledging succeeds");
            return serde_json::from_slice(&delivery.body).expect("it is an alarm");
        }
        panic!("no alarm goes off");
    }
}

async fn an_alarm_goes_off_after_its_time(bench: &AlarmsBench) {
    let at_ms = bench.soon_ms();
    bench.set(&id("one"), at_ms).await;
    let alarm = bench.next().await;
    assert_eq!((alarm.execution.as_str(), alarm.due_ms), ("one", at_ms), "it says whose it is, and for when");
    assert!(bench.clock.now_ms() >= at_ms, "it does not go off before its time");
}

/// What was cleared or set again must not have gone off by the time the last one does.
async fn an_alarm_is_set_again_and_cleared(bench: &AlarmsBench) {
    bench.set(&id("cleared"), bench.soon_ms()).await;
    bench.port.clear(&id("cleared")).await.expect("an alarm can be cleared");
    bench.port.clear(&id("cleared")).await.expect("also when there is none");
    bench.port.clear(&id("never-set")).await.expect("also when there never was one");
    bench.set(&id("later"), bench.soon_ms()).await;
    bench.set(&id("later"), bench.clock.now_ms() + NEVER_MS).await;
    bench.set(&id("sooner"), bench.clock.now_ms() + NEVER_MS).await;
    let at_ms = bench.soon_ms();
    bench.set(&id("sooner"), at_ms).await;
    bench.set(&id("sooner"), at_ms).await;
    let alarm = bench.next().await;
    assert_eq!((alarm.execution.as_str(), alarm.due_ms), ("sooner", at_ms), "the last word counts");
    bench.port.clear(&id("later")).await.expect("an alarm can be cleared");
}

async fn a_time_that_has_passed_is_soon(bench: &AlarmsBench) {
    bench.set(&id("past"), bench.clock.now_ms() - 60_000).await;
    assert_eq!(bench.next().await.execution, "past", "a time that has passed");
}

async fn any_id_of_an_execution_will_do(bench: &AlarmsBench) {
    let long = format!("parent:{}", "x".repeat(100));
    let (one, two) = (id(&format!("{long}~1")), id(&format!("{long}~2")));
    bench.set(&one, bench.soon_ms()).await;
    bench.set(&two, bench.soon_ms()).await;
    let mut rung = [bench.next().await.execution, bench.next().await.execution];
    rung.sort();
    assert_eq!(rung, [one.to_string(), two.to_string()], "ids that begin alike have alarms of their own");
}
