//! A task of ECS is not taken away by scaling in while a step of it runs.
//!
//! The agent on the host is asked for it (`$ECS_AGENT_URI/task-protection/v1/state`, "Amazon ECS container agent: task
//! scale-in protection endpoint"). Protection ends by itself, so that a process that hangs is not kept for ever; what is cut
//! off runs again elsewhere.

use std::time::Duration;

use cueline_runtime::Engine;
use serde_json::json;
use tokio::task::JoinHandle;

/// How often it is looked whether anything runs.
const LOOK: Duration = Duration::from_secs(10);
/// How long protection lasts unless it is asked for again.
const LASTS_MINUTES: u64 = 15;
/// It is asked for again when it lasts no longer than this.
const AGAIN_MS: i64 = 5 * 60_000;

/// Keeps the task protected while bodies run; `None` where this is no task of ECS.
pub(super) fn keep(engine: &Engine) -> Option<JoinHandle<()>> {
    let agent = std::env::var("ECS_AGENT_URI").ok().filter(|uri| !uri.is_empty())?;
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().ok()?;
    let engine = engine.clone();
    Some(tokio::spawn(async move {
        let clock = engine.world().clock.clone();
        let mut until_ms = None;
        loop {
            let now_ms = clock.now_ms();
            if let Some(wanted) = decide(until_ms, engine.running_of(is_protected) > 0, now_ms) {
                match ask(&http, &agent, wanted).await {
                    Ok(()) => until_ms = wanted.then_some(now_ms + LASTS_MINUTES as i64 * 60_000),
                    Err(error) => tracing::warn!(error = %error, "failed to ask ECS for protection from scaling in"),
                }
            }
            clock.sleep(LOOK).await;
        }
    }))
}

/// Answers of the gateway are no reason: some are always on their way, so that a task with them would never be replaced, and a
/// stream that is cut goes on elsewhere.
fn is_protected(kind: &str) -> bool {
    kind != cueline_patterns::chat::KIND
}

/// What to ask for, if anything. `until_ms` is when the present protection ends.
fn decide(until_ms: Option<i64>, is_running: bool, now_ms: i64) -> Option<bool> {
    let protected = until_ms.is_some_and(|until_ms| until_ms > now_ms);
    let lasts = until_ms.is_some_and(|until_ms| until_ms - now_ms > AGAIN_MS);
    match is_running {
        true => (!lasts).then_some(true),
        false => protected.then_some(false),
    }
}

async fn ask(http: &reqwest::Client, agent: &str, wanted: bool) -> Result<(), String> {
    let body = match wanted {
        true => json!({ "ProtectionEnabled": true, "ExpiresInMinutes": LASTS_MINUTES }),
        false => json!({ "ProtectionEnabled": false }),
    };
    let sent = http.put(format!("{agent}/task-protection/v1/state")).json(&body).send().await;
    let answer = sent.map_err(|error| error.without_url().to_string())?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(format!("the agent answered {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_protected_while_it_works_and_no_longer() {
        let minute = 60_000;
        let cases = [
            (None, true, Some(true)),
            (None, false, None),
            (Some(15 * minute), true, None),
            (Some(15 * minute), false, Some(false)),
            (Some(4 * minute), true, Some(true)),
            (Some(-minute), false, None),
            (Some(-minute), true, Some(true)),
        ];
        for (until, is_running, expected) in cases {
            let until_ms = until.map(|until: i64| 1_000_000_000 + until);
            assert_eq!(decide(until_ms, is_running, 1_000_000_000), expected, "{until:?} {is_running}");
        }
    }
}
