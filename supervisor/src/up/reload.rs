//! A configuration that changes while the process runs: models, targets, policies, splits, guards, alerts and what the gateway
//! shows are taken anew, for requests that come from then on. A file that is wrong changes nothing and is named with what is wrong.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use cueline_runtime::World;
use tokio::task::JoinHandle;

use super::front::Front;
use crate::{config::Config, gateway::Gate};

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Reads the configuration again, as it was read first.
pub type Read = dyn Fn() -> Result<Config, String> + Send + Sync;

/// Where a configuration came from.
#[derive(Clone)]
pub struct Source {
    /// The file.
    pub file: PathBuf,
    /// Reads it, with what else counts. An error is for people: file, line, key, fix.
    pub read: Arc<Read>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("file", &self.file).finish_non_exhaustive()
    }
}

/// When a file was written and how long it is; `None` while it is not there.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(file: &Path) -> Stamp {
    let of = std::fs::metadata(file).ok()?;
    Some((of.modified().ok()?, of.len()))
}

/// Looks at the file until dropped.
pub(super) fn watch(source: Source, front: Front, gate: Option<Gate>, world: World, config: Config) -> JoinHandle<()> {
    tokio::spawn(async move {
        let (mut seen, mut config) = (stamp(&source.file), config);
        loop {
            world.clock.sleep(LOOK).await;
            let now = stamp(&source.file);
            // A file that is gone is being replaced.
            if now == seen || now.is_none() {
                continue;
            }
            seen = now;
            match (source.read)() {
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
            splits, guards, alerts and what answers show count from now on"
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
    rest.router = None;
    if let Some(gateway) = &mut rest.gateway {
        gateway.after_first = cueline_domain::chat::attempts::AfterFirst::default();
        gateway.shown = crate::config::gateway::Shown::default();
        gateway.cache = None;
        gateway.weights.clear();
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
        for same in
            [model, "[gateway]\nlinks = ['example.org']\ncache = { seconds = 5 }\n", "[guards.g]\nrules = 'usual'\n"]
        {
            assert_eq!(needs_restart(&of(same)), base, "{same}");
        }
        for other in ["inbox = 'elsewhere'\n", "[gateway]\naddress = '127.0.0.1:1'\n", "drain_seconds = 3\n"] {
            assert_ne!(needs_restart(&of(other)), base, "{other}");
        }
    }
}
