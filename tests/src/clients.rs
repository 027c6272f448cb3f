//! Clients that others wrote, installed once below the target directory, for tests of what they talk to.
//!
//! Where Python or Node or their packages are not to be had, tests say so and pass: nothing here is part of what a user
//! needs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, bail, ensure};

use crate::emulator::target;

/// The AWS CLI and boto3, of versions that share one botocore.
const PYTHON: &[&str] = &["awscli==1.46.3", "boto3==1.44.3"];
/// The JavaScript SDK.
const NODE: &[&str] =
    &["@aws-sdk/client-s3@3.1175.0", "@aws-sdk/client-eventbridge@3.1169.0", "@aws-sdk/s3-request-presigner@3.1169.0"];

/// Tests of one binary ask for the same at the same time.
static INSTALLING: Mutex<()> = Mutex::new(());

/// Clients of OpenAI's API.
const OPENAI_PYTHON: &[&str] = &[
    "openai==2.54.0",
    "langchain-openai",
    "llama-index-llms-openai-like",
    "llama-index-embeddings-openai-like",
    "websockets",
];
/// The same for Node, an EventSource, and the AI SDK with its hook for React.
const OPENAI_NODE: &[&str] = &[
    "openai@6.49.0",
    "eventsource@4.1.1",
    "ai",
    "@ai-sdk/openai-compatible",
    "@ai-sdk/react",
    "react@19",
    "react-test-renderer@19",
    "zod",
];

/// Python with the clients of OpenAI's API.
///
/// # Errors
/// As [`venv`].
pub fn openai_python() -> anyhow::Result<PathBuf> {
    Ok(venv("openai-clients", OPENAI_PYTHON)?.join("bin/python"))
}

/// A folder in which Node finds the clients of OpenAI's API.
///
/// # Errors
/// When Node, npm or a package is not to be had.
pub fn openai_node() -> anyhow::Result<PathBuf> {
    modules("openai-clients-node", OPENAI_NODE)
}

/// A virtual environment with packages, below the target directory.
///
/// # Errors
/// When Python 3 with venv or a package is not to be had.
pub fn venv(name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let home = target()?.join(name);
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if is_complete(&home, packages) {
        return Ok(home);
    }
    told(&home, packages);
    run(Command::new("python3").args(["-m", "venv"]).arg(&home)).context("Python 3 with venv is needed")?;
    run(Command::new(home.join("bin/python")).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
    complete(&home, packages)?;
    Ok(home)
}

/// The programs of Python: `bin/aws`, and `bin/python` with boto3.
///
/// # Errors
/// As [`venv`].
pub fn python() -> anyhow::Result<PathBuf> {
    Ok(venv("aws-clients", PYTHON)?.join("bin"))
}

/// A folder in which Node finds the JavaScript SDK.
///
/// # Errors
/// When Node, npm or a package is not to be had.
pub fn node() -> anyhow::Result<PathBuf> {
    modules("aws-clients-node", NODE)
}

fn modules(name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let home = target()?.join(name);
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if is_complete(&home, packages) {
        return Ok(home);
    }
    run(Command::new("node").arg("--version")).context("Node is needed")?;
    told(&home, packages);
    fs::create_dir_all(&home)?;
    fs::write(home.join("package.json"), "{\"private\": true}")?;
    let install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    run(Command::new("npm").args(install).args(packages).current_dir(&home))?;
    complete(&home, packages)?;
    Ok(home)
}

#[expect(clippy::print_stderr, reason = "installing takes a while")]
fn told(home: &Path, packages: &[&str]) {
    eprintln!("installing {} into {}", packages.join(" "), home.display());
}

fn is_complete(home: &Path, packages: &[&str]) -> bool {
    fs::read_to_string(home.join("complete")).is_ok_and(|done| done == packages.join(" "))
}

fn complete(home: &Path, packages: &[&str]) -> anyhow::Result<()> {
    ensure!(home.is_dir(), "{} was not made", home.display());
    Ok(fs::write(home.join("complete"), packages.join(" "))?)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("it failed"));
    }
    Ok(())
}
