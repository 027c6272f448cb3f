//! A client of WebSockets that can do what no honest one does.
//!
//! Ours: honest clients refuse to send what a server must survive.

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A socket that is open.
pub struct Socket(BufReader<TcpStream>);

/// What is heard on it.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A message.
    Event(Value),
    /// It was closed with this code.
    Closed(u16),
}

impl Socket {
    /// Opens `/v1/ws` of a gateway; an empty key is none.
    ///
    /// # Errors
    /// When it is not opened.
    pub async fn open(gateway: &str, key: &str) -> anyhow::Result<Self> {
        let mut stream = TcpStream::connect(gateway.trim_start_matches("http://")).await?;
        let key = if key.is_empty() { String::new() } else { format!("authorization: Bearer {key}\r\n") };
        let request = format!(
            "GET /v1/ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{key}\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let (mut stream, mut head) = (BufReader::new(stream), Vec::new());
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        ensure!(head.starts_with(b"HTTP/1.1 101 "), "not opened: {}", String::from_utf8_lossy(&head));
        Ok(Self(stream))
    }

    /// Says something.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn say(&mut self, message: &Value) -> anyhow::Result<()> {
        let text = message.to_string();
        self.announce(text.len() as u64).await?;
        Ok(self.0.write_all(text.as_bytes()).await?)
    }

    /// Says that so many bytes of text follow, and no more.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn announce(&mut self, bytes: u64) -> anyhow::Result<()> {
        // The whole of a text, its length in eight bytes, masked with nothing.
        let mut head = vec![0x81, 0x80 | 127];
        head.extend(bytes.to_be_bytes());
        head.extend([0; 4]);
        Ok(self.0.write_all(&head).await?)
    }

    /// The next thing that is said, but for pings.
    ///
    /// # Errors
    /// When it is gone without a word.
    pub async fn hear(&mut self) -> anyhow::Result<Heard> {
        loop {
            let [kind, length] = [self.0.read_u8().await.context("gone")?, self.0.read_u8().await?];
            let length = match length {
                126 => self.0.read_u16().await?.into(),
                127 => self.0.read_u64().await?,
                length => length.into(),
            };
            let mut said = vec![0; usize::try_from(length)?];
            self.0.read_exact(&mut said).await?;
            match (kind, said.as_slice()) {
                (0x81, text) => return Ok(Heard::Event(serde_json::from_slice(text)?)),
                (0x88, [high, low, ..]) => return Ok(Heard::Closed(u16::from_be_bytes([*high, *low]))),
                (0x89 | 0x8a, _) => {}
                (kind, said) => bail!("a frame of kind {kind:x} with {} bytes", said.len()),
            }
        }
    }

    /// Everything up to and with an event of such a type.
    ///
    /// # Errors
    /// When there is none.
    pub async fn until(&mut self, kind: &str) -> anyhow::Result<Vec<Value>> {
        let mut events = Vec::new();
        loop {
            match self.hear().await? {
                Heard::Event(event) => events.push(event),
                Heard::Closed(code) => bail!("closed with {code} after {events:?}"),
            }
            if events.last().is_some_and(|event| event["type"] == kind) {
                return Ok(events);
            }
        }
    }
}
