//! One call of the service: signed, counted, repeated where that is harmless, and told as every port tells it.
//!
//! The official client signs and sends; its typed calls are not used, because what matters here is what a failed call may
//! have done, and they hide it.

use std::{error::Error as _, time::Duration};

use aws_credential_types::provider::SharedCredentialsProvider;
use bytes::Bytes;
use cueline_ports::{PortError, PortErrorKind, PortResult};
use opensearch::{
    auth::Credentials,
    http::{
        Method, Url,
        headers::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
        transport::{SingleNodeConnectionPool, Transport, TransportBuilder},
    },
};
use serde_json::Value;

use super::{OpenSearchOptions, Service, credentials::Remembered};
use crate::{Connection, Meter, error::Call};

/// Tries of a call that may be repeated, the first included.
const TRIES: u32 = 7;
/// The longest that one try may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the index is.
#[derive(Debug, Clone)]
pub(super) struct Client {
    transport: Transport,
    service: Service,
    meter: Meter,
}

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Request<'a> {
    pub(super) method: Method,
    /// The index.
    pub(super) index: &'a str,
    /// What of it, e.g. `_search`; empty for the index itself.
    pub(super) part: &'a str,
    pub(super) query: &'a [(&'a str, &'a str)],
    pub(super) body: Bytes,
}

/// Why a call failed, and what it may have done.
#[derive(Debug)]
pub(super) enum Failure {
    /// The service did nothing, and said so, or was never reached.
    Refused(PortError),
    /// It may have been done.
    Unknown(PortError),
}

impl Failure {
    pub(super) fn into_error(self) -> PortError {
        match self {
            Self::Refused(error) | Self::Unknown(error) => error,
        }
    }

    fn error(&self) -> &PortError {
        match self {
            Self::Refused(error) | Self::Unknown(error) => error,
        }
    }
}

