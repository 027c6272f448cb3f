//! AWS Signature Version 4 of a request whose body is at hand.
//!
//! "Signature Version 4 signing process" in the AWS General Reference: the request is written in one canonical form, its
//! hash is signed by a key that is derived from the secret, the day, the region and the service.

use axum::http::{HeaderMap, Method, Uri};
use ring::{digest, hmac};
use time::{Duration, OffsetDateTime, PrimitiveDateTime, macros::format_description};

use super::DoorKeys;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How far the clock of a client may be from ours.
const SKEW: Duration = Duration::minutes(15);

/// Why a request is not let in: the codes of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    Missing,
    Incomplete,
    UnknownKey,
    Expired,
    Mismatch,
}

impl Denied {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete => "IncompleteSignatureException",
            Self::UnknownKey => "UnrecognizedClientException",
            Self::Expired | Self::Mismatch => "InvalidSignatureException",
        }
    }

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Missing => "The request is not signed; `cueline doors` shows the keys.",
            Self::Incomplete => "The Authorization header is not one of Signature Version 4.",
            Self::UnknownKey => {
                "The security token included in the request is invalid; `cueline doors` shows the keys."
            }
            Self::Expired => "The time of the signature is too far from that of this machine; correct the clock.",
            Self::Mismatch => {
                "The request signature we calculated does not match the signature you provided. Check your secret access key."
            }
        }
    }
}

/// Checks a request for a service.
pub(super) fn check(
    (method, uri, headers, body): (&Method, &Uri, &HeaderMap, &[u8]),
    service: &str,
    keys: &DoorKeys,
    now: OffsetDateTime,
) -> Result<(), Denied> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization").ok_or(Denied::Missing)?;
    let Authorization { key, scope, signed, signature } =
        Authorization::parse(authorization).ok_or(Denied::Incomplete)?;
    if key != keys.access_key_id {
        return Err(Denied::UnknownKey);
    }
    let date = header("x-amz-date").ok_or(Denied::Incomplete)?;
    let [day, region, of, "aws4_request"] = scope[..] else { return Err(Denied::Incomplete) };
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let at = PrimitiveDateTime::parse(date, format).map_err(|_| Denied::Incomplete)?.assume_utc();
    if of != service || !date.starts_with(day) || !signed.contains(&"host") {
        return Err(Denied::Mismatch);
    }
    if (now - at).abs() > SKEW {
        return Err(Denied::Expired);
    }
    let canonical = canonical(method, uri, headers, &signed, body).ok_or(Denied::Incomplete)?;
    let to_sign = format!("{ALGORITHM}\n{date}\n{}\n{}", scope.join("/"), hash(canonical.as_bytes()));
    let secret = format!("AWS4{}", keys.secret_access_key);
    let mut key = sign(secret.as_bytes(), day);
    for part in [region, service, "aws4_request"] {
        key = sign(key.as_ref(), part);
    }
    let given = unhex(signature).ok_or(Denied::Incomplete)?;
    // In a time that does not depend on where they differ.
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_ref());
    hmac::verify(&key, to_sign.as_bytes(), &given).map_err(|_| Denied::Mismatch)
}

struct Authorization<'a> {
    key: &'a str,
    scope: Vec<&'a str>,
    signed: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (mut credential, mut signed, mut signature) = (None, None, None);
        for part in text.strip_prefix(ALGORITHM)?.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            match name {
                "Credential" => credential = Some(value),
                "SignedHeaders" => signed = Some(value.split(';').collect::<Vec<_>>()),
                "Signature" => signature = Some(value),
                _ => return None,
            }
        }
        let mut scope: Vec<&str> = credential?.split('/').collect();
        let key = scope.remove(0);
        Some(Self { key, scope, signed: signed?, signature: signature? })
    }
}

/// The request in its one form. The doors have no paths and queries that would need encoding.
fn canonical(method: &Method, uri: &Uri, headers: &HeaderMap, signed: &[&str], body: &[u8]) -> Option<String> {
    let mut text = format!("{method}\n{}\n{}\n", uri.path(), uri.query().unwrap_or_default());
    for name in signed {
        let values = headers.get_all(*name).iter().map(|value| value.to_str().ok());
        let values = values.collect::<Option<Vec<_>>>()?;
        if values.is_empty() {
            return None;
        }
        let trimmed = values.iter().map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "));
        text.push_str(&format!("{name}:{}\n", trimmed.collect::<Vec<_>>().join(",")));
    }
    text.push_str(&format!("\n{}\n{}", signed.join(";"), hash(body)));
    Some(text)
}

fn sign(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

fn hash(bytes: &[u8]) -> String {
    digest::digest(&digest::SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The request of the published example.
    fn request(authorization: &str) -> (Method, Uri, HeaderMap) {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z"), ("authorization", authorization)]
        {
            headers.insert(name, value.parse().unwrap());
        }
        (Method::GET, "/".parse().unwrap(), headers)
    }

    fn keys() -> DoorKeys {
        DoorKeys {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
        }
    }

    /// `get-vanilla` of the test suite that AWS published for Signature Version 4.
    const VANILLA: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
        SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

    fn outcome(authorization: &str, service: &str, body: &[u8], after: Duration) -> Result<(), Denied> {
        let (method, uri, headers) = request(authorization);
        let now = time::macros::datetime!(2015-08-30 12:36:00 UTC) + after;
        check((&method, &uri, &headers, body), service, &keys(), now)
    }

    #[test]
    fn the_published_example_is_let_in_and_any_change_is_not() {
        assert_eq!(outcome(VANILLA, "service", b"", Duration::ZERO), Ok(()));
        assert_eq!(outcome(VANILLA, "service", b"x", Duration::ZERO), Err(Denied::Mismatch));
        assert_eq!(outcome(VANILLA, "events", b"", Duration::ZERO), Err(Denied::Mismatch));
        assert_eq!(outcome(VANILLA, "service", b"", Duration::minutes(16)), Err(Denied::Expired));
        assert_eq!(outcome(VANILLA, "service", b"", Duration::minutes(-16)), Err(Denied::Expired));
        let stranger = VANILLA.replace("AKIDEXAMPLE", "AKIDSTRANGER");
        assert_eq!(outcome(&stranger, "service", b"", Duration::ZERO), Err(Denied::UnknownKey));
        let forged = VANILLA.replace("Signature=5", "Signature=6");
        assert_eq!(outcome(&forged, "service", b"", Duration::ZERO), Err(Denied::Mismatch));
        let unbound = VANILLA.replace("host;", "");
        assert_eq!(outcome(&unbound, "service", b"", Duration::ZERO), Err(Denied::Mismatch));
        for nonsense in ["", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a, Signature=zz"] {
            assert_eq!(outcome(nonsense, "service", b"", Duration::ZERO), Err(Denied::Incomplete), "{nonsense}");
        }
    }
}
