//! The listener. Whoever sends its headers slowly is cut off; whoever reads slowly holds a connection and nothing else.
//!
//! Every response has an `x-request-id`: of an answer the id of its execution, of anything else one of its own. What a client sends
//! under that name is nobody's id.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    http::{HeaderValue, Request, header::UPGRADE},
    response::Response,
};
use cueline_patterns::governance::Sharing;
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::Service,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
};

use super::{Gate, linger::Linger, problem::REQUEST_ID, router};

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
        let open = Arc::new(Semaphore::new(MOST));
        let accepting = tokio::spawn(accept(listener, gate.clone(), open.clone()));
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
        Ok(Self { address, gate, accepting, beside, open })
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

/// A connection among those that there may be at once. A socket that a request was upgraded to holds it on.
pub(super) type Place = Arc<OwnedSemaphorePermit>;

/// Notes that somebody asked something, and sees to it that the answer has an id.
struct Told<S> {
    inner: S,
    gate: Gate,
    spoke: Arc<AtomicBool>,
    is_refused: Arc<AtomicBool>,
    place: Place,
}

impl<S> Service<Request<Incoming>> for Told<S>
where
    S: Service<Request<Incoming>, Response = Response>,
    S::Future: Unpin,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Named<S::Future>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.spoke.store(true, Ordering::Release);
        if request.headers().contains_key(UPGRADE) {
            request.extensions_mut().insert(self.place.clone());
        }
        let is_refused = (!request.body().is_end_stream()).then(|| self.is_refused.clone());
        Named { inner: self.inner.call(request), gate: self.gate.clone(), is_refused }
    }
}

/// A response that has an id.
struct Named<F> {
    inner: F,
    gate: Gate,
    /// The request has a body: hears whether it may not have been read to its end.
    is_refused: Option<Arc<AtomicBool>>,
}

impl<F: Future<Output = Result<Response, E>> + Unpin, E> Future for Named<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut response = ready!(Pin::new(&mut self.inner).poll(context));
        if let (Ok(response), Some(is_refused)) = (&response, &self.is_refused) {
            let status = response.status();
            is_refused.store(status.is_client_error() || status.is_server_error(), Ordering::Release);
        }
        if let Ok(response) = &mut response
            && !response.headers().contains_key(REQUEST_ID)
        {
            let id = format!("req-{}", self.gate.world().entropy.ulid(self.gate.now_ms()).to_lowercase());
            response.headers_mut().extend(HeaderValue::try_from(id).ok().map(|id| (REQUEST_ID, id)));
        }
        Poll::Ready(response)
    }
}

async fn accept(listener: tokio::net::TcpListener, gate: Gate, open: Arc<Semaphore>) {
    let router = router(gate.clone());
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
        let (spoke, is_refused) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let service = Told {
            inner: TowerToHyperService::new(router.clone()),
            gate: gate.clone(),
            spoke: spoke.clone(),
            is_refused: is_refused.clone(),
            place: Arc::new(permit),
        };
        let gate = gate.clone();
        tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(NEXT)
                .serve_connection(TokioIo::new(Linger::new(socket, is_refused)), service)
                .with_upgrades();
            let silent = async move {
                tokio::time::sleep(FIRST).await;
                if spoke.load(Ordering::Acquire) {
                    std::future::pending::<()>().await;
                }
            };
            // The service holds the place of the connection, and so does whatever it is upgraded to.
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                // Whoever has not asked anything by now is cut off.
                () = silent => {}
                () = gate.drained() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        });
    }
}
