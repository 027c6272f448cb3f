//! A strict stand-in for a service of AWS where the emulator is blind: it answers one request at a time as the test says,
//! and keeps what was asked.
//!
//! It is a stub: it knows no service, keeps no state, checks no signature. What it answers is written in AWS's documentation.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method and path.
    pub line: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// JSON, or null.
    pub body: Value,
}

impl Asked {
    /// `SendTaskSuccess` of the header that names the operation.
    pub fn operation(&self) -> &str {
        let target = self.headers.get("x-amz-target").map_or("", String::as_str);
        target.rsplit('.').next().unwrap_or_default()
    }
}

/// An answer: status and JSON. A member [`HEADERS`] of it is sent as headers.
pub type Answered = (u16, Value);

/// Names and values that go into the head of an answer.
pub const HEADERS: &str = "headers of the stub";

/// An error as the JSON protocols write it.
pub fn refusal(status: u16, code: &str) -> Answered {
    (status, serde_json::json!({ "__type": code, "message": "as the test says" }))
}

/// A server that answers as it was told.
pub struct Stub {
    /// Where it is.
    pub endpoint: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    /// Begins to answer.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn start(answer: impl Fn(&Asked) -> Answered + Send + Sync + 'static) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (asked.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer) = (kept.clone(), answer.clone());
                tokio::spawn(async move { serve(stream, &kept, answer.as_ref()).await });
            }
        });
        Ok(Self { endpoint, asked })
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(
    stream: TcpStream,
    kept: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked) -> Answered + Send + Sync),
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let mut headers = BTreeMap::new();
        loop {
            let mut header = String::new();
            stream.read_line(&mut header).await?;
            let Some((name, value)) = header.trim().split_once(':') else { break };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let body = serde_json::from_slice(&body).unwrap_or_default();
        let asked = Asked { line: line.trim().to_owned(), headers, body };
        let (status, told) = answer(&asked);
        kept.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        let mut told = told;
        let headers = told.as_object_mut().and_then(|told| told.shift_remove(HEADERS)).unwrap_or_default();
        let headers = headers.as_object().into_iter().flatten();
        let headers: String =
            headers.map(|(name, value)| format!("{name}: {}\r\n", value.as_str().unwrap_or_default())).collect();
        let told = told.to_string();
        let head = format!(
            "HTTP/1.1 {status} as told\r\ncontent-type: application/x-amz-json-1.0\r\n{headers}content-length: {}\r\n\r\n",
            told.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(told.as_bytes()).await?;
        stream.flush().await?;
    }
}
