//! The client against a server that says exactly what a test wants.

use std::{sync::Arc, time::Duration};

use cueline_ports::{Chat, ChatDelta, ChatMessage, ChatRole, Model, PortErrorKind, Usage, conformance::model_suite};
use futures::StreamExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
    time::sleep,
};

use super::{OpenAiModel, OpenAiOptions};

/// A piece of a response and how long to wait before it.
type Piece = (u64, Vec<u8>);

/// Answers every request with the same pieces; gives out the requests.
async fn server(pieces: Vec<Piece>) -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/", listener.local_addr().unwrap());
    let (heard, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (pieces, heard) = (pieces.clone(), heard.clone());
            tokio::spawn(async move {
                let mut request = Vec::new();
                let mut buffer = [0; 4_096];
                while !is_complete(&request) {
                    let read = socket.read(&mut buffer).await.unwrap_or(0);
                    request.extend_from_slice(&buffer[..read]);
                    if read == 0 {
                        return;
                    }
                }
                let _ = heard.send(String::from_utf8_lossy(&request).into_owned());
                for (wait, piece) in pieces {
                    sleep(Duration::from_millis(wait)).await;
                    if socket.write_all(&piece).await.is_err() {
                        return;
                    }
                    let _ = socket.flush().await;
                }
            });
        }
    });
    (url, requests)
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn head(status: &str, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n").into_bytes()
}

fn streaming() -> Piece {
    (0, head("200 OK", "content-type: text/event-stream\r\n"))
}

fn event(json: &str) -> Piece {
    (1, format!("data: {json}\n\n").into_bytes())
}

fn text(text: &str) -> Piece {
    event(&format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"{text}"}}}}]}}"#))
}

