//! What tests take from a JVM: artifacts that Maven fetches once into the target directory, and programs of ours in Java.
//!
//! Where Java or Maven are not to be had, tests say so and pass: nothing here is part of what a user needs.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail};

use crate::emulator::target;

/// A program of `tests/data/<name>` with the artifacts of its `pom.xml`.
pub struct Program {
    /// Where the artifacts lie, and what the program writes.
    pub home: PathBuf,
    source: PathBuf,
    class_path: String,
}

impl Program {
    /// The program `<name>/<class>.java`, its artifacts fetched if they are not there yet.
    ///
    /// # Errors
    /// When Java 17 or Maven are missing, or the artifacts are not to be had.
    #[expect(clippy::print_stderr, reason = "fetching takes half a minute")]
    pub fn fetched(name: &str, class: &str, folders: &[&str]) -> anyhow::Result<Self> {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
        let pom = data.join("pom.xml");
        let home = target()?.join(name);
        fs::create_dir_all(&home)?;
        let version = run(Command::new("java").arg("-version")).context("Java is needed")?;
        let major = version.split('"').nth(1).and_then(|version| version.split('.').next()?.parse::<u32>().ok());
        if major.is_none_or(|major| major < 17) {
            bail!("Java 17 is needed");
        }
        // Several test programs may begin at once.
        let lock = File::create(home.join("lock"))?;
        lock.lock()?;
        let wanted = fs::read_to_string(&pom)?;
        if fs::read_to_string(home.join("complete")).unwrap_or_default() != wanted {
            eprintln!("fetching the artifacts of {} into {}", pom.display(), home.display());
            let define = format!("-Dhome={}", home.display());
            run(Command::new("mvn").args(["-q", "-B", "-f"]).arg(&pom).args([&define, "package"]))
                .context("Maven is needed")?;
            fs::write(home.join("complete"), wanted)?;
        }
        let jars = folders.iter().map(|folder| format!("{}/*", home.join(folder).display()));
        let class_path = jars.collect::<Vec<_>>().join(":");
        Ok(Self { source: data.join(format!("{class}.java")), class_path, home })
    }

    /// How it is started, with at most so many megabytes of heap.
    pub fn command(&self, megabytes: u32) -> Command {
        let mut command = Command::new("java");
        command
            .arg(format!("-Xmx{megabytes}m"))
            .args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", &self.class_path])
            .arg(&self.source);
        command
    }
}

/// What a program wrote, wherever it did.
fn run(command: &mut Command) -> anyhow::Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{:?}", command.get_program()))?;
    let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    if !output.status.success() {
        let error = text.lines().find(|line| line.contains("ERROR")).or(text.lines().last());
        bail!("{:?}: {}", command.get_program(), error.unwrap_or("it failed"));
    }
    Ok(text)
}
