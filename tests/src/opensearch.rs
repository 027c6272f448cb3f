//! A real OpenSearch node on this machine, without Docker: started once for a test program, gone with it.
//!
//! `CUELINE_TEST_OPENSEARCH` names a node that runs already, e.g. `http://127.0.0.1:9200`; it needs the k-NN plugin.
//!
//! The node has no security plugin, so it reads no signatures; [`serverless`] stands in front of it where they matter.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

use crate::maven::Program;

pub mod serverless;
pub mod site;

/// Most megabytes of its heap.
const HEAP: u32 = 600;

/// A running node.
pub struct Node {
    endpoint: String,
    /// It ends when the pipe of its standard input ends.
    _process: Option<Child>,
}

/// The node of this test program, or why there is none.
///
/// # Errors
/// When Java, Maven or the artifacts are not to be had, or the node does not start.
pub fn node() -> Result<&'static Node, &'static str> {
    static NODE: OnceLock<Result<Node, String>> = OnceLock::new();
    NODE.get_or_init(|| Node::start().map_err(|error| format!("{error:#}"))).as_ref().map_err(String::as_str)
}

/// The same; prints why and gives none where there is no node.
#[expect(clippy::print_stderr, reason = "what is skipped is said")]
pub fn node_for(test: &str) -> Option<&'static Node> {
    match node() {
        Ok(node) => Some(node),
        Err(reason) => {
            eprintln!("{test}: skipped: no OpenSearch node: {reason}");
            None
        }
    }
}

impl Node {
    /// Where it answers, e.g. `http://127.0.0.1:40123`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn start() -> anyhow::Result<Self> {
        if let Ok(endpoint) = std::env::var("CUELINE_TEST_OPENSEARCH") {
            return Ok(Self { endpoint, _process: None });
        }
        let program = Program::fetched("opensearch-node", "OpenSearchNode", &["lib", "plugin"])?;
        let home = fresh_home(&program.home)?;
        let log = home.join("log");
        let mut process = program
            .command(HEAP)
            .arg(&home)
            .stdin(Stdio::piped())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .spawn()
            .context("failed to start Java")?;
        let until = Instant::now() + Duration::from_secs(180);
        let address = loop {
            if let Ok(address) = fs::read_to_string(home.join("address")) {
                break address;
            }
            if process.try_wait()?.is_some() {
                let words = fs::read_to_string(&log).unwrap_or_default();
                bail!("it ended: {}", words.lines().find(|line| line.contains("rror")).unwrap_or("without a word"));
            }
            ensure!(Instant::now() < until, "it does not answer, see {}", log.display());
            std::thread::sleep(Duration::from_millis(50));
        };
        Ok(Self { endpoint: format!("http://{address}"), _process: Some(process) })
    }
}

/// A folder for this process; those of processes that have ended are removed.
fn fresh_home(below: &Path) -> anyhow::Result<PathBuf> {
    let runs = below.join("runs");
    fs::create_dir_all(&runs)?;
    for entry in fs::read_dir(&runs)?.flatten() {
        let lives = entry.file_name().to_str().is_some_and(|id| Path::new("/proc").join(id).exists());
        if !lives {
            // Somebody else may be removing it, too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let home = runs.join(std::process::id().to_string());
    fs::create_dir_all(&home)?;
    Ok(home)
}
