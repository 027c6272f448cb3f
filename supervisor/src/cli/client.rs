//! The running process as a command sees it.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use super::{args::Everywhere, failure::Failure};
use crate::{api::Problem, config, presence::Presence};

/// Talks to the process of a data directory.
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
    data: std::path::PathBuf,
}

impl Client {
    /// Finds the process.
    pub(super) fn connect(everywhere: &Everywhere) -> Result<Self, Failure> {
        let data = config::data_directory(&everywhere.overrides())?;
        let found = match &everywhere.attached {
            Some(attached) => Some(attached.presence.clone()),
            None => Presence::find(&data)
                .map_err(|error| Failure::failed(format!("cannot read {}/admin.json: {error}", data.display())))?,
        };
        let presence = found.ok_or_else(|| Failure::not_running(&data))?;
        crate::wiring::install_tls();
        let http = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(Duration::from_secs(2))
            .build()
            .map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
        Ok(Self { http, base: format!("http://{}", presence.address), token: presence.token, data })
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Result<T, Failure> {
        self.reply(self.request(Method::GET, path, query)).await
    }

    pub(super) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        self.reply(self.request(Method::POST, path, &[]).json(body)).await
    }

    pub(super) async fn delete(&self, path: &str) -> Result<(), Failure> {
        self.send(self.request(Method::DELETE, path, &[])).await.map(drop)
    }

    /// The thing, or `None` when there is none.
    pub(super) async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Failure> {
        match self.get(path, &[]).await {
            Ok(found) => Ok(Some(found)),
            Err(Failure::Refused(problem)) if problem.status == StatusCode::NOT_FOUND.as_u16() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    fn request(&self, method: Method, path: &str, query: &[(&str, String)]) -> RequestBuilder {
        let mut url = format!("{}{path}", self.base);
        for (at, (name, value)) in query.iter().enumerate() {
            url.push(if at == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.push_str(&escape(value));
        }
        self.http.request(method, url).bearer_auth(&self.token)
    }

    async fn reply<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let response = self.send(request).await?;
        response.json().await.map_err(|error| match error.is_decode() {
            true => Failure::failed(format!("the answer cannot be read: {error}; is the process of another version?")),
            false => Failure::NoAnswer("no_answer: the running process ended in the middle of its answer".to_owned()),
        })
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let response = request.send().await.map_err(|error| match error.is_connect() {
            true => Failure::not_running(&self.data),
            false => Failure::NoAnswer("no_answer: the running process ended or cut the connection".to_owned()),
        })?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = response.bytes().await.unwrap_or_default();
        let problem = serde_json::from_slice::<Problem>(&body);
        match problem {
            // Another process has the address of one that died without saying so.
            Ok(problem) if problem.code == "token_required" => Err(Failure::not_running(&self.data)),
            Ok(problem) => Err(Failure::Refused(Box::new(problem))),
            Err(_) => Err(Failure::failed(format!("the running process answered {status}"))),
        }
    }
}

/// A text as one part of a URL.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_part_of_a_path() {
        assert_eq!(escape("hr/Äb c.pdf"), "hr%2F%C3%84b%20c.pdf");
        assert_eq!(escape("run-1_a.b~"), "run-1_a.b~");
    }

    #[test]
    fn nobody_there_is_said_clearly() {
        let data = tempfile::tempdir().unwrap();
        let place = Everywhere { data: Some(data.path().to_owned()), ..Everywhere::default() };
        assert!(matches!(Client::connect(&place), Err(Failure::NotRunning(_))));
    }

    #[tokio::test]
    async fn a_process_that_died_is_nobody() {
        let data = tempfile::tempdir().unwrap();
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Presence { address, token: "t".into(), pid: 1 }.announce(data.path()).unwrap();
        let client =
            Client::connect(&Everywhere { data: Some(data.path().to_owned()), ..Everywhere::default() }).unwrap();
        let answer = client.get::<serde_json::Value>("/admin/v1/system", &[]).await;
        assert!(matches!(answer, Err(Failure::NotRunning(_))));
    }
}
