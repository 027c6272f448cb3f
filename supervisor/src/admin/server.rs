//! The admin interface on a thread and a runtime of its own: it answers while workers are stuck.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    thread::{self, JoinHandle},
};

use tokio::sync::watch;

use super::{app::App, routes};

/// A running admin interface.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves on a bound listener.
    pub fn start(listener: TcpListener, app: App) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, mut stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("admin".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let listener = match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => listener,
                    Err(error) => return tracing::error!(error = %error, "the admin interface failed to start"),
                };
                let until = async move {
                    let _ = stopped.wait_for(|stop| *stop).await;
                };
                let serving = axum::serve(listener, routes::router(app)).with_graceful_shutdown(until);
                if let Err(error) = serving.await {
                    tracing::error!(error = %error, "the admin interface failed");
                }
            });
        })?;
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections and returns when those that are open have their answer, or after a second.
    pub fn stop(mut self) {
        self.stop.send_replace(true);
        let Some(thread) = self.thread.take() else { return };
        for _ in 0..100 {
            if thread.is_finished() {
                let _ = thread.join();
                return;
            }
            thread::sleep(std::time::Duration::from_millis(10));
        }
        tracing::warn!("open requests of the admin interface are cut");
    }
}
