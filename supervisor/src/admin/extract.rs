//! What handlers take from a request. Whatever does not fit is refused with the field and the fix.

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use cueline_protocol::ids::ExecutionId;
use serde::de::DeserializeOwned;

use super::refusal::Refusal;
use crate::config::explain;

/// Largest body that is read.
pub(super) const BODY_LIMIT: usize = 16 << 20;
/// Rows of a page unless asked otherwise, and at most.
const PAGE: usize = 50;
const PAGE_LIMIT: usize = 1_000;

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let bytes = bytes(request).await?;
        parse(&bytes).map(Self)
    }
}

/// A JSON body that may be left out.
pub(super) struct OptionalBody<T>(pub(super) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let bytes = bytes(request).await?;
        if bytes.is_empty() { Ok(Self(T::default())) } else { parse(&bytes).map(Self) }
    }
}

async fn bytes(request: Request) -> Result<axum::body::Bytes, Refusal> {
    let is_json = |value: &str| value.split(';').next().is_some_and(|kind| kind.trim().ends_with("json"));
    let declared = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if let Some(declared) = declared.filter(|declared| !is_json(declared)) {
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type_unsupported", "the body is not JSON")
            .field("Content-Type")
            .value(declared)
            .fix("send JSON with `Content-Type: application/json`"));
    }
    axum::body::to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|_| {
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("the body has more than {BODY_LIMIT} bytes"),
        )
        .fix("put large content into the inbox and name it in the request")
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let error = error.into_inner();
        let (problem, fix) = explain(&error.to_string());
        let refusal = match error.classify() {
            serde_json::error::Category::Data => Refusal::invalid(problem).fix(fix),
            _ => Refusal::new(StatusCode::BAD_REQUEST, "json_invalid", format!("the body is not JSON: {error}"))
                .fix("correct the JSON"),
        };
        if field == "." { refusal } else { refusal.field(&field) }
    })?;
    json.end().map_err(|_| {
        Refusal::new(StatusCode::BAD_REQUEST, "json_invalid", "something follows after the JSON of the body")
            .fix("send one JSON value")
    })?;
    Ok(value)
}

/// Query parameters.
pub(super) struct Parameters<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Query::try_from_uri(&parts.uri).map(|Query(parameters)| Self(parameters)).map_err(|rejection| {
            let text = rejection.body_text();
            let message = text.split_once(": ").map_or(text.as_str(), |(_, message)| message);
            // Serde names the field in front when a value does not fit.
            let (field, message) = match message.split_once(": ") {
                Some((field, message)) if !field.contains(' ') => (Some(field), message),
                _ => (None, message),
            };
            let (problem, fix) = explain(message);
            // Every parameter that is not a word is a number.
            let fix = if fix.is_empty() { "write a whole number".to_owned() } else { fix };
            let refusal = Refusal::new(StatusCode::BAD_REQUEST, "parameter_invalid", problem).fix(fix);
            match field {
                Some(field) => refusal.field(field),
                None => refusal,
            }
        })
    }
}

/// The last part of a path.
pub(super) struct Name(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(rejection) => Err(Refusal::invalid(rejection.body_text()).fix("percent-encode the path as UTF-8")),
        }
    }
}

/// An execution named in the path.
pub(super) struct Id(pub(super) ExecutionId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Name(name) = Name::from_request_parts(parts, state).await?;
        Ok(Self(ExecutionId::new(name)?))
    }
}

/// `Idempotency-Key`: repeating a request under the same key is the same request.
pub(super) struct IdempotencyKey(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        key(&parts.headers).map(Self)
    }
}

impl IdempotencyKey {
    /// The id that the key stands for.
    pub(super) fn execution(&self, prefix: &str) -> Result<Option<ExecutionId>, Refusal> {
        let Some(key) = &self.0 else { return Ok(None) };
        let digest = blake3::hash(key.as_bytes()).to_hex();
        Ok(Some(ExecutionId::derived(prefix, &digest[..32])?))
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    const NAME: &str = "Idempotency-Key";
    let Some(given) = headers.get(NAME) else { return Ok(None) };
    match given.to_str() {
        Ok(key) if (1..=255).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Refusal::new(StatusCode::BAD_REQUEST, "header_invalid", "the key is empty, too long or not ASCII")
            .field(NAME)
            .fix("use 1 to 255 visible ASCII characters")),
    }
}

/// The size of a page.
pub(super) fn page_size(asked: Option<usize>) -> Result<usize, Refusal> {
    match asked.unwrap_or(PAGE) {
        limit @ 1..=PAGE_LIMIT => Ok(limit),
        other => Err(Refusal::new(StatusCode::BAD_REQUEST, "parameter_invalid", "the page size is out of range")
            .field("limit")
            .value(&other.to_string())
            .fix(format!("use 1 to {PAGE_LIMIT}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the form matters")]
    struct Sample {
        count: u32,
    }

    fn refused(body: &str) -> (String, Option<String>, String) {
        let refusal = parse::<Sample>(body.as_bytes()).unwrap_err();
        let problem = refusal.problem().clone();
        (problem.code, problem.field, problem.detail)
    }

    #[test]
    fn a_body_that_does_not_fit_names_the_field() {
        let cases = [
            (r#"{"count": "x"}"#, "request_invalid", Some("count")),
            (r#"{"count": 1, "cuont": 2}"#, "request_invalid", Some("cuont")),
            (r#"{"count": 1"#, "json_invalid", None),
            (r#"{"count": 1} x"#, "json_invalid", None),
            ("", "json_invalid", None),
        ];
        for (body, code, field) in cases {
            let (found, named, detail) = refused(body);
            assert_eq!(found, code, "{body}: {detail}");
            if let Some(field) = field {
                assert_eq!(named.as_deref(), Some(field), "{body}");
            }
        }
        assert!(parse::<Sample>(br#"{"count": 1}"#).is_ok());
    }

    #[test]
    fn a_key_always_names_the_same_execution() {
        let id = |key: &str| IdempotencyKey(Some(key.into())).execution("key").unwrap().unwrap();
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
        assert!(IdempotencyKey(None).execution("key").unwrap().is_none());
    }

    #[test]
    fn page_sizes_have_bounds() {
        assert_eq!(page_size(None).unwrap(), PAGE);
        assert!(page_size(Some(0)).is_err() && page_size(Some(PAGE_LIMIT + 1)).is_err());
    }
}
