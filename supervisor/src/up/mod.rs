//! `cueline up`: configure, build (nothing runs yet), run, drain in a written order.
//!
//! Order of the start: lock and open the data directory, bind the admin address, launch the engine, define the workflows,
//! watch the inbox, serve the admin interface, announce the address. Order of the stop: refuse new work, stop watching,
//! let running tasks finish, close the storage, stop the admin interface, flush the telemetry. A second signal stops at
//! once and loses nothing: what was accepted is in the journal.

mod failure;
mod samples;
mod signals;

use std::{net::TcpListener, path::Path, time::Instant};

use cueline_patterns::rag::{self, Ingress};
use cueline_ports::{Clock, SystemClock};
use cueline_runtime::{Engine, EngineOptions};

use crate::{
    admin::{App, Facts, Server},
    config::Config,
    presence::{self, Presence},
    telemetry,
    wiring::{self, Wired},
};

pub use failure::StartFailure;

/// What `up` does besides running.
#[derive(Debug, Clone, Default)]
pub struct UpOptions {
    /// Documents to begin with when the data directory is empty.
    pub samples: Option<std::path::PathBuf>,
}

/// Runs until a signal. `ready` is called once everything answers.
pub fn run(config: &Config, options: &UpOptions, ready: impl FnOnce(&Ready)) -> Result<(), StartFailure> {
    let begun = Instant::now();
    let telemetry = telemetry::start(config).map_err(StartFailure::telemetry)?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(workers()).enable_all().build().map_err(StartFailure::runtime)?;
    let outcome = runtime.block_on(async {
        let mut signals = signals::Signals::listen().map_err(StartFailure::runtime)?;
        let running = Running::start(config, options, &telemetry).await?;
        ready(&running.ready(begun));
        signals.first().await;
        tracing::info!("stopping; a second signal stops at once");
        signals.stop_at_the_second(&config.data);
        running.drain(config).await;
        Ok(())
    });
    runtime.shutdown_background();
    telemetry.flush();
    outcome
}

/// One core is for the thread that writes the journal: it is busy whenever work is being done, and a worker that has
/// nothing to do but to be woken in vain makes each step slower.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() - 1).max(1)
}

/// What the ready line says.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The admin interface.
    pub admin: String,
    /// The watched folder.
    pub inbox: String,
    /// The data directory.
    pub data: String,
    /// What works less well than it could.
    pub notes: Vec<String>,
    /// From the first line of `run` to here.
    pub millis: u128,
}

struct Running {
    wired: Wired,
    engine: Engine,
    watching: tokio::task::JoinHandle<()>,
    app: App,
    server: Server,
    config: Config,
}

impl Running {
    async fn start(
        config: &Config,
        options: &UpOptions,
        telemetry: &telemetry::Telemetry,
    ) -> Result<Self, StartFailure> {
        let is_new = !config.data.join("token").exists();
        let wired = wiring::open(config).await.map_err(|error| StartFailure::storage(&error))?;
        let token = presence::token(&config.data).map_err(|error| StartFailure::private_file(&config.data, &error))?;
        let address = config.admin.address;
        let listener = TcpListener::bind(address).map_err(|error| StartFailure::address(address, &error))?;
        if let Some(samples) = options.samples.as_deref().filter(|_| is_new) {
            samples::copy(samples, &config.inbox).map_err(|error| StartFailure::samples(samples, &error))?;
        }

        let engine = launch(config, &wired, telemetry).await?;
        let ingress = Ingress::new(engine.clone(), wired.rag.clone());
        let watching = tokio::spawn(ingress.clone().run());

        let facts = Facts {
            data: absolute(&config.data),
            inbox: absolute(&config.inbox),
            started_ms: SystemClock.now_ms(),
            notes: wired.notes.clone(),
        };
        let app = App::new(engine.clone(), ingress, wired.rag.clone(), facts, wired.storage_counts(), &token);
        let server = Server::start(listener, app.clone()).map_err(|error| StartFailure::address(address, &error))?;
        let presence = Presence { address: server.address(), token, pid: std::process::id() };
        presence.announce(&config.data).map_err(|error| StartFailure::private_file(&config.data, &error))?;
        Ok(Self { wired, engine, watching, app, server, config: config.clone() })
    }

    fn ready(&self, begun: Instant) -> Ready {
        Ready {
            admin: format!("http://{}", self.server.address()),
            inbox: self.config.inbox.display().to_string(),
            data: self.config.data.display().to_string(),
            notes: self.wired.notes.clone(),
            millis: begun.elapsed().as_millis(),
        }
    }

    async fn drain(self, config: &Config) {
        self.app.drain();
        self.watching.abort();
        self.engine.shut_down(config.drain).await;
        Presence::withdraw(&config.data);
        let (wired, server) = (self.wired, self.server);
        let closing = tokio::task::spawn_blocking(move || {
            wired.close();
            server.stop();
        });
        if closing.await.is_err() {
            tracing::error!("closing the storage failed; the journal is whole all the same");
        }
        tracing::info!("stopped");
    }
}

async fn launch(config: &Config, wired: &Wired, telemetry: &telemetry::Telemetry) -> Result<Engine, StartFailure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kinds = rag::kinds(wired.rag.clone(), cores).with(cueline_patterns::bench::kind(64));
    let options = EngineOptions {
        name: format!("cueline-{}", std::process::id()),
        spans: telemetry.spans.clone(),
        ..EngineOptions::default()
    };
    let engine = Engine::launch(wired.world.clone(), kinds, options).await.map_err(StartFailure::engine)?;
    for (name, text) in rag::definitions() {
        let defined = engine.definitions().register(name, text).await;
        defined.map_err(|error| StartFailure::definition(name, &error))?;
    }
    if let Some(folder) = &config.definitions {
        define_folder(&engine, folder).await?;
    }
    Ok(engine)
}

async fn define_folder(engine: &Engine, folder: &Path) -> Result<(), StartFailure> {
    let unreadable = |error: std::io::Error| StartFailure::definitions_folder(folder, &error);
    let mut files: Vec<_> = std::fs::read_dir(folder).map_err(unreadable)?.filter_map(Result::ok).collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files {
        let name = file.file_name().to_string_lossy().into_owned();
        let Some(workflow) = name.strip_suffix(".asl.json") else { continue };
        let text = std::fs::read_to_string(file.path()).map_err(unreadable)?;
        let defined = engine.definitions().register(workflow, &text).await;
        defined.map_err(|error| StartFailure::definition(&name, &error))?;
    }
    Ok(())
}

fn absolute(path: &Path) -> std::path::PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
