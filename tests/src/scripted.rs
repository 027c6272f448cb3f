//! Scripted chat models on this machine: an emulator of others that answers Converse from a file of fixtures.
//!
//! Installed once below the target directory. Where Node or the package is not to be had, tests say so and pass.
//!
//! Known to be wrong: it opens a block of text with an empty `contentBlockStart`, which Bedrock never sends and the SDK refuses.
//! So text is asked of it in one piece, and streams of text are tested on our own stub.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::emulator::target;

/// The emulator and its version: another one may behave otherwise.
const PACKAGE: &str = "@copilotkit/aimock@1.43.0";

/// Runs a program until standard input ends, so that it does not outlive a test that dies.
const KEEPER: &str = "\
const child = require('child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'ignore' });
child.on('exit', () => process.exit());
process.stdin.resume();
process.stdin.on('end', () => child.kill());
";

/// A running emulator; it ends when this is dropped.
pub struct Scripted {
    /// Where it listens.
    pub endpoint: String,
    /// Its standard input: the emulator ends with it.
    keeper: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// An emulator with these fixtures; prints why and gives none where it cannot be had.
#[expect(clippy::print_stderr, reason = "what is skipped is said")]
pub fn scripted(test: &str, fixtures: &Value) -> Option<Scripted> {
    match start(fixtures) {
        Ok(scripted) => Some(scripted),
        Err(reason) => {
            eprintln!("{test}: skipped: no scripted models: {reason:#}");
            None
        }
    }
}

fn start(fixtures: &Value) -> anyhow::Result<Scripted> {
    let program = installed()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("fixtures.json");
    std::fs::write(&file, fixtures.to_string())?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let keeper = Command::new("node")
        .args(["-e", KEEPER])
        .arg(program)
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-f"])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("failed to start it")?;
    let scripted = Scripted { endpoint: format!("http://127.0.0.1:{port}"), keeper, _folder: folder };
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(Instant::now() < until, "it does not answer on port {port}");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(scripted)
}

/// The program, installed below the target directory if it is not there yet.
#[expect(clippy::print_stderr, reason = "installing takes a while")]
fn installed() -> anyhow::Result<PathBuf> {
    let home = target()?.join("scripted");
    let program = home.join("node_modules/.bin/llmock");
    let marker = home.join("complete");
    if std::fs::read_to_string(&marker).is_ok_and(|complete| complete == PACKAGE) {
        return Ok(program);
    }
    eprintln!("installing {PACKAGE} into {}", home.display());
    std::fs::create_dir_all(&home)?;
    let mut install = Command::new("npm");
    install.arg("install").arg("--prefix").arg(&home).args(["--silent", "--no-audit", "--no-fund", PACKAGE]);
    let output = install.stdin(Stdio::null()).output().context("Node with npm is needed")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "npm: {}", said.lines().last().unwrap_or("it failed"));
    ensure!(program.is_file(), "{PACKAGE} brought no program");
    std::fs::File::create(marker)?.write_all(PACKAGE.as_bytes())?;
    Ok(program)
}
