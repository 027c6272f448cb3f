//! The listener of both doors, on a thread and a runtime of its own.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use cueline_patterns::events::Rules;
use cueline_runtime::World;
use s3s::service::S3Service;
use tokio::sync::{Semaphore, watch};

use super::{
    DoorKeys,
    events::EventsDoor,
    s3::{self, Store},
};

/// Requests that are served at once; more are asked to come again.
const AT_ONCE: usize = 256;
/// How long open requests may take when the process stops.
const PATIENCE: Duration = Duration::from_secs(5);
/// Tells a request to EventBridge from one to S3, which never has it.
const TARGET: &str = "x-amz-target";

/// What the doors lead to.
pub(crate) struct Rooms {
    /// The ports.
    pub(crate) world: World,
    /// What is shown as rules.
    pub(crate) rules: Arc<Rules>,
    /// Where uploads lie until they are complete.
    pub(crate) folder: PathBuf,
    /// Who may come in.
    pub(crate) keys: DoorKeys,
}

/// The running doors.
pub(crate) struct DoorServer {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

/// What a request is given to.
#[derive(Clone)]
struct Doors {
    s3: S3Service,
    events: Arc<EventsDoor>,
    permits: Arc<Semaphore>,
}

impl DoorServer {
    /// Serves on a bound listener.
    pub(crate) fn start(listener: TcpListener, rooms: Rooms) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let store = Store::open(rooms.world.clone(), rooms.folder)?;
        let doors = Doors {
            s3: s3::service(store, &rooms.keys),
            events: Arc::new(EventsDoor::new(rooms.world, rooms.rules, rooms.keys)),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
        };
        let (stop, mut stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("doors".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let listener = match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => listener,
                    Err(error) => return tracing::error!(error = %error, "the doors failed to open"),
                };
                let until = async move {
                    let _ = stopped.wait_for(|stop| *stop).await;
                };
                let router = Router::new().fallback(serve).with_state(doors);
                if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(until).await {
                    tracing::error!(error = %error, "the doors failed");
                }
            });
        })?;
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// Where they are.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections and returns when open requests have their answer, or after a few seconds. Blocks.
    pub(crate) fn stop(mut self) {
        self.stop.send_replace(true);
        let Some(thread) = self.thread.take() else { return };
        let pause = Duration::from_millis(10);
        for _ in 0..PATIENCE.as_millis() / pause.as_millis() {
            if thread.is_finished() {
                let _ = thread.join();
                return;
            }
            thread::sleep(pause);
        }
        tracing::warn!("open requests of the doors are cut; what was not complete was not taken in");
    }
}

async fn serve(State(doors): State<Doors>, request: Request) -> Response {
    let Ok(permit) = doors.permits.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many requests at once; try again").into_response();
    };
    if request.headers().contains_key(TARGET) {
        let answer = doors.events.answer(request).await;
        drop(permit);
        return answer;
    }
    let answer = doors.s3.call(request.map(s3s::Body::http_body_unsync)).await;
    drop(permit);
    match answer {
        Ok(answer) => answer.map(Body::new),
        Err(error) => {
            let error: Box<dyn std::error::Error + Send + Sync> = error.into();
            tracing::warn!(error = %error, "an S3 request failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
