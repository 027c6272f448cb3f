//! Frames on their way into a log.

use std::{future::Future, pin::Pin, time::Duration};

use cueline_ports::PortResult;
use tokio::sync::oneshot;

use super::log::{NewFrame, Writer};

/// Hears that the first append is about to leave; it waits until what is sent is dropped.
pub(super) type Imminent = oneshot::Sender<oneshot::Sender<()>>;

/// How long the first append waits for the record of its execution at most.
const TOGETHER: Duration = Duration::from_millis(1);

/// An append on its way; gives the writer back.
type Flight = Pin<Box<dyn Future<Output = (Writer, PortResult<u64>)> + Send>>;

/// Frames on their way into the log.
pub(super) struct Outlet {
    writer: Option<Writer>,
    flight: Option<Flight>,
    pub(super) waiting: Vec<NewFrame>,
    /// Offset of the last frame that is durable.
    pub(super) written: u64,
    imminent: Option<Imminent>,
}

impl Outlet {
    pub(super) fn new(writer: Writer, written: u64, imminent: Option<Imminent>) -> Self {
        Self { writer: Some(writer), flight: None, waiting: Vec::new(), written, imminent }
    }

    /// It leaves with the next launch.
    pub(super) fn push(&mut self, frame: NewFrame) {
        self.waiting.push(frame);
    }

    pub(super) fn may_launch(&self) -> bool {
        self.flight.is_none() && !self.waiting.is_empty()
    }

    /// What waits leaves, unless an append is on its way.
    pub(super) fn launch(&mut self) {
        if !self.may_launch() {
            return;
        }
        let Some(mut writer) = self.writer.take() else { return };
        let frames = std::mem::take(&mut self.waiting);
        // Nobody may wait for it any more.
        let record = self.imminent.take().and_then(|imminent| {
            let (leaves, left) = oneshot::channel();
            imminent.send(leaves).ok().map(|()| left)
        });
        self.flight = Some(Box::pin(async move {
            if let Some(left) = record {
                tokio::select! {
                    biased;
                    _ = left => {}
                    () = writer.clock().sleep(TOGETHER) => {}
                }
            }
            let appended = writer.append(frames).await;
            (writer, appended)
        }));
    }

    /// Returns when the append on its way is durable; never without one.
    pub(super) async fn landed(&mut self) -> PortResult<()> {
        let Some(flight) = &mut self.flight else { return std::future::pending().await };
        let (writer, appended) = flight.await;
        (self.writer, self.flight) = (Some(writer), None);
        self.written = appended?;
        Ok(())
    }

    pub(super) async fn drained(&mut self) -> PortResult<()> {
        loop {
            self.launch();
            if self.flight.is_none() {
                return Ok(());
            }
            self.landed().await?;
        }
    }

    pub(super) fn unread_ms(&self) -> Option<i64> {
        self.writer.as_ref().and_then(Writer::unread_ms)
    }

    pub(super) async fn unread_elsewhere_ms(&mut self) -> PortResult<Option<i64>> {
        match &self.writer {
            Some(writer) => writer.unread_elsewhere_ms().await,
            None => Ok(None),
        }
    }
}
