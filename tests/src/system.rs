//! The real binary, driven as a person would: `up`, files in a folder, commands, `kill -9`.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

/// The binary under test, built if it is not there yet.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        #[expect(clippy::expect_used, reason = "without the binary there is nothing to test")]
        build().expect("failed to build cueline")
    })
}

fn build() -> anyhow::Result<PathBuf> {
    // …/target/<profile>/deps/<this test>, …/target/<profile>/<this benchmark>
    let here = std::env::current_exe()?;
    let mut folder = here.parent().context("no target directory")?;
    if folder.ends_with("deps") {
        folder = folder.parent().context("no target directory")?;
    }
    let mut command = Command::new(env!("CARGO"));
    // With every package, so that features are the same as in the test run, and nothing is compiled twice.
    command.args(["build", "--workspace", "--bin", "cueline"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    // What cargo tells a test about itself would make build scripts that listen to it build everything anew.
    for (name, _) in std::env::vars_os() {
        let is_about_us =
            name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if is_about_us {
            command.env_remove(name);
        }
    }
    if folder.file_name().is_some_and(|profile| profile == "release") {
        command.arg("--release");
    }
    command.arg("--target-dir").arg(folder.parent().context("no target directory")?);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "cargo build failed");
    Ok(folder.join("cueline"))
}

/// A data directory and the process that runs on it.
pub struct Cueline {
    data: PathBuf,
    process: Option<Child>,
    logging: Option<JoinHandle<()>>,
    environment: Vec<(String, String)>,
}

impl Cueline {
    /// On a data directory; nothing runs yet.
    pub fn on(data: &Path) -> Self {
        // No weights: what a fresh clone has.
        let models = ("CUELINE_MODELS".to_owned(), data.join("no-models").display().to_string());
        Self { data: data.to_owned(), process: None, logging: None, environment: vec![models] }
    }

    /// The watched folder.
    pub fn inbox(&self) -> PathBuf {
        self.data.join("inbox")
    }

    /// Its process stands still as of Ctrl-Z, or goes on.
    ///
    /// # Errors
    /// When nothing runs.
    pub fn pause(&self, is_paused: bool) -> anyhow::Result<()> {
        let pid = self.process.as_ref().context("nothing runs")?.id().to_string();
        let signal = if is_paused { "-STOP" } else { "-CONT" };
        ensure!(Command::new("kill").args([signal, &pid]).status()?.success(), "kill {signal} failed");
        Ok(())
    }

    /// Starts it and waits for its ready line.
    pub fn up(&mut self) -> anyhow::Result<Duration> {
        self.up_with(&[])
    }

    /// As [`Self::up`], with more arguments.
    pub fn up_with(&mut self, arguments: &[&str]) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let mut child = Command::new(binary())
            .args(["up", "--admin", "127.0.0.1:0", "--doors", "127.0.0.1:0"])
            .arg("--data")
            .arg(&self.data)
            .args(arguments)
            .envs(self.environment())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().context("no output")?;
        let errors = child.stderr.take().context("no errors")?;
        let log = fs::OpenOptions::new().create(true).append(true).open(self.data.with_extension("log"))?;
        self.logging = Some(std::thread::spawn(move || {
            let mut log = log;
            let _ = std::io::copy(&mut BufReader::new(errors), &mut log);
        }));
        self.process = Some(child);
        let mut lines = BufReader::new(out).lines();
        for line in lines.by_ref() {
            if line?.contains("ready") {
                let took = began.elapsed();
                let printed = self.data.with_extension("out");
                std::thread::spawn(move || {
                    let lines: Vec<String> = lines.map_while(Result::ok).collect();
                    let _ = fs::write(printed, lines.join("\n"));
                });
                return Ok(took);
            }
        }
        let log = fs::read_to_string(self.data.with_extension("log")).unwrap_or_default();
        bail!("cueline ended before it was ready:\n{}", log.lines().rev().take(12).collect::<Vec<_>>().join("\n"))
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill()?;
            process.wait()?;
        }
        self.log_is_written();
        Ok(())
    }

    /// Ctrl-C, and waits for the end.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        if let Some(mut process) = self.process.take() {
            let pid = process.id().to_string();
            Command::new("kill").args(["-TERM", &pid]).status()?;
            ensure!(process.wait()?.success(), "cueline did not stop cleanly");
        }
        self.log_is_written();
        Ok(())
    }

    /// What a process that is gone has said is in the log file.
    fn log_is_written(&mut self) {
        if let Some(logging) = self.logging.take() {
            let _ = logging.join();
        }
    }

    /// A command with `--json`; its output, whatever its exit code.
    pub fn json(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.command(arguments).arg("--json").output()?;
        serde_json::from_slice(&output.stdout).with_context(|| {
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            format!("cueline {}: {errors}", arguments.join(" "))
        })
    }

    /// A command as people type it: exit code, output, errors.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<(i32, String, String)> {
        let output = self.command(arguments).output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr)))
    }

    /// What was set, and a free port where several processes would want the same one.
    fn environment(&self) -> Vec<(String, String)> {
        let is_set = |wanted: &str| self.environment.iter().any(|(name, _)| name == wanted);
        let mut environment = self.environment.clone();
        if !is_set("CUELINE_STACK") && !is_set("CUELINE_GATEWAY") {
            environment.push(("CUELINE_GATEWAY".to_owned(), "127.0.0.1:0".to_owned()));
        }
        environment
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).env("CUELINE_DATA", &self.data).envs(self.environment());
        command
    }

    /// The log of every process so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.data.with_extension("log")).unwrap_or_default()
    }

    /// What the last process that has ended wrote to standard output after its ready line; waits a moment for it.
    pub fn printed(&self) -> anyhow::Result<String> {
        let path = self.data.with_extension("out");
        for _ in 0..100 {
            if let Ok(text) = fs::read_to_string(&path) {
                return Ok(text);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("{} was not written", path.display())
    }

    /// Address and token of its admin interface.
    ///
    /// # Errors
    /// When it does not run.
    pub fn admin(&self) -> anyhow::Result<(String, String)> {
        let presence: Value = serde_json::from_slice(&fs::read(self.data.join("admin.json"))?)?;
        let text = |name: &str| presence[name].as_str().unwrap_or_default().to_owned();
        Ok((text("address"), text("token")))
    }

    /// A request to the admin interface with its token: status and body; `Null` when that is no JSON.
    pub fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> anyhow::Result<(u16, Value)> {
        let (address, token) = self.admin()?;
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        if !headers.iter().any(|(name, _)| *name == "Authorization") {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut stream = TcpStream::connect(&address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.write_all(request.as_bytes())?;
        stream.write_all(b"\r\n")?;
        // Who refuses early may hang up before everything is sent.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, rest) = answer.split_once("\r\n\r\n").context("no answer")?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        Ok((status, serde_json::from_str(rest).unwrap_or_default()))
    }

    /// Sets a variable of the environment of everything that is started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// A command before it is started, for those who want its pipes.
    pub fn prepared(&self, arguments: &[&str]) -> Command {
        self.command(arguments)
    }

    /// Every document of the ledger.
    pub fn documents(&self) -> anyhow::Result<Vec<Value>> {
        let listed = self.json(&["documents", "list", "--limit", "100000"])?;
        let items = listed.as_array().or_else(|| listed["items"].as_array());
        Ok(items.context("no list of documents")?.clone())
    }

    /// Waits until `wanted` documents are known and none is on its way.
    pub fn settled(&self, wanted: usize, patience: Duration) -> anyhow::Result<Vec<Value>> {
        let until = Instant::now() + patience;
        loop {
            let documents = self.documents()?;
            let settled = documents.iter().filter(|document| is_settled(document)).count();
            if documents.len() >= wanted && settled == documents.len() {
                return Ok(documents);
            }
            if Instant::now() > until {
                let open: Vec<String> =
                    documents.iter().filter(|d| !is_settled(d)).take(5).map(Value::to_string).collect();
                bail!("{settled} of {} documents settled, {wanted} wanted; e.g. {open:?}", documents.len());
            }
            // The system under test is another process: its clock is the wall's.
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Cueline {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Nothing more will happen to it by itself.
pub fn is_settled(document: &Value) -> bool {
    matches!(document["state"].as_str(), Some("searchable" | "refused" | "failed" | "deleted"))
}

/// How often the body of each task began, over all processes, as they logged it with `cueline_runtime::worker=debug`.
///
/// # Panics
/// When a line names no task.
#[expect(clippy::expect_used, reason = "what cannot be read was not counted")]
pub fn bodies_begun(log: &str) -> BTreeMap<(String, String), usize> {
    let mut begun = BTreeMap::new();
    for line in log.lines().filter(|line| line.contains("task begun")) {
        let field = |name: &str| {
            let rest = line.split_once(name)?.1;
            Some(rest.split_whitespace().next()?.to_owned())
        };
        let task = field("execution=").zip(field("task="));
        *begun.entry(task.expect("the line names the task")).or_default() += 1;
    }
    begun
}

/// Deterministic pseudo-random numbers, so that a run can be repeated.
pub struct Draw(u64);

impl Draw {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next one.
    #[expect(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
