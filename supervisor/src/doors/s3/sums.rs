//! Checksums of a body: which are computed, and whether they are what the client said, in a header or after the body.

use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::STANDARD};
use s3s::{
    S3ErrorCode, S3Result, TrailingHeaders,
    checksum::ChecksumHasher,
    crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256},
    dto::Checksum,
};

use super::problem::problem;

/// Names what comes after the body.
const TRAILER: &str = "x-amz-trailer";

/// The algorithms, by the names in headers.
const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

fn header(algorithm: &str) -> String {
    format!("x-amz-checksum-{algorithm}")
}

/// The value of an algorithm.
pub(super) fn of<'a>(sums: &'a Checksum, algorithm: &str) -> Option<&'a String> {
    match algorithm {
        "crc32" => sums.checksum_crc32.as_ref(),
        "crc32c" => sums.checksum_crc32c.as_ref(),
        "crc64nvme" => sums.checksum_crc64nvme.as_ref(),
        "sha1" => sums.checksum_sha1.as_ref(),
        _ => sums.checksum_sha256.as_ref(),
    }
}

/// What is computed of a body, and what was said about it.
pub(super) struct Sums {
    hasher: ChecksumHasher,
    md5: Md5,
    said: Checksum,
    said_md5: Option<String>,
}

impl Sums {
    /// Computes what `said`, the headers or `algorithm` ask for; of whoever asks for nothing, what S3 computes then.
    pub(super) fn new(headers: &HeaderMap, said: Checksum, said_md5: Option<String>, algorithm: Option<&str>) -> Self {
        let trailer = headers.get(TRAILER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let trailers: Vec<String> = trailer.split(',').map(|name| name.trim().to_lowercase()).collect();
        let asked = |name: &str| {
            of(&said, name).is_some()
                || trailers.contains(&header(name))
                || algorithm.is_some_and(|algorithm| algorithm.eq_ignore_ascii_case(name))
        };
        let nothing = !ALGORITHMS.into_iter().any(asked);
        let hasher = ChecksumHasher {
            crc32: asked("crc32").then(Crc32::new),
            crc32c: asked("crc32c").then(Crc32c::new),
            crc64nvme: (nothing || asked("crc64nvme")).then(Crc64Nvme::new),
            sha1: asked("sha1").then(Sha1::new),
            sha256: asked("sha256").then(Sha256::new),
        };
        Self { hasher, md5: Md5::new(), said, said_md5 }
    }

    /// Of a part or copy that nobody said anything about.
    pub(super) fn unasked(algorithm: Option<&str>) -> Self {
        Self::new(&HeaderMap::new(), Checksum::default(), None, algorithm)
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.md5.update(bytes);
    }

    /// The checksums and the MD5 as hexadecimal digits, if they are what was said.
    pub(super) fn finish(self, trailers: Option<&TrailingHeaders>) -> S3Result<(Checksum, String)> {
        let md5 = self.md5.finalize();
        if let Some(said) = self.said_md5 {
            let bytes = STANDARD.decode(&said).ok().filter(|bytes| bytes.len() == 16);
            let bytes =
                bytes.ok_or_else(|| problem(S3ErrorCode::InvalidDigest, "Content-MD5 is not an MD5 in base64"))?;
            if bytes != md5.as_ref() {
                return Err(problem(
                    S3ErrorCode::BadDigest,
                    "Content-MD5 is not that of the body: it was changed on the way",
                ));
            }
        }
        let computed = self.hasher.finalize();
        for algorithm in ALGORITHMS {
            let after = trailers.and_then(|trailers| {
                trailers.read(|headers| Some(headers.get(header(algorithm))?.to_str().ok()?.to_owned())).flatten()
            });
            let said = of(&self.said, algorithm).cloned().or(after);
            if let Some(said) = said
                && of(&computed, algorithm) != Some(&said)
            {
                let message = format!(
                    "{} is not that of the body: it was changed on the way, or the checksum was made of something else",
                    header(algorithm)
                );
                return Err(problem(S3ErrorCode::BadDigest, message));
            }
        }
        Ok((computed, md5.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

/// Of an object in parts: the checksum of the checksums of its parts, with their number.
pub(super) fn composite(parts: &[Checksum]) -> Checksum {
    let mut whole = Checksum::default();
    let joined = |algorithm: &str| -> Option<Vec<u8>> {
        let each = parts.iter().map(|part| of(part, algorithm).and_then(|sum| STANDARD.decode(sum).ok()));
        Some(each.collect::<Option<Vec<_>>>()?.concat()).filter(|joined| !joined.is_empty())
    };
    let written = |sum: &[u8]| format!("{}-{}", STANDARD.encode(sum), parts.len());
    whole.checksum_crc32 = joined("crc32").map(|joined| written(&Crc32::checksum(&joined)));
    whole.checksum_crc32c = joined("crc32c").map(|joined| written(&Crc32c::checksum(&joined)));
    whole.checksum_sha1 = joined("sha1").map(|joined| written(Sha1::checksum(&joined).as_ref()));
    whole.checksum_sha256 = joined("sha256").map(|joined| written(Sha256::checksum(&joined).as_ref()));
    whole
}

/// Collects the checksums that an input or a part names.
macro_rules! said {
    ($from:expr) => {
        s3s::dto::Checksum {
            checksum_crc32: $from.checksum_crc32.clone(),
            checksum_crc32c: $from.checksum_crc32c.clone(),
            checksum_crc64nvme: $from.checksum_crc64nvme.clone(),
            checksum_sha1: $from.checksum_sha1.clone(),
            checksum_sha256: $from.checksum_sha256.clone(),
            checksum_type: None,
        }
    };
}
pub(super) use said;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_must_be_so() {
        let said = |crc32: &str| Checksum { checksum_crc32: Some(crc32.into()), ..Checksum::default() };
        let finish = |said: Checksum, md5: Option<&str>| {
            let mut sums = Sums::new(&HeaderMap::new(), said, md5.map(str::to_owned), None);
            sums.update(b"12345");
            sums.update(b"6789");
            sums.finish(None).map_err(|error| error.code().clone())
        };
        // The check value of CRC-32.
        let (sums, md5) = finish(said("y/Q5Jg=="), Some("JfnnlDI7RTiF9RgfG2JNCw==")).unwrap();
        assert_eq!(
            (sums.checksum_crc32.as_deref(), md5.as_str()),
            (Some("y/Q5Jg=="), "25f9e794323b453885f5181f1b624d0b")
        );
        assert_eq!(finish(said("AAAAAA=="), None), Err(S3ErrorCode::BadDigest));
        assert_eq!(finish(Checksum::default(), Some("AAAAAAAAAAAAAAAAAAAAAA==")), Err(S3ErrorCode::BadDigest));
        assert_eq!(finish(Checksum::default(), Some("x")), Err(S3ErrorCode::InvalidDigest));
        // The check value of CRC-64/NVME, which is computed when nothing is asked for.
        let (sums, _) = finish(Checksum::default(), None).unwrap();
        assert_eq!(sums.checksum_crc64nvme.as_deref(), Some("rosUhgp5mIg="));
        assert_eq!(sums.checksum_crc32, None);
    }
}
