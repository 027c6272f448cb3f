//! A provider that speaks OpenAI's chat completions and fails in every way that providers do, by the name of the model.
//!
//! A stub of ours: no emulator cuts a stream in the middle of a character.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Where it is.
pub struct Upstream {
    /// Up to and including the version.
    pub url: String,
    calls: Arc<AtomicU64>,
}

impl Upstream {
    /// On a free port.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/v1", listener.local_addr()?);
        let calls: Arc<AtomicU64> = Arc::default();
        let counted = calls.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let _ = socket.set_nodelay(true);
                tokio::spawn(serve(socket, counted.clone()));
            }
        });
        Ok(Self { url, calls })
    }

    /// Calls so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }
}

/// The text that a healthy model answers with: as many words as `tokens`.
pub fn words(tokens: usize) -> String {
    (0..tokens).map(word).collect()
}

/// What the model `leaky` answers, three letters at a time: an address of a person, a link to elsewhere, a rival.
pub const LEAKY: &str = "Write to ann@example.com. See [this](https://evil.test/x) or https://example.org/y now. Then buy from Acme. The end.";

/// What the model `echo` answers: who said what.
fn heard(request: &Value) -> String {
    let said = |message: &Value| {
        let words = message["content"].as_str().map_or_else(|| message["content"].to_string(), str::to_owned);
        format!("{}: {words}", message["role"].as_str().unwrap_or_default())
    };
    request["messages"].as_array().into_iter().flatten().map(said).collect::<Vec<_>>().join(" | ")
}

/// What the model `mirror` answers: all of the request but its messages.
fn mirrored(request: &Value) -> String {
    let mut request = request.clone();
    request.as_object_mut().map(|request| request.remove("messages"));
    request.to_string()
}

fn word(at: usize) -> String {
    format!("w{at} ")
}

async fn serve(mut socket: TcpStream, calls: Arc<AtomicU64>) {
    let mut waiting = Vec::new();
    loop {
        let Some(request) = read(&mut socket, &mut waiting).await else { return };
        let call = calls.fetch_add(1, Ordering::Relaxed);
        if answer(&mut socket, &request, call).await.is_none() {
            return;
        }
    }
}

async fn read(socket: &mut TcpStream, waiting: &mut Vec<u8>) -> Option<Value> {
    let mut buffer = vec![0; 64 * 1_024];
    loop {
        if let Some(end) = waiting.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&waiting[..end]).to_lowercase();
            let length: usize =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok()).unwrap_or(0);
            if waiting.len() >= end + 4 + length {
                let body: Vec<u8> = waiting.drain(..end + 4 + length).skip(end + 4).collect();
                return Some(serde_json::from_slice(&body).unwrap_or_default());
            }
        }
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => waiting.extend_from_slice(&buffer[..read]),
        }
    }
}

fn chunk(delta: &Value, reason: &Value) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": reason });
    json!({ "id": "up-1", "object": "chat.completion.chunk", "created": 1, "model": "up", "choices": [choice] })
        .to_string()
}

fn usage(tokens: usize) -> Value {
    json!({ "prompt_tokens": 7, "completion_tokens": tokens, "total_tokens": 7 + tokens })
}

async fn whole(socket: &mut TcpStream, status: &str, more: &str, body: &str) -> Option<()> {
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{more}\r\n", body.len());
    socket.write_all(head.as_bytes()).await.ok()?;
    socket.write_all(body.as_bytes()).await.ok()
}

/// A chunk of a chunked body.
async fn part(socket: &mut TcpStream, text: &[u8]) -> Option<()> {
    socket.write_all(format!("{:x}\r\n", text.len()).as_bytes()).await.ok()?;
    socket.write_all(text).await.ok()?;
    socket.write_all(b"\r\n").await.ok()?;
    socket.flush().await.ok()
}

async fn event(socket: &mut TcpStream, data: &str) -> Option<()> {
    part(socket, format!("data: {data}\n\n").as_bytes()).await
}