impl Client {
    pub(super) fn new(connection: &Connection, options: &OpenSearchOptions, meter: Meter) -> PortResult<Self> {
        // An error means that the process chose a provider before: that one stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let on = format!("endpoint {}", options.endpoint);
        let call = Call { action: options.service.action(), on: &on };
        let invalid = |what: &str| call.error(PortErrorKind::Invalid, what);
        let url = Url::parse(&options.endpoint)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| invalid("it is no address: write https://HOST"))?;
        let sdk = &connection.sdk;
        let region = sdk.region().cloned().ok_or_else(|| invalid("no region: set AWS_REGION"))?;
        let keys = sdk.credentials_provider().ok_or_else(|| {
            call.error(PortErrorKind::Denied, "no AWS credentials: set AWS_PROFILE, or run with a role")
        })?;
        let keys = SharedCredentialsProvider::new(Remembered::new(keys));
        let transport = TransportBuilder::new(SingleNodeConnectionPool::new(url))
            .auth(Credentials::AwsSigV4(keys, region))
            .service_name(options.service.as_str())
            // As the clients of the other services: an endpoint is reached as it is written.
            .disable_proxy()
            .build()
            .map_err(|error| invalid("no client can be made for it").with_source(error))?;
        Ok(Self { transport, service: options.service, meter })
    }

    /// A call that may be done twice without harm; repeated while that can help.
    pub(super) async fn repeat(&self, request: &Request<'_>) -> PortResult<Value> {
        let mut tries = 1;
        loop {
            match self.once(request).await {
                Err(failure) if tries < TRIES && failure.error().is_transient() => {
                    pause(tries, failure.error().retry_after).await;
                    tries += 1;
                }
                answer => return answer.map_err(Failure::into_error),
            }
        }
    }

    /// A call that is sent once.
    pub(super) async fn once(&self, request: &Request<'_>) -> Result<Value, Failure> {
        let Request { method, index, part, query, body } = request;
        let name = if part.is_empty() { "index" } else { part.trim_start_matches('_') };
        self.meter.request("OpenSearch", name);
        let on = format!("index {index}");
        let call = Call { action: self.service.action_of(*method), on: &on };
        let path = if part.is_empty() { (*index).to_owned() } else { format!("{index}/{part}") };
        let mut headers = HeaderMap::new();
        if *part == "_bulk" {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
        }
        let body = Some(body.clone()).filter(|body| !body.is_empty());
        let query = Some(*query).filter(|query| !query.is_empty());
        let sent = self.transport.send(*method, &path, headers, query, body, Some(PATIENCE)).await;
        let response = sent.map_err(|error| self.unsent(&call, &error))?;
        let status = response.status_code().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let broken = |_| Failure::Unknown(call.error(PortErrorKind::Unavailable, "the answer could not be read"));
        let bytes = response.bytes().await.map_err(broken)?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        let mut error = self.refused(&call, status, &answer);
        error.retry_after = retry_after.map(Duration::from_secs);
        match status {
            // A gateway that gave up does not know what became of the request.
            500.. | 408 => Err(Failure::Unknown(error)),
            _ => Err(Failure::Refused(error)),
        }
    }

    /// What the service refused, by status and the type of its error. Its reason is not told: it may repeat content.
    fn refused(&self, call: &Call<'_>, status: u16, answer: &Value) -> PortError {
        let code = answer["error"]["type"].as_str().or_else(|| answer["error"].as_str()).unwrap_or("no code");
        let kind = kind_of(status);
        let more = match (kind, self.service) {
            (PortErrorKind::Denied, Service::Aoss) => {
                "; name the role in the data access policy of the collection, too"
            }
            (PortErrorKind::Denied, Service::Es) => "; with fine-grained access, map the role inside the domain, too",
            _ => "",
        };
        call.error(kind, &format!("{code} ({status}){more}"))
    }

    /// No answer came.
    fn unsent(&self, call: &Call<'_>, error: &opensearch::Error) -> Failure {
        let mut cause = error.source();
        let mut never_reached = false;
        let mut words = Vec::new();
        while let Some(next) = cause {
            never_reached |= next.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_connect);
            words.push(next.to_string());
            cause = next.source();
        }
        if error.is_timeout() {
            return Failure::Unknown(call.error(PortErrorKind::Unavailable, "no answer in time"));
        }
        // The client reports what it could not sign as text.
        let text = error.to_string();
        if text.contains("Signing Failed") {
            let what = format!("no AWS credentials: set AWS_PROFILE, or run with a role ({text})");
            return Failure::Refused(call.error(PortErrorKind::Denied, &what));
        }
        let what = words.pop().unwrap_or(text);
        let error = call.error(PortErrorKind::Unavailable, &format!("cannot be reached: {what}"));
        if never_reached { Failure::Refused(error) } else { Failure::Unknown(error) }
    }

    pub(super) fn service(&self) -> Service {
        self.service
    }

    /// An error about an index that was found on our side of the wire.
    pub(super) fn error(&self, method: Method, index: &str, kind: PortErrorKind, what: &str) -> PortError {
        Call { action: self.service.action_of(method), on: &format!("index {index}") }.error(kind, what)
    }
}

/// What a status means, of a whole answer or of one item of it.
pub(super) fn kind_of(status: u16) -> PortErrorKind {
    match status {
        401 | 403 => PortErrorKind::Denied,
        404 => PortErrorKind::NotFound,
        409 | 412 => PortErrorKind::Conflict,
        429 => PortErrorKind::Throttled,
        408 | 500.. => PortErrorKind::Unavailable,
        _ => PortErrorKind::Invalid,
    }
}

/// A growing pause, different for everybody.
pub(super) async fn pause(tries: u32, at_least: Option<Duration>) {
    let most = 50_u64 << tries.min(7);
    let share = u64::from(ulid::Ulid::new().random() as u32) % most;
    let pause = Duration::from_millis(most / 2 + share / 2);
    tokio::time::sleep(pause.max(at_least.unwrap_or_default().min(Duration::from_secs(20)))).await;
}
