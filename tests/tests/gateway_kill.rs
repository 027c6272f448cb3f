//! The process dies again and again while many clients read: each of them ends with exactly what is in the log.
//!
//! `CUELINE_STREAMS=200 CUELINE_KILLS=20` is what is promised; a test run does less.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use cueline_tests::{
    system::{Cueline, Draw},
    upstream::{Upstream, words},
};
use futures::StreamExt;
use serde_json::{Value, json};

const TOKENS: usize = 500;
/// Milliseconds between two tokens: longer where there is to be time for many kills.
fn pause(kills: usize) -> u32 {
    if kills > 5 { 40 } else { 10 }
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What a client has.
#[derive(Default)]
struct Client {
    id: Option<String>,
    last: Option<String>,
    text: String,
    error: Option<String>,
    over: bool,
    reconnects: u64,
}

impl Client {
    /// Reads on as an EventSource does, until the stream says that it is over.
    async fn read(&mut self, gateway: &str, key: &str, http: &reqwest::Client) -> anyhow::Result<()> {
        let deadline = std::time::Instant::now() + Duration::from_secs(240);
        while !self.over {
            ensure!(
                std::time::Instant::now() < deadline,
                "it never ends: {:?} {} words",
                self.id,
                self.text.split_whitespace().count()
            );
            let request = match &self.id {
                None => {
                    let body = json!({
                        "model": "auto:on", "stream": true, "messages": [{ "role": "user", "content": "Count." }],
                    });
                    http.post(format!("{gateway}/v1/chat/completions")).header("idempotency-key", key).json(&body)
                }
                Some(id) => {
                    self.reconnects += 1;
                    let request = http.get(format!("{gateway}/v1/streams/{id}"));
                    match &self.last {
                        Some(last) => request.header("last-event-id", last),
                        None => request,
                    }
                }
            };
            match request.send().await {
                Ok(response) if response.status().as_u16() == 204 => self.over = true,
                Ok(response) if response.status().is_success() => self.follow(response).await?,
                Ok(response) if response.status().as_u16() == 503 => {}
                Ok(response) => bail!("{}: {}", response.status(), response.text().await.unwrap_or_default()),
                // Nobody is there just now.
                Err(_) => {}
            }
            if !self.over {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }

    async fn follow(&mut self, response: reqwest::Response) -> anyhow::Result<()> {
        if let Some(id) = response.headers().get("x-request-id") {
            self.id = Some(id.to_str()?.to_owned());
        }
        let mut stream = response.bytes_stream();
        let mut waiting = Vec::new();
        while let Some(Ok(bytes)) = stream.next().await {
            waiting.extend_from_slice(&bytes);
            while let Some(end) = waiting.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<u8> = waiting.drain(..end + 2).collect();
                self.hear(&String::from_utf8(event)?)?;
            }
        }
        Ok(())
    }

    fn hear(&mut self, event: &str) -> anyhow::Result<()> {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let Some(data) = field("data:") else { return Ok(()) };
        self.last = field("id:").map(str::to_owned).or_else(|| self.last.take());
        if data == "[DONE]" {
            self.over = true;
            return Ok(());
        }
        let chunk: Value = serde_json::from_str(data)?;
        if let Some(code) = chunk["error"]["code"].as_str() {
            (self.error, self.over) = (Some(code.to_owned()), true);
        }
        self.text.push_str(chunk["choices"][0]["delta"]["content"].as_str().unwrap_or_default());
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_ends_with_exactly_what_is_in_the_log() {
    tell(number("CUELINE_STREAMS", 40), number("CUELINE_KILLS", 5)).await.unwrap();
}

async fn tell(streams: usize, kills: usize) -> anyhow::Result<()> {
    cueline::wiring::install_tls();
    let folder = tempfile::tempdir()?;
    let upstream = Upstream::start().await?;
    let file = folder.path().join("cueline.toml");
    let config = format!(
        "[chat.counting]\nbase_url = \"{}\"\nmodel = \"ok-{TOKENS}-{}\"\n[targets.counting]\nbreaker_failures = 100000\n\
         [policies.on]\ntargets = [\"counting\"]\nafter_first = \"continue\"\n",
        upstream.url,
        pause(kills)
    );
    std::fs::write(&file, config)?;
    // A port of its own, since clients come back to it.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let gateway = format!("http://127.0.0.1:{port}");
    let mut cueline = Cueline::on(&folder.path().join("data"));
    cueline.set("CUELINE_CONFIG", &file.display().to_string());
    cueline.set("CUELINE_GATEWAY", &format!("127.0.0.1:{port}"));
    tokio::task::block_in_place(|| cueline.up())?;

    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
    let ended = Arc::new(AtomicU64::new(0));
    let clients: Vec<_> = (0..streams)
        .map(|number| {
            let (gateway, http, ended) = (gateway.clone(), http.clone(), ended.clone());
            tokio::spawn(async move {
                let mut client = Client::default();
                let read = client.read(&gateway, &format!("client-{number}"), &http).await;
                ended.fetch_add(1, Ordering::Relaxed);
                read.map(|()| client)
            })
        })
        .collect();
    let mut draw = Draw::new(7);
    let mut killed = 0;
    while killed < kills && ended.load(Ordering::Relaxed) < streams as u64 {
        tokio::time::sleep(Duration::from_millis(300 + draw.next() % 1_200)).await;
        tokio::task::block_in_place(|| {
            cueline.kill()?;
            cueline.up()
        })?;
        killed += 1;
    }
    let (mut complete, mut broken, mut reconnects) = (0, 0, 0);
    let mut got = Vec::new();
    for client in clients {
        got.push(client.await??);
    }
    for client in &got {
        reconnects += client.reconnects;
        let id = client.id.as_deref().context("no id")?;
        // From the beginning, as somebody reads it later.
        let mut whole = Client { id: Some(id.to_owned()), ..Client::default() };
        whole.read(&gateway, "", &http).await?;
        ensure!(
            whole.text == client.text,
            "{id}: the client has {:?}, the log {:?}",
            client.text.len(),
            whole.text.len()
        );
        ensure!(whole.error == client.error, "{id}: {:?} {:?}", whole.error, client.error);
        match &client.error {
            None => {
                ensure!(client.text == words(TOKENS), "{id}: a complete answer has every word once: {:?}", client.text);
                complete += 1;
            }
            Some(_) => {
                ensure!(words(TOKENS).starts_with(&client.text), "{id}: {:?}", client.text);
                broken += 1;
            }
        }
    }
    println!(
        "{streams} streams of {TOKENS} tokens, {killed} kills, {reconnects} reconnections: {complete} complete, {broken} ended \
         with an error; lost 0, repeated 0; {} calls of the provider",
        upstream.calls()
    );
    ensure!(killed >= 3.min(kills), "{killed} kills");
    Ok(())
}
