//! Clients that nobody here wrote against the OpenAI-compatible API: the OpenAI SDKs for Python and Node, LangChain, an
//! EventSource, the AI SDK. Where they are not to be had this says so.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test is an assertion and says what it saw"
)]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{fmt::Write, path::Path, process::Command};

use anyhow::{Context, ensure};
use cueline_tests::{
    clients,
    system::Cueline,
    upstream::{Upstream, words},
};

/// A process before a provider, and where its API is.
async fn rig() -> anyhow::Result<(Cueline, String, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let upstream = Upstream::start().await?;
    let mut config = String::new();
    for name in ["ok", "echo", "ok-500-3", "tool", "json", "s429", "s500", "cut", "error", "nofinish"] {
        writeln!(config, "[chat.{name}]\nbase_url = \"{}\"\nmodel = \"{name}\"", upstream.url)?;
        writeln!(config, "[targets.{name}]\nbreaker_failures = 1000")?;
        if name != "ok" {
            writeln!(config, "[policies.{name}-on]\ntargets = [\"{name}\", \"ok\"]\nafter_first = \"continue\"")?;
        }
    }
    let file = folder.path().join("cueline.toml");
    std::fs::write(&file, config)?;
    let mut cueline = Cueline::on(&folder.path().join("data"));
    cueline.set("CUELINE_CONFIG", &file.display().to_string());
    tokio::task::block_in_place(|| cueline.up())?;
    let status = tokio::task::block_in_place(|| cueline.json(&["status"]))?;
    let base = format!("{}/v1", status["gateway"].as_str().context("no gateway")?);
    Ok((cueline, base, folder))
}

fn script(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(name).display().to_string()
}

fn run(mut command: Command) -> anyhow::Result<()> {
    let done = command.output()?;
    let out = String::from_utf8_lossy(&done.stdout);
    println!("{out}");
    ensure!(done.status.success() && out.trim_end().ends_with("all"), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_in_python_work_unchanged() {
    let python = match clients::openai_python() {
        Ok(python) => python,
        Err(error) => return eprintln!("clients_in_python_work_unchanged: skipped: {error:#}"),
    };
    let (_cueline, base, _folder) = rig().await.unwrap();
    let mut command = Command::new(python);
    command.args([script("openai_client.py"), base, words(20)]);
    tokio::task::block_in_place(|| run(command)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_responses_api_works_with_openais_own_client_and_over_a_socket() {
    let python = match clients::openai_python() {
        Ok(python) => python,
        Err(error) => {
            return eprintln!("the_responses_api_works_with_openais_own_client_and_over_a_socket: skipped: {error:#}");
        }
    };
    let (_cueline, base, _folder) = rig().await.unwrap();
    for name in ["responses.py", "responses_socket.py"] {
        let mut command = Command::new(&python);
        command.args([script(name), base.clone(), words(20)]);
        tokio::task::block_in_place(|| run(command)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_in_node_work_unchanged() {
    let home = match clients::openai_node() {
        Ok(home) => home,
        Err(error) => return eprintln!("clients_in_node_work_unchanged: skipped: {error:#}"),
    };
    let (_cueline, base, _folder) = rig().await.unwrap();
    for (name, more) in [("openai_client.mjs", None), ("use_chat.mjs", Some(words(500)))] {
        let mut command = Command::new("node");
        command.args([script(name), home.display().to_string(), base.clone(), words(20)]).args(more);
        tokio::task::block_in_place(|| run(command)).unwrap();
    }
}
