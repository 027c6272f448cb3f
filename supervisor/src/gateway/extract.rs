//! What handlers take from a request. Whatever does not fit is refused in OpenAI's form, and nothing of a body is read before all
//! that stands in front of it was found well: without a valid key nobody has us keep anything.
//!
//! A body has ten seconds, and one more for every 8 KiB of it that came; it is never silent for more than thirty. All bodies that
//! are being read share 512 MiB: whoever comes when those are used is asked to come again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{BodyDataStream, Bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use bytes::BytesMut;
use cueline_ports::Clock;
use futures::{FutureExt, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Gate, problem::Problem};

/// Bytes of a request at most: images are sent inside.
pub(super) const LARGEST: usize = 32 << 20;
/// Bytes of all bodies that are being read.
const TOGETHER: usize = 512 << 20;
/// Milliseconds for a body of which nothing came yet.
const FIRST_MS: i64 = 10_000;
/// Milliseconds of silence.
const SILENT_MS: i64 = 30_000;
/// Bytes that a second must bring once the first ones are over.
const SLOWEST: usize = 8 << 10;
/// After which there may be room again, in milliseconds.
const AGAIN_MS: u64 = 1_000;

/// Reads a request of whoever sent it.
pub(super) fn parse(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Problem::invalid("invalid_json", "the body is JSON but no object; send a request as an object")),
        Err(error) => Err(Problem::invalid("invalid_json", format!("the body is no JSON: {error}"))),
    }
}

/// Bytes that came and were not parsed yet, of all requests together. Cloning gives another handle.
#[derive(Clone, Default)]
pub(super) struct Unread(Arc<AtomicUsize>);

/// Bytes that count until this is dropped.
pub(super) struct Held {
    all: Unread,
    bytes: usize,
}

impl Unread {
    /// Counts so many, if there is room for them.
    pub(super) fn hold(&self, bytes: usize) -> Result<Held, Problem> {
        let mut held = Held { all: self.clone(), bytes: 0 };
        held.more(bytes)?;
        Ok(held)
    }
}

impl Held {
    fn more(&mut self, bytes: usize) -> Result<(), Problem> {
        let before = self.all.0.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before + bytes <= TOGETHER {
            return Ok(());
        }
        let message = format!("requests that are being read have {TOGETHER} bytes together; come again in a moment");
        Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_busy", message).retry_after(Some(AGAIN_MS)).closing())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A whole body.
pub(super) struct Body {
    bytes: Bytes,
    /// Until it is parsed.
    _held: Held,
}

impl Body {
    /// As the object that it is; its bytes are gone then.
    pub(super) fn object(self) -> Result<Map<String, Value>, Problem> {
        parse(&self.bytes)
    }

    async fn read(mut body: BodyDataStream, unread: &Unread, clock: &dyn Clock) -> Result<Self, Problem> {
        let (begun_ms, mut held) = (clock.now_ms(), unread.hold(0)?);
        let (mut first, mut all) = (Bytes::new(), BytesMut::new());
        loop {
            // What is there already needs no clock, and that is nearly always all of it.
            let portion = match body.next().now_or_never() {
                Some(portion) => portion,
                None => tokio::select! {
                    biased;
                    portion = body.next() => portion,
                    () = clock.sleep(patience(clock.now_ms() - begun_ms, held.bytes)) => return Err(slow(held.bytes)),
                },
            };
            let bytes = match portion {
                None => break,
                Some(Ok(bytes)) => bytes,
                Some(Err(_)) => {
                    let message = format!("the body broke off after {} bytes", held.bytes);
                    return Err(Problem::invalid("body_incomplete", message).closing());
                }
            };
            if held.bytes + bytes.len() > LARGEST {
                return Err(large(None));
            }
            held.more(bytes.len())?;
            match (first.is_empty(), all.is_empty()) {
                (true, _) => first = bytes,
                (false, true) => {
                    all.extend_from_slice(&first);
                    all.extend_from_slice(&bytes);
                }
                (false, false) => all.extend_from_slice(&bytes),
            }
        }
        let bytes = if all.is_empty() { first } else { all.freeze() };
        Ok(Self { bytes, _held: held })
    }
}

impl FromRequest<Gate> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, gate: &Gate) -> Result<Self, Problem> {
        let headers = request.headers();
        if let Some(encoding) = headers.get(header::CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
            let encoding: String = String::from_utf8_lossy(encoding.as_bytes()).chars().take(40).collect();
            let message = format!("Content-Encoding is {encoding:?}; send the body as it is, nothing is unpacked here");
            let unsupported = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "encoding_unsupported", message);
            return Err(unsupported.closing());
        }
        let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if let Some(length) = length.filter(|length| *length > LARGEST as u64) {
            return Err(large(Some(length)));
        }
        Self::read(request.into_body().into_data_stream(), &gate.0.unread, &*gate.world().clock).await
    }
}

