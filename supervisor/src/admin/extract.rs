//! What handlers take from a request. Whatever does not fit is refused with the field and the fix.

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cueline_protocol::ids::ExecutionId;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::refusal::Refusal;
use crate::{api::Unique, config::explain};

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

/// A JSON document as it was written, for those who look at more than its values.
pub(super) struct Document(pub(super) String);

impl<S: Send + Sync> FromRequest<S> for Document {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let bytes = bytes(request).await?;
        String::from_utf8(bytes.into()).map(Self).map_err(|_| {
            Refusal::new(StatusCode::BAD_REQUEST, "json_invalid", "the body is not UTF-8").fix("send JSON in UTF-8")
        })
    }
}

/// `application/json`, `application/problem+json`, in UTF-8 if anything is said about that.
fn is_json(declared: &str) -> bool {
    let mut parts = declared.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| part.to_ascii_lowercase().strip_prefix("charset=").map(str::to_owned));
    let is_utf8 = charset.is_none_or(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8" | "us-ascii"));
    is_utf8 && (kind.ends_with("/json") || kind.ends_with("+json"))
}

async fn bytes(request: Request) -> Result<axum::body::Bytes, Refusal> {
    let declared = request.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or("(not text)"));
    if let Some(declared) = declared.filter(|declared| !is_json(declared)) {
        let detail = "the body is not JSON in UTF-8";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type_unsupported", detail)
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
    let document: Unique = serde_json::from_slice(bytes).map_err(|error| {
        Refusal::new(StatusCode::BAD_REQUEST, "json_invalid", format!("the body is not JSON: {error}"))
            .fix("correct the JSON")
    })?;
    if let Some(repeated) = document.repeated.first() {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "key_duplicate", "the body has a key twice")
            .field(repeated)
            .fix("keep one of them"));
    }
    if !document.value.is_object() {
        return Err(Refusal::invalid("the body is not an object").fix("send a JSON object: `{...}`"));
    }
    value_of(document.value, "")
}

/// A part of a body as a type; `name` is what the part is called.
pub(super) fn value<T: DeserializeOwned>(given: &Value, name: &str) -> Result<T, Refusal> {
    if !given.is_object() {
        return Err(Refusal::invalid("this is not an object").field(name).fix("send a JSON object: `{...}`"));
    }
    value_of(given.clone(), name)
}

fn value_of<T: DeserializeOwned>(given: Value, name: &str) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(given).map_err(|error| {
        let path = error.path().to_string();
        let (problem, fix) = explain(&error.into_inner().to_string());
        let field: Vec<&str> = [name, &path].into_iter().filter(|part| !matches!(*part, "" | "." | "?")).collect();
        let refusal = Refusal::invalid(problem).fix(fix);
        if field.is_empty() { refusal } else { refusal.field(&field.join(".")) }
    })
}

/// A place in a list as the client gets it: it cannot be made up, so one of another list is refused.
pub(super) fn seal_cursor(list: &str, place: Option<String>) -> Option<String> {
    place.map(|place| format!("{}{}", seal(list, &place), URL_SAFE_NO_PAD.encode(place)))
}

/// What [`seal_cursor`] made.
pub(super) fn open_cursor(list: &str, given: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(given) = given else { return Ok(None) };
    let place = given.split_at_checked(SEAL).and_then(|(sealed, encoded)| {
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()?;
        (seal(list, &place) == sealed).then_some(place)
    });
    place.map(Some).ok_or_else(|| {
        Refusal::new(StatusCode::BAD_REQUEST, "parameter_invalid", "the cursor is not one of this list")
            .field("cursor")
            .value(&given)
            .fix("leave it out to begin at the first page")
    })
}

/// Digits of a seal.
const SEAL: usize = 8;

fn seal(list: &str, place: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(list.as_bytes()).update(&[0]).update(place.as_bytes());
    hasher.finalize().to_hex().as_str()[..SEAL].to_owned()
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
                Some(field) => match given(&parts.uri, field) {
                    Some(value) => refusal.field(field).value(value),
                    None => refusal.field(field),
                },
                None => refusal,
            }
        })
    }
}

/// What the query says about a parameter, as it stands there.
fn given<'u>(uri: &'u axum::http::Uri, parameter: &str) -> Option<&'u str> {
    uri.query()?.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == parameter).map(|(_, v)| v)
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
            ("[1]", "request_invalid", None),
            (r#"{"count": 1, "count": 2}"#, "key_duplicate", Some("/count")),
        ];
        for (body, code, field) in cases {
            let (found, named, detail) = refused(body);
            assert_eq!(found, code, "{body}: {detail}");
            assert_eq!(named.as_deref(), field, "{body}");
        }
        assert!(parse::<Sample>(br#"{"count": 1}"#).is_ok());
    }

    #[test]
    fn only_json_in_utf_8_is_read() {
        for yes in ["application/json", "application/json; charset=UTF-8", "application/problem+json"] {
            assert!(is_json(yes), "{yes}");
        }
        for no in ["text/plain", "application/json; charset=utf-16", "notjson", ""] {
            assert!(!is_json(no), "{no}");
        }
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let sealed = seal_cursor("documents", Some("hr/ä.md".into()));
        assert_eq!(open_cursor("documents", sealed.clone()).unwrap().as_deref(), Some("hr/ä.md"));
        assert!(open_cursor("dead letters", sealed).is_err());
        assert_eq!(open_cursor("documents", None).unwrap(), None);
        for made_up in ["zzz", "", "äääää", "00000000YQ"] {
            let refusal = open_cursor("documents", Some(made_up.into())).unwrap_err();
            assert_eq!(refusal.problem().field.as_deref(), Some("cursor"), "{made_up}");
        }
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
