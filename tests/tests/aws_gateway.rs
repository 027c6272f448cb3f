//! The OpenAI-compatible API on a stack: two processes, one answer, and the one that writes it is killed.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test is an assertion and says what it saw"
)]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{fmt::Write, net::TcpListener, time::Duration};

use anyhow::ensure;
use cueline_tests::{
    emulator,
    rig::{Got, hear, read},
    stack::{Deployed, eventually},
    system::Cueline,
    upstream::{Upstream, words},
};
use futures::StreamExt;
use serde_json::{Value, json};

/// A task that was lost is taken up by another process when its lease has ended.
const PATIENCE: Duration = Duration::from_secs(180);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_goes_on_in_another_process_of_the_stack() {
    let Some(account) = emulator::account("an_answer_goes_on_in_another_process_of_the_stack") else { return };
    tell(account).await.unwrap();
}

/// Keeps a configuration for the processes of the stack.
fn keep(deployed: &Deployed, person: &Cueline, config: &str) -> anyhow::Result<()> {
    let file = deployed.folder().join("kept.toml");
    std::fs::write(&file, config)?;
    person.json(&["config", "put", &file.display().to_string()])?;
    Ok(())
}

fn start(deployed: &Deployed, name: &str) -> anyhow::Result<(Cueline, String)> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let mut process = deployed.process(name);
    // As `deploy/templates/service.yaml` sets it.
    process.set("CUELINE_GATEWAY", &address.to_string());
    process.up_with(&["--serve", "chat"])?;
    Ok((process, format!("http://{address}/v1")))
}

async fn tell(account: emulator::Account) -> anyhow::Result<()> {
    cueline::wiring::install_tls();
    let deployed = Deployed::on(account, None).await?;
    let upstream = Upstream::start().await?;
    let mut config = String::new();
    for model in ["ok", "ok-300-20"] {
        writeln!(config, "[chat.{model}]\nbase_url = \"{}\"\nmodel = \"{model}\"", upstream.url)?;
        writeln!(config, "[targets.{model}]\nprice = {{ input = 1.0, output = 2.0 }}")?;
    }
    config.push_str("[policies.on]\ntargets = [\"ok-300-20\"]\nafter_first = \"continue\"\n");
    config.push_str("[tenants.default]\nconcurrent = 2\n");
    let person = deployed.process("person");
    keep(&deployed, &person, &config)?;
    let (mut one, first) = start(&deployed, "one")?;
    let (two, second) = start(&deployed, "two")?;
    let http = reqwest::Client::builder().no_proxy().build()?;

    // A key that is made from anywhere opens both doors, and closes them for everybody else.
    let made = person.json(&["keys", "create", "bot", "--budget", "1"])?;
    let secret = made["secret"].as_str().unwrap_or_default().to_owned();
    let ask = |base: &str, body: Value| http.post(format!("{base}/chat/completions")).bearer_auth(&secret).json(&body);
    let messages = json!([{ "role": "user", "content": "Say something." }]);
    eventually(Duration::from_secs(20), async || {
        let open =
            http.post(format!("{second}/chat/completions")).json(&json!({ "model": "ok", "messages": messages }));
        ensure!(open.send().await?.status().as_u16() == 401, "without a key it is still open");
        Ok(())
    })
    .await?;
    let whole = read(ask(&first, json!({ "model": "ok", "messages": messages })).send().await?).await?;
    ensure!(whole.text == words(20), "{whole:?}");
    println!("a key of the stack, a whole answer");

    // Two calls at once are what the tenant may have, wherever they are.
    let long = json!({ "model": "ok-300-20", "messages": messages, "stream": true });
    let under_way = [ask(&first, long.clone()).send().await?, ask(&first, long.clone()).send().await?];
    ensure!(under_way.iter().all(|answer| answer.status() == 200), "{under_way:?}");
    eventually(Duration::from_secs(5), async || {
        let third = read(ask(&second, json!({ "model": "ok", "messages": messages })).send().await?).await?;
        ensure!(third.error.as_deref() == Some("rate_limit_exceeded"), "{third:?}");
        Ok(())
    })
    .await?;
    for answer in under_way {
        let got = read(answer).await?;
        ensure!(got.text == words(300), "an answer that was let through is whole: {got:?}");
    }
    eventually(Duration::from_secs(5), async || {
        let next = read(ask(&second, json!({ "model": "ok", "messages": messages })).send().await?).await?;
        ensure!(next.text == words(20), "{next:?}");
        Ok(())
    })
    .await?;
    println!("one limit for two processes");

    // What is kept anew counts without a restart.
    writeln!(config, "[chat.later]\nbase_url = \"{}\"\nmodel = \"ok\"", upstream.url)?;
    writeln!(config, "[targets.later]\nprice = {{ input = 1.0, output = 2.0 }}")?;
    keep(&deployed, &person, &config)?;
    for base in [&first, &second] {
        eventually(Duration::from_secs(60), async || {
            let later = read(ask(base, json!({ "model": "later", "messages": messages })).send().await?).await?;
            ensure!(later.text == words(20), "{later:?}");
            Ok(())
        })
        .await?;
    }
    println!("a model that was added to the kept configuration answers in both processes");

    let body = json!({ "model": "auto:on", "messages": messages, "stream": true });
    let response = ask(&first, body).header("idempotency-key", "once").send().await?;
    let id = response.headers()["x-request-id"].to_str()?.to_owned();
    let mut stream = response.bytes_stream();
    let mut seen = String::new();
    while seen.matches("\n\n").count() < 30 {
        seen.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap()?));
    }
    one.kill()?;
    let mut got = Got::default();
    let end = seen.rfind("\n\n").unwrap() + 2;
    for event in seen[..end].split_inclusive("\n\n") {
        hear(event, &mut got)?;
    }
    println!("{} words were read when the process that wrote them was killed", got.text.split_whitespace().count());
    let last = got.ids.last().unwrap();
    let resumed = http.get(format!("{second}/streams/{id}")).bearer_auth(&secret).header("last-event-id", last);
    let rest = tokio::time::timeout(PATIENCE, async { read(resumed.send().await?).await }).await??;
    ensure!(format!("{}{}", got.text, rest.text) == words(300), "{rest:?}");
    ensure!(rest.done && rest.finish.as_deref() == Some("stop"), "{rest:?}");
    println!("the other process told the rest: every word once, {} seam", rest.seams);

    let usage = person.json(&["usage"])?;
    println!("{usage}");
    ensure!(usage["items"].as_array().is_some_and(|rows| !rows.is_empty()), "{usage}");
    let shown = person.json(&["executions", "show", &id])?;
    ensure!(shown["status"] == "SUCCEEDED", "{shown}");
    drop((one, two));
    Ok(())
}