fn ending() -> [Piece; 3] {
    let counted = r#"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}"#;
    [event(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#), event(counted), event("[DONE]")]
}

/// Patient, so that a busy machine fails no test.
fn options(url: &str) -> OpenAiOptions {
    OpenAiOptions::new(url, "tiny")
}

/// For tests about waiting: a busy machine only makes the server later still.
fn impatient(url: &str) -> OpenAiOptions {
    let mut options = options(url);
    options.first_token_timeout = Duration::from_millis(300);
    options.gap_timeout = Duration::from_millis(300);
    options
}

fn chat() -> Chat {
    Chat {
        max_tokens: Some(9),
        temperature: Some(0.2),
        idempotency_key: Some("k".to_owned()),
        ..Chat::of([ChatMessage::text(ChatRole::User, "Hello?")])
    }
}

/// The text and how it ended: the reason, or kind and code of the error.
async fn answer(options: OpenAiOptions) -> (String, Result<(String, Usage), (PortErrorKind, String)>) {
    let failed =
        |error: cueline_ports::PortError| (error.kind, error.message.split(':').next().unwrap_or_default().to_owned());
    let mut stream = match OpenAiModel::new(options).unwrap().chat(chat()).await {
        Ok(stream) => stream,
        Err(error) => return (String::new(), Err(failed(error))),
    };
    let mut text = String::new();
    let mut end = None;
    while let Some(delta) = stream.next().await {
        assert!(end.is_none(), "nothing follows the end or an error");
        match delta {
            Ok(ChatDelta::Text(more)) => text.push_str(&more),
            Ok(ChatDelta::Call(call)) => panic!("no tool was offered: {call:?}"),
            Ok(ChatDelta::End { finish_reason, usage, .. }) => end = Some(Ok((finish_reason, usage))),
            Err(error) => end = Some(Err(failed(error))),
        }
    }
    (text, end.expect("a stream ends with an end or an error"))
}

fn stopped() -> Result<(String, Usage), (PortErrorKind, String)> {
    Ok(("stop".to_owned(), Usage { input_tokens: 5, output_tokens: 2, ..Usage::default() }))
}

fn unavailable(code: &str) -> Result<(String, Usage), (PortErrorKind, String)> {
    Err((PortErrorKind::Unavailable, code.to_owned()))
}

#[tokio::test]
async fn the_client_keeps_the_promises_of_its_port() {
    let mut pieces = vec![streaming(), text("Hel"), text("lo")];
    pieces.extend(ending());
    let (url, _requests) = server(pieces).await;
    model_suite(async || Arc::new(OpenAiModel::new(options(&url)).unwrap()) as Arc<dyn Model>).await;
}

#[tokio::test]
async fn the_request_says_what_was_asked() {
    let mut pieces = vec![streaming(), text("Hi")];
    pieces.extend(ending());
    let (url, mut requests) = server(pieces).await;
    let mut options = options(&url);
    options.api_key_env = Some("CARGO_PKG_NAME".to_owned());
    assert_eq!(answer(options.clone()).await, ("Hi".to_owned(), stopped()));
    let request = requests.recv().await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1"), "{head}");
    assert!(head.contains("authorization: Bearer cueline-embedded") && head.contains("idempotency-key: k"), "{head}");
    let expected = serde_json::json!({
        "model": "tiny", "messages": [{ "role": "user", "content": "Hello?" }], "stream": true,
        "stream_options": { "include_usage": true }, "max_tokens": 9, "temperature": 0.2,
    });
    assert_eq!(body, expected);
    let shown = format!("{:?}", OpenAiModel::new(options).unwrap());
    assert!(!shown.contains("cueline-embedded"), "the key is not shown: {shown}");
}

#[tokio::test]
async fn bytes_may_come_one_by_one() {
    let mut pieces = vec![streaming(), text("žluťoučký 🐧")];
    pieces.extend(ending());
    let bytes: Vec<u8> = pieces.drain(1..).flat_map(|(_, bytes)| bytes).collect();
    let bytes = String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes();
    pieces.extend(bytes.into_iter().map(|byte| (0, vec![byte])));
    let (url, _requests) = server(pieces).await;
    assert_eq!(answer(options(&url)).await, ("žluťoučký 🐧".to_owned(), stopped()));
}

#[tokio::test]
async fn a_cut_stream_is_an_error() {
    let (url, _requests) = server(vec![streaming(), text("Hel")]).await;
    assert_eq!(answer(options(&url)).await, ("Hel".to_owned(), unavailable("model_stream_cut")));
}

#[tokio::test]
async fn an_error_in_the_stream_is_an_error() {
    let error = event(r#"{"error":{"message":"slow down","type":"rate_limit_error"}}"#);
    let (url, _requests) = server(vec![streaming(), text("Hel"), error, text("lo")]).await;
    let expected = Err((PortErrorKind::Throttled, "model_refused".to_owned()));
    assert_eq!(answer(options(&url)).await, ("Hel".to_owned(), expected));
}

#[tokio::test]
async fn waiting_has_its_limits() {
    let late = |after: u64, piece: Piece| (after, piece.1);
    let (url, _requests) = server(vec![(2_000, streaming().1)]).await;
    assert_eq!(answer(impatient(&url)).await.1, unavailable("model_first_token_timeout"));
    let kept_alive = (0..20).map(|_| (50, b": wait\n\n".to_vec()));
    let (url, _requests) = server([streaming()].into_iter().chain(kept_alive).collect()).await;
    assert_eq!(answer(impatient(&url)).await.1, unavailable("model_first_token_timeout"));
    let (url, _requests) = server(vec![streaming(), text("Hel"), late(2_000, text("lo"))]).await;
    let gap_only = OpenAiOptions { gap_timeout: Duration::from_millis(300), ..options(&url) };
    assert_eq!(answer(gap_only).await, ("Hel".to_owned(), unavailable("model_gap_timeout")));
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let body = r#"{"choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}"#;
    let (url, _requests) =
        server(vec![(0, head("200 OK", "content-type: application/json\r\n")), (1, body.into())]).await;
    assert_eq!(answer(options(&url)).await, ("Hello".to_owned(), stopped()));
}

#[tokio::test]
async fn a_refusal_says_when_to_come_back_but_not_the_key() {
    let body = br#"{"error":{"message":"wrong key cueline-embedded","type":"rate_limit"}}"#;
    let (url, _requests) = server(vec![(0, head("429 Slow", "retry-after: 7\r\n")), (0, body.to_vec())]).await;
    let mut options = options(&url);
    options.api_key_env = Some("CARGO_PKG_NAME".to_owned());
    let error = OpenAiModel::new(options).unwrap().chat(chat()).await.err().unwrap();
    assert_eq!((error.kind, error.retry_after), (PortErrorKind::Throttled, Some(Duration::from_secs(7))));
    let place = url.trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let message = format!("model_refused: model tiny at {place}: the server answered with status 429: rate_limit");
    assert_eq!(error.message, message);
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(answer(options(&url)).await.1, unavailable("model_unreachable"));
}

#[test]
fn wrong_options_are_refused() {
    let code = |options| OpenAiModel::new(options).err().unwrap().message.split(':').next().unwrap().to_owned();
    for url in ["", "localhost:1", "ftp://host/v1", "http://user:secret@host/v1", "http://host/v1?key=secret"] {
        assert_eq!(code(OpenAiOptions::new(url, "tiny")), "model_url_invalid", "{url}");
    }
    let mut options = OpenAiOptions::new("http://host/v1", "tiny");
    options.api_key_env = Some("CUELINE_NO_SUCH_VARIABLE".to_owned());
    assert_eq!(code(options), "model_key_missing");
}
