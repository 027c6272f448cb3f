//! A configuration that changes while the process runs: models, targets, policies, splits, tenants, guards, alerts and what the
//! gateway shows are taken anew, for requests that come from then on. A file that is wrong changes nothing and is named with what is wrong.

use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use cueline_ports::{PortErrorKind, PortResult};
use cueline_runtime::World;
use tokio::task::JoinHandle;

use super::front::Front;
use crate::{
    config::Config,
    gateway::Gate,
    wiring::{KEPT_KEY, kept_bucket},
};

/// How often a file is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How often it is asked for what a stack keeps: every process asks, and each time is billed.
const SELDOM: Duration = Duration::from_secs(30);

/// Reads a configuration again, as it was read first. An error is for people: file, line, key, fix.
pub type Read = dyn Fn(Option<String>) -> Result<Config, String> + Send + Sync;

/// Where a configuration came from.
#[derive(Clone)]
pub enum Source {
    /// A file of this machine.
    File {
        /// Which one.
        file: PathBuf,
        /// Reads it, with what else counts.
        read: Arc<Read>,
    },
    /// The stack keeps it.
    Stack {
        /// Reads its text, with what else counts.
        read: Arc<Read>,
    },
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, .. } => f.debug_struct("File").field("file", file).finish_non_exhaustive(),
            Self::Stack { .. } => f.debug_struct("Stack").finish_non_exhaustive(),
        }
    }
}

/// By what it is seen that something changed; `None` while there is nothing.
#[derive(Debug, Clone, PartialEq)]
enum Stamp {
    /// When a file was written and how long it is.
    File(SystemTime, u64),
    /// What an object is called by its store.
    Etag(String),
}

impl Source {
    async fn stamp(&self, world: &World) -> Option<Stamp> {
        match self {
            Self::File { file, .. } => {
                let of = std::fs::metadata(file).ok()?;
                Some(Stamp::File(of.modified().ok()?, of.len()))
            }
            Self::Stack { .. } => match world.objects.head(&kept_bucket().ok()?, KEPT_KEY).await {
                Ok(meta) => Some(Stamp::Etag(meta.etag)),
                Err(error) => {
                    if error.kind != PortErrorKind::NotFound {
                        tracing::warn!(error = %error, "the configuration that the stack keeps cannot be looked at");
                    }
                    None
                }
            },
        }
    }

    async fn read(&self, world: &World) -> Result<Config, String> {
        match self {
            Self::File { read, .. } => read(None),
            Self::Stack { read } => {
                let text = kept_text(world).await.map_err(|error| error.to_string())?;
                read(Some(text))
            }
        }
    }

    fn pause(&self) -> Duration {
        match self {
            Self::File { .. } => LOOK,
            Self::Stack { .. } => SELDOM,
        }
    }
}

async fn kept_text(world: &World) -> PortResult<String> {
    let (_, body) = world.objects.get(&kept_bucket()?, KEPT_KEY).await?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// Looks at it until dropped.
pub(super) fn watch(source: Source, front: Front, gate: Option<Gate>, world: World, config: Config) -> JoinHandle<()> {
    tokio::spawn(async move {
        let (mut seen, mut config) = (source.stamp(&world).await, config);
        loop {
            world.clock.sleep(source.pause()).await;
            let now = source.stamp(&world).await;
            // What is gone is being replaced, or cannot be looked at.
            if now == seen || now.is_none() {
                continue;
            }
            seen = now;
            match source.read(&world).await {
                Ok(next) => config = take(next, config, &front, gate.as_ref(), &world).await,
                Err(problem) => {
                    tracing::error!("the changed configuration is not taken, the one before goes on: {problem}");
                }
            }
        }
    })
}

/// What counts from now on.
async fn take(next: Config, before: Config, front: &Front, gate: Option<&Gate>, world: &World) -> Config {
    if needs_restart(&next) != needs_restart(&before) {
        tracing::warn!(
            "some of what changed in the configuration counts from the next start on; models, targets, policies, \
            splits, tenants, guards, alerts and what answers show count from now on"
        );
    }
    match front.exchange(world, &next, gate).await {
        Ok(targets) => {
            tracing::info!(targets, "the changed configuration counts from now on");
            next
        }
        Err(problem) => {
            tracing::error!("the changed configuration is not taken, the one before goes on: {problem}");
            before
        }
    }
}

/// Everything that a running process does not take anew, to be compared.
fn needs_restart(config: &Config) -> String {
    let mut rest = config.clone();
    rest.chat.clear();
    rest.targets.clear();
    rest.policies.clear();
    rest.splits.clear();
    rest.guards.clear();
    rest.alerts.clear();
    rest.tenants.clear();
    rest.router = None;
    if let Some(gateway) = &mut rest.gateway {
        gateway.after_first = cueline_domain::chat::attempts::AfterFirst::default();
        gateway.shown = crate::config::gateway::Shown::default();
        gateway.cache = None;
    }
    format!("{rest:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    #[test]
    fn what_needs_a_restart_is_told_from_what_does_not() {
        let of = |text: &str| Config::of_text("cueline.toml", text.to_owned(), &Overrides::default()).unwrap();
        let base = needs_restart(&of(""));
        let model = "[chat.a]\nbase_url = 'http://127.0.0.1:1/v1'\nmodel = 'm'\n";
        for same in [
            model,
            "[gateway]\nlinks = ['example.org']\ncache = { seconds = 5 }\n",
            "[guards.g]\nrules = 'usual'\n",
            "[tenants.a]\nconcurrent = 2\n",
        ] {
            assert_eq!(needs_restart(&of(same)), base, "{same}");
        }
        for other in ["inbox = 'elsewhere'\n", "[gateway]\naddress = '127.0.0.1:1'\n", "drain_seconds = 3\n"] {
            assert_ne!(needs_restart(&of(other)), base, "{other}");
        }
    }
}