/// `None` ends the connection. `call`: how many there were before.
async fn answer(socket: &mut TcpStream, request: &Value, call: u64) -> Option<()> {
    let model = request["model"].as_str().unwrap_or_default();
    let mut parts = model.split('-');
    let kind = parts.next().unwrap_or_default();
    let tokens: usize = parts.next().and_then(|number| number.parse().ok()).unwrap_or(20);
    let pause = Duration::from_millis(parts.next().and_then(|number| number.parse().ok()).unwrap_or(0));
    match kind {
        "s429" => {
            return whole(
                socket,
                "429 Too Many Requests",
                "retry-after: 30\r\n",
                r#"{"error":{"type":"rate_limit_error"}}"#,
            )
            .await;
        }
        // It is down for the first two calls that anybody makes.
        "twice" if call < 2 => return whole(socket, "500 Internal Server Error", "", r#"{"error":{}}"#).await,
        "s500" => return whole(socket, "500 Internal Server Error", "", r#"{"error":{"type":"server_error"}}"#).await,
        "s401" => return whole(socket, "401 Unauthorized", "", r#"{"error":{"code":"invalid_api_key"}}"#).await,
        "s400" => return whole(socket, "400 Bad Request", "", r#"{"error":{"code":"context_length_exceeded"}}"#).await,
        "gone" => return None,
        "bomb" => {
            // A body that would never end.
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
            socket.write_all(head.as_bytes()).await.ok()?;
            let line = vec![b'x'; 1 << 20];
            for _ in 0..64 {
                part(socket, &line).await?;
            }
            return None;
        }
        _ => {}
    }
    if !request["input"].is_null() {
        // Two numbers, little-endian, as clients ask for them unless they say otherwise.
        let embedding = if request["encoding_format"] == "base64" { json!("AACAPwAAAEA=") } else { json!([1.0, 2.0]) };
        let item = json!({ "object": "embedding", "index": 0, "embedding": embedding });
        let body = json!({ "object": "list", "data": [item], "model": "up", "usage": { "prompt_tokens": 1, "total_tokens": 1 } });
        return whole(socket, "200 OK", "", &body.to_string()).await;
    }
    if kind == "tool"
        && request["messages"]
            .as_array()
            .is_some_and(|messages| messages.iter().all(|message| message["role"] != "tool"))
    {
        return call_tool(socket, request["stream"] == true).await;
    }
    if request["stream"] != true {
        return match kind {
            "json" => {
                let message = json!({ "role": "assistant", "content": "{\"answer\": 42}" });
                let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
                let body = json!({ "id": "up-1", "object": "chat.completion", "created": 1, "model": "up", "choices": [choice], "usage": usage(5) });
                whole(socket, "200 OK", "", &body.to_string()).await
            }
            "cut" => {
                let head =
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"choices\":[";
                socket.write_all(head.as_bytes()).await.ok()?;
                None
            }
            "error" | "early" => whole(socket, "200 OK", "", r#"{"error":{"type":"server_error"}}"#).await,
            "empty" => whole(socket, "200 OK", "", "{}").await,
            "garbled" => whole(socket, "200 OK", "", "{\"choices\": [").await,
            "stall" | "slow" => {
                tokio::time::sleep(Duration::from_secs(20)).await;
                None
            }
            _ => {
                tokio::time::sleep(pause).await;
                let text = match kind {
                    "leaky" => LEAKY.to_owned(),
                    "echo" => heard(request),
                    "mirror" => mirrored(request),
                    _ => words(tokens),
                };
                let message = json!({ "role": "assistant", "content": text });
                let choice =
                    json!({ "index": 0, "message": message, "finish_reason": "stop", "logprobs": { "content": [] } });
                let body = json!({
                    "id": "up-1", "object": "chat.completion", "created": 1, "model": "up", "choices": [choice],
                    "usage": usage(tokens), "system_fingerprint": "fp",
                });
                whole(socket, "200 OK", "", &body.to_string()).await
            }
        };
    }
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await.ok()?;
    match kind {
        "empty" => {
            event(socket, "[DONE]").await?;
            return part(socket, b"").await;
        }
        "slow" => tokio::time::sleep(Duration::from_secs(20)).await,
        "early" => {
            event(socket, r#"{"error":{"type":"server_error","message":"secret words"}}"#).await?;
            return part(socket, b"").await;
        }
        // Why it ended is made up: nothing was said.
        "invented" => {
            event(socket, &chunk(&json!({ "role": "assistant", "content": "" }), &Value::Null)).await?;
            event(socket, "[DONE]").await?;
            return part(socket, b"").await;
        }
        "garbled" => {
            event(socket, "{\"choices\": [").await?;
            return part(socket, b"").await;
        }
        _ => {}
    }
    event(socket, &chunk(&json!({ "role": "assistant", "content": "" }), &Value::Null)).await?;
    if kind == "leaky" || kind == "echo" {
        let text = if kind == "leaky" { LEAKY.to_owned() } else { heard(request) };
        let letters: Vec<char> = text.chars().collect();
        for letters in letters.chunks(3) {
            let data = chunk(&json!({ "content": String::from_iter(letters) }), &Value::Null);
            event(socket, &data).await?;
        }
        event(socket, &chunk(&json!({}), &json!("stop"))).await?;
        event(socket, "[DONE]").await?;
        return part(socket, b"").await;
    }
    // Whoever is asked to go on begins where the text so far ends.
    let asked = request["messages"]
        .as_array()
        .and_then(|messages| messages.iter().rev().find(|message| message["role"] == "assistant"));
    let from = asked.and_then(|message| message["content"].as_str()).map_or(0, |text| text.split_whitespace().count());
    if kind == "spill" {
        event(socket, &chunk(&json!({ "content": "Write to ann@example.com" }), &Value::Null)).await?;
        return None;
    }
    for at in from..tokens {
        if matches!((kind, at), ("cut", 5)) {
            return None;
        }
        if matches!((kind, at), ("error", 5)) {
            event(socket, r#"{"error":{"type":"server_error","message":"secret words"}}"#).await?;
            return part(socket, b"").await;
        }
        if matches!((kind, at), ("stall", 5)) {
            tokio::time::sleep(Duration::from_secs(20)).await;
            return None;
        }
        if matches!((kind, at), ("nofinish", 5)) {
            event(socket, "[DONE]").await?;
            return part(socket, b"").await;
        }
        let data = chunk(&json!({ "content": word(at) }), &Value::Null);
        if kind == "split" {
            // CRLF, comments, and every event cut into pieces.
            let text = format!(": hm\r\ndata: {}\r\n\r\n", data.replace('w', "\u{2014}w"));
            for piece in text.as_bytes().chunks(7) {
                part(socket, piece).await?;
            }
        } else {
            event(socket, &data).await?;
        }
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    if kind == "hasty" {
        // Why it ends is said, and the line is not.
        part(socket, format!("data: {}", chunk(&json!({}), &json!("stop"))).as_bytes()).await?;
        return part(socket, b"").await;
    }
    event(socket, &chunk(&json!({}), &json!("stop"))).await?;
    match kind {
        // All is said; only good-bye is not.
        "rude" => return None,
        "mute" => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            return None;
        }
        _ => {}
    }
    event(socket, &json!({ "choices": [], "usage": usage(tokens.saturating_sub(from)) }).to_string()).await?;
    if kind != "nodone" {
        event(socket, "[DONE]").await?;
    }
    part(socket, b"").await
}

/// The weather in Paris is asked for, its arguments in pieces.
async fn call_tool(socket: &mut TcpStream, stream: bool) -> Option<()> {
    let function = |name: Option<&str>, arguments: &str| match name {
        Some(name) => json!({ "name": name, "arguments": arguments }),
        None => json!({ "arguments": arguments }),
    };
    if !stream {
        let call =
            json!({ "id": "call_1", "type": "function", "function": function(Some("weather"), r#"{"city":"Paris"}"#) });
        let message = json!({ "role": "assistant", "content": null, "tool_calls": [call] });
        let choice = json!({ "index": 0, "message": message, "finish_reason": "tool_calls" });
        let body = json!({ "id": "up-1", "object": "chat.completion", "created": 1, "model": "up", "choices": [choice], "usage": usage(9) });
        return whole(socket, "200 OK", "", &body.to_string()).await;
    }
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await.ok()?;
    let first = json!({ "index": 0, "id": "call_1", "type": "function", "function": function(Some("weather"), "") });
    event(socket, &chunk(&json!({ "role": "assistant", "tool_calls": [first] }), &Value::Null)).await?;
    for piece in [r#"{"city""#, r#":"Paris"}"#] {
        let more = json!({ "index": 0, "function": function(None, piece) });
        event(socket, &chunk(&json!({ "tool_calls": [more] }), &Value::Null)).await?;
    }
    event(socket, &chunk(&json!({}), &json!("tool_calls"))).await?;
    event(socket, &json!({ "choices": [], "usage": usage(9) }).to_string()).await?;
    event(socket, "[DONE]").await?;
    part(socket, b"").await
}
