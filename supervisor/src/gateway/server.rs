//! The listener. Whoever sends its headers slowly is cut off; whoever reads slowly holds a connection and nothing else.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use cueline_patterns::governance::Sharing;
use hyper::{server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinHandle,
};

use super::{Gate, router};

/// Connections at once; more wait until the system refuses them.
const MOST: usize = 20_000;
/// For the headers of the first request of a connection.
const FIRST: Duration = Duration::from_secs(10);
/// For those of each further one, silence before it included. Longer than the load balancer of a stack keeps a connection that is
/// idle (300 s): else it would send a request into one that is just being closed, and tell its client that nobody answers.
const NEXT: Duration = Duration::from_secs(330);

/// The running front door.
pub struct GateServer {
    address: SocketAddr,
    gate: Gate,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    beside: Vec<JoinHandle<()>>,
    open: Arc<Semaphore>,
}

impl GateServer {
    /// Serves on a bound listener, on the runtime of the caller. Every `keep` it writes down what feedback taught.
    pub fn start(listener: std::net::TcpListener, gate: Gate, keep: Duration) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (stop, stopped) = watch::channel(false);
        let open = Arc::new(Semaphore::new(MOST));
        let accepting = tokio::spawn(accept(listener, gate.clone(), stopped, open.clone()));
        let keeping = gate.clone();
        let mut beside = vec![tokio::spawn(async move {
            loop {
                keeping.world().clock.sleep(keep).await;
                keeping.keep().await;
            }
        })];
        if gate.0.is_shared {
            beside.push(tokio::spawn(Sharing::new(gate.0.limits.clone(), gate.world()).run()));
        }
        Ok(Self { address, gate, stop, accepting, beside, open })
    }

    /// What it opens to.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes nothing new, and returns when what is on its way was given and recorded, or when patience is at its end. What is cut
    /// off then can be resumed.
    pub async fn stop(self, patience: Duration) {
        self.gate.drain();
        self.stop.send_replace(true);
        self.accepting.abort();
        self.beside.iter().for_each(JoinHandle::abort);
        self.gate.keep().await;
        for _ in 0..patience.as_millis() / 20 {
            if self.open.available_permits() == MOST && self.gate.0.recorder.is_idle() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tracing::warn!("open connections of the front door are cut; streams can be resumed");
    }
}

/// Notes that somebody asked something.
struct Told<S> {
    inner: S,
    spoke: Arc<AtomicBool>,
}

impl<R, S: Service<R>> Service<R> for Told<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, request: R) -> Self::Future {
        self.spoke.store(true, Ordering::Release);
        self.inner.call(request)
    }
}

async fn accept(listener: tokio::net::TcpListener, gate: Gate, stopped: watch::Receiver<bool>, open: Arc<Semaphore>) {
    let router = router(gate);
    loop {
        let Ok(permit) = open.clone().acquire_owned().await else { return };
        let socket = match listener.accept().await {
            Ok((socket, _)) => socket,
            Err(error) => {
                // No more files, for example: it passes.
                tracing::warn!(error = %error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = socket.set_nodelay(true);
        let spoke = Arc::new(AtomicBool::new(false));
        let service = Told { inner: TowerToHyperService::new(router.clone()), spoke: spoke.clone() };
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let _permit = permit;
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(NEXT)
                .serve_connection(TokioIo::new(socket), service)
                .with_upgrades();
            let until = async move { drop(stopped.wait_for(|stop| *stop).await) };
            let silent = async move {
                tokio::time::sleep(FIRST).await;
                if spoke.load(Ordering::Acquire) {
                    std::future::pending::<()>().await;
                }
            };
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                // Whoever has not asked anything by now is cut off.
                () = silent => {}
                () = until => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        });
    }
}
