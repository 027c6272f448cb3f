//! Futures that are usually done at once.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;

/// Runs a future to its end without waiting for it: here, as far as it goes without waiting, then as a task. Ports in
/// memory never wait, and a task for each call would cost more than the call. As with a task, a panic ends the future
/// and not its caller.
pub(crate) fn soon(future: impl Future<Output = ()> + Send + 'static) {
    let mut future = Box::pin(AssertUnwindSafe(future).catch_unwind().map(|ran| {
        if ran.is_err() {
            tracing::error!("what follows a commit panicked; the journal asks again");
        }
    }));
    if future.as_mut().now_or_never().is_none()
        // Without a runtime the process is ending, and what is not done comes again after its next start.
        && let Ok(runtime) = tokio::runtime::Handle::try_current()
    {
        runtime.spawn(future);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn what_need_not_wait_is_done_at_once_and_the_rest_later() {
        let done = Arc::new(AtomicU32::new(0));
        let (now, later) = (done.clone(), done.clone());
        soon(async move {
            now.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(done.load(Ordering::Relaxed), 1);
        soon(async move {
            tokio::task::yield_now().await;
            later.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(done.load(Ordering::Relaxed), 1);
        while done.load(Ordering::Relaxed) < 2 {
            tokio::task::yield_now().await;
        }
    }
}