/// How long more of a body is waited for.
fn patience(since_ms: i64, came: usize) -> Duration {
    let earned_ms = i64::try_from(came / SLOWEST).unwrap_or(i64::MAX).saturating_mul(1_000);
    let left_ms = FIRST_MS.saturating_add(earned_ms).saturating_sub(since_ms);
    Duration::from_millis(left_ms.clamp(0, SILENT_MS).unsigned_abs())
}

fn slow(came: usize) -> Problem {
    let message = format!(
        "{came} bytes of the body came, too slowly; {} seconds are given, and one for every {SLOWEST} bytes that came",
        FIRST_MS / 1_000
    );
    Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", message).closing()
}

fn large(length: Option<u64>) -> Problem {
    let length = length.map_or_else(|| format!("more than {LARGEST}"), |length| length.to_string());
    let message = format!("the body has {length} bytes; {LARGEST} are taken at most. Name large images by their URL");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message).closing()
}

/// Parts of a path.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Gate> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gate: &Gate) -> Result<Self, Problem> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, gate).await;
        read.map(|axum::extract::Path(value)| Self(value)).map_err(|rejection| {
            let message = format!("{}; percent-encode the path as UTF-8", rejection.body_text());
            Problem::invalid("path_invalid", message)
        })
    }
}

/// What stands behind the path.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Gate> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Gate) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| Problem::invalid("query_invalid", rejection.body_text()))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::atomic::{AtomicI64, Ordering},
    };

    use async_trait::async_trait;
    use futures::stream;

    use super::*;

    /// A clock that goes on only while somebody waits.
    #[derive(Default)]
    struct Waited(AtomicI64);

    #[async_trait]
    impl Clock for Waited {
        fn now_ms(&self) -> i64 {
            self.0.load(Ordering::Relaxed)
        }

        async fn sleep(&self, duration: Duration) {
            self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::Relaxed);
        }
    }

    fn body(portions: Vec<Vec<u8>>, ends: bool) -> BodyDataStream {
        let portions = stream::iter(portions.into_iter().map(|bytes| Ok::<_, Infallible>(Bytes::from(bytes))));
        let rest = if ends { stream::empty().boxed() } else { stream::pending().boxed() };
        axum::body::Body::from_stream(portions.chain(rest)).into_data_stream()
    }

    fn read(body: BodyDataStream, unread: &Unread, clock: &Waited) -> Result<Vec<u8>, String> {
        let read = Body::read(body, unread, clock).now_or_never().unwrap();
        read.map(|body| body.bytes.to_vec())
            .map_err(|problem| problem.body()["error"]["code"].as_str().unwrap().to_owned())
    }

    #[test]
    fn portions_are_one_body_and_count_until_it_is_dropped() {
        let (unread, clock) = (Unread::default(), Waited::default());
        for (portions, whole) in [
            (vec![], &b""[..]),
            (vec![b"".to_vec(), b"ab".to_vec()], b"ab"),
            (vec![b"ab".to_vec(), b"".to_vec(), b"c".to_vec(), b"de".to_vec()], b"abcde"),
        ] {
            assert_eq!(read(body(portions, true), &unread, &clock).as_deref(), Ok(whole));
            assert_eq!(unread.0.load(Ordering::Relaxed), 0);
        }
        assert_eq!(clock.now_ms(), 0, "nobody waited");
        let most = vec![vec![0; LARGEST], vec![0]];
        assert_eq!(read(body(most, true), &unread, &clock), Err("body_too_large".into()));
        let held = unread.hold(TOGETHER - 2).unwrap();
        assert_eq!(read(body(vec![b"ab".to_vec()], true), &unread, &clock).as_deref(), Ok(&b"ab"[..]));
        assert_eq!(read(body(vec![b"ab".to_vec(), b"c".to_vec()], true), &unread, &clock), Err("too_busy".into()));
        drop(held);
        assert_eq!(unread.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_body_is_not_waited_for_longer_than_it_deserves() {
        let (unread, clock) = (Unread::default(), Waited::default());
        assert_eq!(read(body(vec![b"{".to_vec()], false), &unread, &clock), Err("body_timeout".into()));
        assert_eq!((clock.now_ms(), unread.0.load(Ordering::Relaxed)), (FIRST_MS, 0));
        let seconds = |since_ms, came| patience(since_ms, came).as_secs();
        assert_eq!([seconds(0, 0), seconds(9_000, 8_191), seconds(9_000, 8_192), seconds(11_000, 0)], [10, 1, 2, 0]);
        assert_eq!(seconds(0, LARGEST), 30, "whoever was quick may not fall silent for an hour");
    }
}
