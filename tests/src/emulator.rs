//! AWS on this machine: an emulator that is installed once and started for a test, without Docker.
//!
//! Each [`Account`] is an AWS account of its own, so tests do not meet. Where Python or its packages are not to be had, tests
//! say so and pass: nothing here is part of what a user needs.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

/// The emulator and its version: another one may behave otherwise.
const PACKAGE: &str = "ministack==1.5.33";
/// What `deploy/emulate.py` speaks with.
const CLIENT: &str = "boto3==1.43.106";
/// Its region.
pub const REGION: &str = "us-east-1";

/// Runs a program until standard input ends, so that it does not outlive a test that dies.
const KEEPER: &str = "\
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
sys.stdin.read()
child.terminate()
try:
    child.wait(5)
except subprocess.TimeoutExpired:
    child.kill()
";

/// A running emulator.
pub struct Emulator {
    endpoint: String,
    /// Its standard input: the emulator ends with it.
    _keeper: Option<Child>,
}

/// An AWS account in the emulator.
#[derive(Debug, Clone)]
pub struct Account {
    /// Where every service is.
    pub endpoint: String,
    /// Twelve digits: the account.
    pub access_key: String,
}

/// The emulator of this test program, or why there is none.
pub fn emulator() -> Result<&'static Emulator, &'static str> {
    static EMULATOR: OnceLock<Result<Emulator, String>> = OnceLock::new();
    EMULATOR.get_or_init(|| Emulator::start().map_err(|error| format!("{error:#}"))).as_ref().map_err(String::as_str)
}

/// A fresh account; prints why and gives none where there is no emulator.
#[expect(clippy::print_stderr, reason = "what is skipped is said")]
pub fn account(test: &str) -> Option<Account> {
    static ACCOUNTS: AtomicU64 = AtomicU64::new(100_000_000_001);
    match emulator() {
        Ok(emulator) => {
            let number = ACCOUNTS.fetch_add(1, Ordering::Relaxed);
            Some(Account { endpoint: emulator.endpoint.clone(), access_key: number.to_string() })
        }
        Err(reason) => {
            eprintln!("{test}: skipped: no AWS emulator: {reason}");
            None
        }
    }
}

impl Emulator {
    fn start() -> anyhow::Result<Self> {
        if let Ok(endpoint) = std::env::var("CUELINE_TEST_AWS") {
            return Ok(Self { endpoint, _keeper: None });
        }
        let program = installed()?;
        let python = program.with_file_name("python");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let keeper = Command::new(python)
            .args(["-c", KEEPER])
            .arg(&program)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("failed to start the emulator")?;
        let until = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(Instant::now() < until, "the emulator does not answer on port {port}");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { endpoint: format!("http://127.0.0.1:{port}"), _keeper: Some(keeper) })
    }
}

/// The program, installed below the target directory if it is not there yet.
#[expect(clippy::print_stderr, reason = "installing takes half a minute")]
fn installed() -> anyhow::Result<PathBuf> {
    let home = target()?.join("emulator");
    let program = home.join("bin/ministack");
    let complete = std::fs::read_to_string(home.join("complete")).unwrap_or_default();
    if complete == format!("{PACKAGE} {CLIENT}") {
        return Ok(program);
    }
    eprintln!("installing {PACKAGE} into {}", home.display());
    run(Command::new("python3").args(["-m", "venv"]).arg(&home)).context("Python 3 with venv is needed")?;
    run(Command::new(home.join("bin/python")).args(["-m", "pip", "install", "--quiet", PACKAGE, CLIENT]))?;
    ensure!(program.is_file(), "{PACKAGE} brought no program");
    std::fs::File::create(home.join("complete"))?.write_all(format!("{PACKAGE} {CLIENT}").as_bytes())?;
    Ok(program)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("it failed"));
    }
    Ok(())
}

/// The Python that the emulator runs in: it has boto3.
///
/// # Errors
/// When it could not be installed.
pub fn python() -> anyhow::Result<PathBuf> {
    Ok(installed()?.with_file_name("python"))
}

/// `…/target`, whatever the profile.
///
/// # Errors
/// When the test does not lie in one.
pub fn target() -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let target = here.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.or_else(|| here.parent()).map(Path::to_owned).context("no target directory")
}
