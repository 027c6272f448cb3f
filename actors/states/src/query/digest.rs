//! The hash algorithms both query languages offer.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

pub(crate) const NAMES: [&str; 5] = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

/// Lowercase hexadecimal digits, or `None` for an unknown algorithm.
pub(crate) fn hex(content: &[u8], algorithm: &str) -> Option<String> {
    Some(match algorithm {
        "MD5" => digits(&Md5::digest(content)),
        "SHA-1" => digits(&Sha1::digest(content)),
        "SHA-256" => digits(&Sha256::digest(content)),
        "SHA-384" => digits(&Sha384::digest(content)),
        "SHA-512" => digits(&Sha512::digest(content)),
        _ => return None,
    })
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
