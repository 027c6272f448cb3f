//! Calls of many callers that share a request: SQS bills requests, and takes ten entries in each.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use cueline_ports::{PortError, PortResult};
use tokio::sync::{mpsc, oneshot};

/// Entries of a request at most.
pub(super) const MOST: usize = 10;
/// Bytes of a request at most: 1 MiB less what names and attributes take.
pub(super) const MOST_BYTES: usize = (1 << 20) - 16 * 1024;
/// How long the first entry waits for company.
const LINGER: Duration = Duration::from_millis(5);
/// Requests of one batcher that are on their way at once.
const FLIGHTS: usize = 16;

type Flying = Pin<Box<dyn Future<Output = Vec<PortResult<()>>> + Send>>;

/// Sends entries in requests of ten. Ends when it is dropped.
pub(super) struct Batcher<T> {
    entries: mpsc::UnboundedSender<Waiting<T>>,
}

struct Waiting<T> {
    entry: T,
    bytes: usize,
    done: oneshot::Sender<PortResult<()>>,
}

impl<T: Send + 'static> Batcher<T> {
    /// `send` gives one result per entry, in order.
    pub(super) fn start(send: impl Fn(Vec<T>) -> Flying + Send + Sync + 'static) -> Self {
        let (entries, waiting) = mpsc::unbounded_channel();
        tokio::spawn(gather(waiting, Arc::new(send)));
        Self { entries }
    }

    /// Returns once the entry was taken or refused. `bytes` is what it adds to a request.
    pub(super) async fn add(&self, entry: T, bytes: usize) -> PortResult<()> {
        let gone = || PortError::unavailable("the process is stopping");
        let (done, answer) = oneshot::channel();
        self.entries.send(Waiting { entry, bytes, done }).map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

async fn gather<T: Send + 'static>(
    mut waiting: mpsc::UnboundedReceiver<Waiting<T>>,
    send: Arc<impl Fn(Vec<T>) -> Flying + Send + Sync + 'static>,
) {
    let room = Arc::new(tokio::sync::Semaphore::new(FLIGHTS));
    let mut next = None;
    loop {
        let first = match next.take() {
            Some(first) => first,
            None => match waiting.recv().await {
                Some(first) => first,
                None => return,
            },
        };
        let mut bytes = first.bytes;
        let mut batch = vec![first];
        let linger = tokio::time::sleep(LINGER);
        tokio::pin!(linger);
        while batch.len() < MOST {
            let more = tokio::select! {
                biased;
                more = waiting.recv() => more,
                () = &mut linger => None,
            };
            let Some(more) = more else { break };
            if bytes + more.bytes > MOST_BYTES {
                next = Some(more);
                break;
            }
            bytes += more.bytes;
            batch.push(more);
        }
        let Ok(permit) = room.clone().acquire_owned().await else { return };
        let send = send.clone();
        tokio::spawn(async move {
            let (entries, dones): (Vec<T>, Vec<_>) = batch.into_iter().map(|one| (one.entry, one.done)).unzip();
            for (result, done) in send(entries).await.into_iter().zip(dones) {
                // Whoever asked may have gone away.
                let _ = done.send(result);
            }
            drop(permit);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn callers_at_once_share_requests_and_each_hears_of_its_own() {
        let sizes: Arc<Mutex<Vec<usize>>> = Arc::default();
        let seen = sizes.clone();
        let batcher = Batcher::start(move |entries: Vec<u32>| {
            seen.lock().unwrap().push(entries.len());
            let result = |n: u32| if n.is_multiple_of(7) { Err(PortError::invalid(n.to_string())) } else { Ok(()) };
            Box::pin(async move { entries.into_iter().map(result).collect() })
        });
        let results = join_all((1..=64).map(|n| batcher.add(n, 1))).await;
        for (n, result) in (1..=64_u32).zip(results) {
            assert_eq!(result.err().map(|error| error.message), n.is_multiple_of(7).then(|| n.to_string()));
        }
        let sizes = sizes.lock().unwrap();
        assert!(sizes.len() <= 8 && sizes.iter().all(|size| *size <= MOST), "{sizes:?}");
    }

    #[tokio::test]
    async fn what_is_large_travels_in_requests_of_its_own() {
        let sizes: Arc<Mutex<Vec<usize>>> = Arc::default();
        let seen = sizes.clone();
        let batcher = Batcher::start(move |entries: Vec<u32>| {
            seen.lock().unwrap().push(entries.len());
            Box::pin(async move { entries.iter().map(|_| Ok(())).collect() })
        });
        join_all((0..4).map(|n| batcher.add(n, MOST_BYTES / 2 + 1))).await;
        assert_eq!(*sizes.lock().unwrap(), [1, 1, 1, 1]);
    }
}
