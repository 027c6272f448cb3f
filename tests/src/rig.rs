//! The real binary before a provider that fails in every way, and a client of its gateway.

use std::{fmt::Write, path::PathBuf, time::Duration};

use anyhow::{Context, bail, ensure};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{system::Cueline, upstream::Upstream};

/// Kinds of faults, as the provider knows them.
pub const FAULTS: &[&str] = &[
    "s429", "s500", "s401", "gone", "cut", "error", "early", "empty", "invented", "garbled", "nofinish", "stall",
    "slow", "bomb",
];

/// A process before a provider: for every fault a target that fails so, and one that is healthy.
pub struct Rig {
    /// The process.
    pub cueline: Cueline,
    /// Where its gateway is.
    pub gateway: String,
    /// A client.
    pub http: reqwest::Client,
    /// The provider.
    pub upstream: Upstream,
    /// Its configuration.
    pub file: PathBuf,
    _folder: tempfile::TempDir,
}

/// What a client got.
#[derive(Debug, Default)]
pub struct Got {
    /// HTTP.
    pub status: u16,
    /// Words of the first answer.
    pub text: String,
    /// Why it ended.
    pub finish: Option<String>,
    /// Code of an error.
    pub error: Option<String>,
    /// `[DONE]` was said.
    pub done: bool,
    /// Changes of the target.
    pub seams: usize,
    /// Of events.
    pub ids: Vec<String>,
    /// Words as they came.
    pub pieces: Vec<String>,
    /// Citations.
    pub annotations: Vec<Value>,
    /// As told.
    pub usage: Value,
    /// A whole body; of a stream its id.
    pub body: Value,
}

impl Rig {
    /// Starts it, with `more` in its configuration, where `URL` is the provider.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(more: &str) -> anyhow::Result<Self> {
        cueline::wiring::install_tls();
        let folder = tempfile::tempdir()?;
        let upstream = Upstream::start().await?;
        let mut config = String::new();
        let url = &upstream.url;
        for name in FAULTS.iter().copied().chain([
            "ok",
            "echo",
            "ok-20-30",
            "ok-20-150",
            "ok-500-3",
            "split",
            "nodone",
            "leaky",
        ]) {
            writeln!(config, "[chat.{name}]\nbase_url = \"{url}\"\nmodel = \"{name}\"")?;
            writeln!(
                config,
                "[targets.{name}]\nfirst_token_seconds = 0.7\ngap_seconds = 0.7\nanswer_seconds = 1.4\ncontext = 8000"
            )?;
            // Faults are told one by one here: none is left alone for the others before.
            writeln!(config, "breaker_failures = 1000")?;
            writeln!(config, "price = {{ input = 1.0, output = 2.0 }}")?;
        }
        for name in FAULTS {
            writeln!(config, "[policies.{name}]\ntargets = [\"{name}\", \"ok\"]")?;
            writeln!(config, "[policies.{name}-on]\ntargets = [\"{name}\", \"ok\"]\nafter_first = \"continue\"")?;
        }
        config.push_str(&more.replace("URL", url));
        let file = folder.path().join("cueline.toml");
        std::fs::write(&file, config)?;
        let mut cueline = Cueline::on(&folder.path().join("data"));
        cueline.set("CUELINE_CONFIG", &file.display().to_string());
        tokio::task::block_in_place(|| cueline.up())?;
        let mut rig = Self {
            cueline,
            gateway: String::new(),
            file,
            http: reqwest::Client::builder().no_proxy().build()?,
            upstream,
            _folder: folder,
        };
        rig.look()?;
        Ok(rig)
    }

    /// Where the gateway is now.
    ///
    /// # Errors
    /// When there is none.
    pub fn look(&mut self) -> anyhow::Result<()> {
        let status = tokio::task::block_in_place(|| self.cueline.json(&["status"]))?;
        self.gateway = status["gateway"].as_str().context("no gateway")?.to_owned();
        Ok(())
    }

    /// A request that says something to a model.
    pub fn request(&self, model: &str, stream: bool) -> reqwest::RequestBuilder {
        let mut body = json!({ "model": model, "messages": [{ "role": "user", "content": "Say something." }] });
        if stream {
            body["stream"] = json!(true);
            body["stream_options"] = json!({ "include_usage": true });
        }
        self.http.post(format!("{}/v1/chat/completions", self.gateway)).json(&body)
    }

    /// The execution of an answer, which may be written down after it was given.
    ///
    /// # Errors
    /// When it is not.
    pub fn recorded(&self, id: &str) -> anyhow::Result<Value> {
        let mut shown = Value::Null;
        for _ in 0..100 {
            shown = self.cueline.json(&["executions", "show", id]).unwrap_or_default();
            if shown["status"] == "SUCCEEDED" {
                return Ok(shown);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("not recorded: {shown}");
    }

    /// Says something to a model.
    ///
    /// # Errors
    /// When nothing comes back.
    pub async fn ask(&self, model: &str, stream: bool) -> anyhow::Result<Got> {
        read(self.request(model, stream).send().await?).await
    }
}

/// Reads an answer as a client does that believes nothing.
///
/// # Errors
/// When it is no answer.
pub async fn read(response: reqwest::Response) -> anyhow::Result<Got> {
    let mut got = Got { status: response.status().as_u16(), ..Got::default() };
    let is_stream =
        response.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if !is_stream {
        got.body = response.json().await.unwrap_or_default();
        got.text = got.body["choices"][0]["message"]["content"].as_str().unwrap_or_default().to_owned();
        got.finish = got.body["choices"][0]["finish_reason"].as_str().map(str::to_owned);
        got.error = got.body["error"]["code"].as_str().map(str::to_owned);
        got.usage = got.body["usage"].clone();
        got.annotations = list(&got.body["choices"][0]["message"]["annotations"]);
        return Ok(got);
    }
    let mut stream = response.bytes_stream();
    let mut waiting = String::new();
    while let Some(Ok(bytes)) = stream.next().await {
        waiting.push_str(&String::from_utf8_lossy(&bytes));
        while let Some(end) = waiting.find("\n\n") {
            let event: String = waiting.drain(..end + 2).collect();
            hear(&event, &mut got)?;
        }
    }
    ensure!(waiting.is_empty(), "an event without its end: {waiting:?}");
    Ok(got)
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// Reads one event of a stream.
///
/// # Errors
/// When it is none.
pub fn hear(event: &str, got: &mut Got) -> anyhow::Result<()> {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let Some(data) = field("data:") else {
        ensure!(event.starts_with(':'), "an event without data: {event:?}");
        return Ok(());
    };
    got.ids.extend(field("id:").map(str::to_owned));
    if data == "[DONE]" {
        got.done = true;
        return Ok(());
    }
    let chunk: Value = serde_json::from_str(data)?;
    if let Some(code) = chunk["error"]["code"].as_str() {
        got.error = Some(code.to_owned());
        return Ok(());
    }
    if chunk["id"].is_string() {
        got.body = json!({ "id": chunk["id"] });
    }
    got.seams += usize::from(!chunk["cueline"]["seam"].is_null());
    let delta = &chunk["choices"][0]["delta"];
    if let Some(words) = delta["content"].as_str().filter(|words| !words.is_empty()) {
        got.text.push_str(words);
        got.pieces.push(words.to_owned());
    }
    got.annotations.extend(list(&delta["annotations"]));
    if let Some(reason) = chunk["choices"][0]["finish_reason"].as_str() {
        got.finish = Some(reason.to_owned());
    }
    if !chunk["usage"].is_null() {
        got.usage = chunk["usage"].clone();
    }
    Ok(())
}
