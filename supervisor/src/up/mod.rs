//! `cueline up`: configure, build (nothing runs yet), run, drain in a written order.
//!
//! Order of the start: bind the addresses (admin, doors, gateway), lock and open the data directory, launch the engine, define
//! the workflows, watch the inbox, take events in, serve the admin interface, open the doors and the gateway, announce the
//! address. What can fail without leaving a trace comes first.
//!
//! Order of the stop: refuse new work, close the doors and the gateway, stop watching and taking events in, let running tasks
//! finish, write the last audit records, close the storage, stop the admin interface, flush the telemetry. A second signal
//! stops at once and loses nothing: what was accepted is in the journal.

mod attach;
mod failure;
mod front;
mod function;
mod intake;
mod open;
mod plans;
mod protection;
mod reload;
mod samples;
mod signals;

use std::{net::TcpListener, path::Path, sync::Arc, time::Instant};

use cueline_patterns::{
    events::Rules,
    rag::{self, Ingress},
};
use cueline_ports::{Clock, SystemClock};
use cueline_runtime::{Engine, EngineOptions, Peers};

use crate::{
    admin::{self, App, Facts, Server},
    config::Config,
    doors::{DoorKeys, DoorServer, Rooms},
    gateway::GateServer,
    presence::{self, Presence},
    telemetry,
    wiring::{self, Wired},
    workflows::{Owner, Workflows},
};

pub use attach::{Attached, attach};
pub use failure::StartFailure;
pub(crate) use front::Front;
pub use function::{RUNTIME_API, serve as serve_function};
pub use plans::check;
pub use reload::{Read as ReadConfig, Source as ConfigSource};
pub use samples::Samples;

/// Where a cue passes a service and another process, it may take a while before it is missed.
const RESEND_TOGETHER: std::time::Duration = std::time::Duration::from_secs(20);

/// What `up` does besides running.
#[derive(Debug, Clone, Default)]
pub struct UpOptions {
    /// Documents to begin with when the data directory is new.
    pub samples: Option<Samples>,
    /// Serve the actor `bench`.
    pub bench: bool,
    /// Where the configuration can be read again when it changes.
    pub source: Option<ConfigSource>,
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
    /// Where S3 and EventBridge are served, if they are.
    pub doors: Option<String>,
    /// Where the OpenAI-compatible API is, if it is served.
    pub gateway: Option<String>,
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
    watching: Option<tokio::task::JoinHandle<()>>,
    intake: Option<intake::Running>,
    protection: Option<tokio::task::JoinHandle<()>>,
    doors: Option<DoorServer>,
    gateway: Option<GateServer>,
    beside: Vec<tokio::task::JoinHandle<()>>,
    audit: cueline_patterns::governance::Audit,
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
        let address = config.admin.address;
        let listener =
            TcpListener::bind(address).map_err(|error| StartFailure::address(address, &config.data, &error))?;
        let doors = intake::bind(config)?;
        let gateway = front::bind(config)?;
        let is_new = !config.data.join("token").exists();
        let mut wired = wiring::open(config).await.map_err(|error| StartFailure::storage(&error))?;
        telemetry::measured::models(&mut wired.world, config, &telemetry.instruments);
        match &options.samples {
            Some(samples) if config.stack.is_some() => {
                wired.notes.push(format!("{} are not copied to a stack: use `aws s3 cp`", samples.name()));
            }
            Some(samples) if is_new => {
                samples.place(&config.inbox).map_err(|error| StartFailure::samples(&samples.name(), &error))?;
            }
            Some(_) => wired.notes.push("samples skipped: this data directory is not new".to_owned()),
            None => {}
        }
        // From here on the directory is not new.
        let token = token(config, &wired).map_err(|error| StartFailure::private_file(&config.data, &error))?;

        let front = Front::new(&wired.world, config, &telemetry.instruments)?;
        let plans = plans::plans(config, front.completer.targets())?;
        let chosen = Options { receives: true, peers: wired.peers, front: Some(&front) };
        let engine = launch(config, options, &wired, telemetry, chosen).await?;
        let beside = front.run(&engine);
        let (workflows, notes) = workflows(config, &engine).await?;
        wired.notes.extend(notes);
        let full_look = config.full_look.unwrap_or(wired.full_look);
        let ingress = Ingress::new(engine.clone(), wired.rag.clone()).looking_every(full_look);
        let rules = Arc::new(Rules::new(config.rules.clone()));
        let (watching, intake) = match config.serve.watches() {
            false => (None, None),
            true => {
                let watching = match config.stack {
                    // What changes comes with the other events.
                    Some(_) => tokio::spawn(ingress.clone().reconcile()),
                    None => tokio::spawn(ingress.clone().run()),
                };
                (Some(watching), Some(intake::start(&wired, &engine, &ingress, &rules).await?))
            }
        };
        wired.notes.extend(intake::notes(&rules, &engine));

