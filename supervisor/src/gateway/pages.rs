//! Web pages that ask. A browser sends what any page tells it to, so where nobody needs a key, a page must be allowed by name, and
//! the name that the browser asked for must be this machine's own: a page of anywhere can have its name lead here.

use std::{net::IpAddr, time::Duration};

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{HOST, ORIGIN, RETRY_AFTER},
};
use tower_http::cors::{AllowHeaders, CorsLayer};

use super::problem::{Problem, REQUEST_ID};

/// What pages may read of a response, besides its body.
const TOLD: [HeaderName; 5] = [
    REQUEST_ID,
    RETRY_AFTER,
    HeaderName::from_static("x-cueline-decision"),
    HeaderName::from_static("x-cueline-cache"),
    HeaderName::from_static("x-vercel-ai-ui-message-stream"),
];
/// How long a browser remembers what it may do.
const REMEMBERED: Duration = Duration::from_secs(600);

/// What browsers want to hear before a page of another origin may ask.
pub(super) fn cors(origins: &[HeaderValue]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(TOLD)
        .max_age(REMEMBERED)
}

/// Refuses a page that nobody allowed. For doors that ask for no key.
pub(super) fn check(headers: &HeaderMap, origins: &[HeaderValue]) -> Result<(), Problem> {
    let word = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).chars().take(200).collect::<String>();
    if let Some(host) = headers.get(HOST).filter(|host| !is_here(host)) {
        let message = format!(
            "Host is {:?}; without keys this answers to localhost only: create a key (`cueline keys create NAME`), or ask for \
             127.0.0.1",
            word(host)
        );
        return Err(Problem::new(StatusCode::FORBIDDEN, "host_not_allowed", message));
    }
    match headers.get(ORIGIN) {
        Some(origin) if !origins.contains(origin) && !is_same(origin, headers.get(HOST)) => {
            let message = format!(
                "Origin is {:?}; allow that page with `[gateway] origins = […]` in cueline.toml, or create a key",
                word(origin)
            );
            Err(Problem::new(StatusCode::FORBIDDEN, "origin_not_allowed", message))
        }
        _ => Ok(()),
    }
}

/// Whether a host is a name of this machine, or its address.
fn is_here(host: &HeaderValue) -> bool {
    let Ok(host) = host.to_str() else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok()
}

fn is_same(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let of = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    of.is_some_and(|(_, name)| host.is_some_and(|host| host.as_bytes() == name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_keys_only_pages_that_were_allowed_are_answered() {
        let allowed = [HeaderValue::from_static("http://localhost:5173")];
        for (host, origin, code) in [
            ("127.0.0.1:7719", None, None),
            ("localhost:7719", None, None),
            ("[::1]:7719", None, None),
            ("app.localhost", None, None),
            ("127.0.0.1:7719", Some("http://localhost:5173"), None),
            ("127.0.0.1:7719", Some("http://127.0.0.1:7719"), None),
            ("127.0.0.1:7719", Some("http://127.0.0.1:80"), Some("origin_not_allowed")),
            ("127.0.0.1:7719", Some("https://evil.test"), Some("origin_not_allowed")),
            ("127.0.0.1:7719", Some("null"), Some("origin_not_allowed")),
            ("evil.test:7719", Some("http://evil.test:7719"), Some("host_not_allowed")),
            ("localhost.evil.test", None, Some("host_not_allowed")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            let told = check(&headers, &allowed).err().map(|problem| problem.body()["error"]["code"].clone());
            assert_eq!(told, code.map(Into::into), "{host} {origin:?}");
        }
    }
}
