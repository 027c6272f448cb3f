//! The first signal drains, the second stops at once.

use std::{io, path::Path};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::presence::Presence;

/// What shells report for a process that ended by an interrupt.
const INTERRUPTED: i32 = 130;

pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    pub(super) async fn first(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// From now on the next signal ends the process without ceremony.
    pub(super) fn stop_at_the_second(mut self, data: &Path) {
        let data = data.to_owned();
        tokio::spawn(async move {
            self.first().await;
            tracing::warn!("stopped at once; the next start goes on where the journal ends");
            Presence::withdraw(&data);
            std::process::exit(INTERRUPTED);
        });
    }
}