        let at = doors.as_ref().and_then(|listener| listener.local_addr().ok());
        let gateway_at = gateway.as_ref().and_then(|listener| listener.local_addr().ok());
        let facts = Facts {
            data: absolute(&config.data),
            inbox: wired.inbox.clone(),
            doors: at.map(|at| format!("http://{at}")),
            gateway: gateway_at.map(|at| format!("http://{at}")),
            started_ms: SystemClock.now_ms(),
            notes: wired.notes.clone(),
            registry: telemetry.registry.clone(),
        };
        let app = App::new(workflows, engine.clone(), ingress, wired.rag.clone(), facts, wired.counts(), &token);
        app.open_front(front.clone());
        let server = Server::start(listener, app.clone())
            .map_err(|error| StartFailure::address(address, &config.data, &error))?;
        let doors = doors.map(|listener| {
            let private = |error| StartFailure::private_file(&config.data, &error);
            let keys = DoorKeys::of(&config.data).map_err(private)?;
            let (world, folder) = (wired.world.clone(), config.data.join("doors"));
            DoorServer::start(listener, Rooms { world, rules: rules.clone(), folder, keys }).map_err(private)
        });
        let doors = doors.transpose()?;
        let gateway = gateway.map(|listener| {
            let at = listener.local_addr().unwrap_or(config.admin.address);
            front.open(listener, &engine, plans).map_err(|error| StartFailure::gateway(at, &error))
        });
        let gateway = gateway.transpose()?;
        let gate = gateway.as_ref().map(|gateway| gateway.gate().clone());
        let reloading = options
            .source
            .clone()
            .map(|source| reload::watch(source, front.clone(), gate, wired.world.clone(), config.clone()));
        let beside = beside.into_iter().chain(reloading).collect();
        let presence = Presence { address: server.address(), token, pid: std::process::id() };
        wired.check_in_background();
        presence.announce(&config.data).map_err(|error| StartFailure::private_file(&config.data, &error))?;
        let protection = protection::keep(&engine);
        let (config, audit) = (config.clone(), front.audit);
        Ok(Self { wired, engine, watching, intake, protection, doors, gateway, beside, audit, app, server, config })
    }

    fn ready(&self, begun: Instant) -> Ready {
        Ready {
            admin: format!("http://{}", self.server.address()),
            inbox: if self.config.stack.is_some() {
                self.wired.inbox.clone()
            } else {
                self.config.inbox.display().to_string()
            },
            doors: self.doors.as_ref().map(|doors| format!("http://{}", doors.address())),
            gateway: self.gateway.as_ref().map(|gateway| format!("http://{}", gateway.address())),
            data: self.config.data.display().to_string(),
            notes: self.wired.notes.clone(),
            millis: begun.elapsed().as_millis(),
        }
    }

    async fn drain(self, config: &Config) {
        self.app.drain();
        if let Some(doors) = self.doors {
            // Whatever they take in is durable or not acknowledged.
            let _ = tokio::task::spawn_blocking(move || doors.stop()).await;
        }
        if let Some(gateway) = self.gateway {
            gateway.stop(config.drain).await;
        }
        self.watching.iter().for_each(tokio::task::JoinHandle::abort);
        if let Some(intake) = self.intake {
            intake.stop();
        }
        open::tell(&self.engine, config.drain).await;
        self.engine.shut_down(config.drain).await;
        self.protection.iter().chain(&self.beside).for_each(tokio::task::JoinHandle::abort);
        if let Err(error) = self.audit.flush().await {
            tracing::error!(error = %error, "the last audit records could not be written");
        }
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

/// The token of the stack, or the one of the data directory, made on first use.
fn token(config: &Config, wired: &Wired) -> std::io::Result<String> {
    match &wired.token {
        Some(token) => presence::keep_token(&config.data, token).map(|()| token.clone()),
        None => presence::token(&config.data),
    }
}

/// What differs between a process and a function.
struct Options<'a> {
    receives: bool,
    peers: Option<Peers>,
    front: Option<&'a Front>,
}

/// The machine: in a container every process is the first.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().chars().take(40).collect()
}

async fn launch(
    config: &Config,
    options: &UpOptions,
    wired: &Wired,
    telemetry: &telemetry::Telemetry,
    chosen: Options<'_>,
) -> Result<Engine, StartFailure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut kinds = rag::kinds(wired.rag.clone(), cores);
    // Where there is nothing to call they say so: a definition that names them must not wait for ever.
    kinds = kinds.with(cueline_patterns::lambda::kind(64)).with(cueline_patterns::states::kind(64));
    if options.bench {
        kinds = kinds.with(cueline_patterns::bench::kind(64));
    }
    if let Some(front) = chosen.front {
        kinds = kinds.with(front.kind());
    }
    kinds = kinds.only(|name| config.serve.kind(name));
    let options = EngineOptions {
        name: format!("cueline-{}-{}", host(), std::process::id()),
        spans: telemetry.spans.clone(),
        peers: chosen.peers,
        receives: chosen.receives,
        resend_after: if wired.peers.is_some() { RESEND_TOGETHER } else { EngineOptions::default().resend_after },
        ..EngineOptions::default()
    };
    Engine::launch(wired.world.clone(), kinds, options).await.map_err(StartFailure::engine)
}

async fn workflows(config: &Config, engine: &Engine) -> Result<(Workflows, Vec<String>), StartFailure> {
    let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned(), Owner::Program);
    let given = rag::definitions().into_iter().chain(cueline_patterns::chat::definitions());
    let mut given: Vec<_> = given.chain([admin::SEARCH]).map(owned).collect();
    if let Some(folder) = &config.definitions {
        given.extend(of_folder(folder).map_err(|error| StartFailure::definitions_folder(folder, &error))?);
    }
    Workflows::open(engine.clone(), given).await.map_err(|(name, error)| StartFailure::definition(&name, &error))
}

fn of_folder(folder: &Path) -> std::io::Result<Vec<(String, String, Owner)>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(Result::ok).collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut found = Vec::new();
    for file in files {
        let name = file.file_name().to_string_lossy().into_owned();
        let Some(workflow) = name.strip_suffix(".asl.json") else { continue };
        found.push((workflow.to_owned(), std::fs::read_to_string(file.path())?, Owner::Folder));
    }
    Ok(found)
}

fn absolute(path: &Path) -> std::path::PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
