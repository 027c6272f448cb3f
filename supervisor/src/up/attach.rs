//! A look at a stack from anywhere: an admin interface on this machine that takes no work, for as long as a command runs.
//!
//! What the services of a stack keep is all there is to know, so nobody has to reach a process in its private network. The
//! permissions are those of whoever runs the command.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
};

use cueline_patterns::rag::Ingress;
use cueline_ports::{Clock, Objects, SystemClock};
use cueline_protocol::ids::BucketName;
use cueline_runtime::{Engine, EngineOptions, Peers, worker::Kinds};

use super::{StartFailure, absolute, front::Front, workflows};
use crate::{
    admin::{App, Facts, Server},
    config::{Config, Serve},
    presence::{self, Presence},
    telemetry::instruments::Instruments,
    wiring,
};

/// The interface. It answers as long as this is held.
pub struct Attached {
    /// How it is reached.
    pub presence: Presence,
    /// The bucket that is watched.
    pub inbox: BucketName,
    /// Where that is.
    pub objects: Arc<dyn Objects>,
    _server: Server,
    _engine: Engine,
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attached").field("inbox", &self.inbox).finish_non_exhaustive()
    }
}

/// Opens the services of the configured stack, and an admin interface on a free port of the loopback address.
pub async fn attach(config: &Config) -> Result<Attached, StartFailure> {
    // Vectors are made by those who serve embedding; loading a model here would be for nothing.
    let config = Config { serve: Serve::Nothing, models: Vec::new(), ..config.clone() };
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(free).map_err(|error| StartFailure::address(free, &config.data, &error))?;
    let wired = wiring::open(&config).await.map_err(|error| StartFailure::storage(&error))?;
    let token = presence::random_token().map_err(|error| StartFailure::private_file(&config.data, &error))?;
    let options = EngineOptions {
        name: format!("cueline-cli-{}", std::process::id()),
        peers: Some(Peers { patrol_every: None }),
        receives: false,
        ..EngineOptions::default()
    };
    let engine = Engine::launch(wired.world.clone(), Kinds::new(), options).await.map_err(StartFailure::engine)?;
    let (workflows, _) = workflows(&config, &engine).await?;
    let ingress = Ingress::new(engine.clone(), wired.rag.clone());
    let facts = Facts {
        data: absolute(&config.data),
        inbox: wired.inbox.clone(),
        doors: None,
        gateway: None,
        started_ms: SystemClock.now_ms(),
        notes: Vec::new(),
        registry: prometheus::Registry::new(),
    };
    let front = Front::new(&wired.world, &config, &Instruments::default())?;
    let counts = wired.counts();
    let (inbox, objects) = (wired.inbox_bucket.clone(), wired.world.objects.clone());
    let app = App::new(workflows, engine.clone(), ingress, wired.rag, facts, counts, &token);
    app.open_front(front);
    let server = Server::start(listener, app).map_err(|error| StartFailure::address(free, &config.data, &error))?;
    let presence = Presence { address: server.address(), token, pid: std::process::id() };
    Ok(Attached { presence, inbox, objects, _server: server, _engine: engine })
}
