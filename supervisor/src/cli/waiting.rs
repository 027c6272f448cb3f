//! Waiting for what goes on elsewhere: whoever stops waiting is told what for, because it goes on without them.

use super::failure::Failure;

/// Waits for an execution; an interrupt or a lost connection names it.
pub(super) async fn on_execution<T>(
    execution: &str,
    answer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let result = until_interrupted(&format!("execution {execution}"), answer).await;
    result.map_err(|failure| match failure {
        Failure::NoAnswer(why) => Failure::NoAnswer(format!(
            "{why}; if execution {execution} was accepted it goes on, after the next start too: see `cueline executions \
             show {execution}`"
        )),
        other => other,
    })
}

/// Waits for `what`; an interrupt ends the waiting and nothing else.
pub(super) async fn until_interrupted<T>(
    what: &str,
    answer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        answer = answer => answer,
        Ok(()) = tokio::signal::ctrl_c() => Err(Failure::Interrupted(what.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lost_connection_names_the_execution() {
        let lost = async { Err::<(), _>(Failure::NoAnswer("gone".into())) };
        let failure = on_execution("ask-1", lost).await.unwrap_err();
        assert!(failure.to_string().contains("cueline executions show ask-1"), "{failure}");
        assert_eq!(failure.exit_code(), 3);
    }
}
