//! Addresses of machines, which in many places count as personal data.

use super::{Pii, is_word};
use crate::guarding::reading::Reading;
use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;

/// Longest address: eight groups and an embedded IPv4 address.
const LONGEST: usize = 45;

pub(super) fn scan(reading: &Reading, found: &mut Vec<(Range<usize>, Pii)>) {
    let bytes = reading.text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_hexdigit() || b".:".contains(byte)).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let opens = !is_word(at.checked_sub(1).and_then(|before| bytes.get(before)));
        let closes = !is_word(bytes.get(at + length));
        if opens && closes && length <= LONGEST + 1 {
            // A full stop or colon behind it is punctuation.
            let end = at + reading.text[at..at + length].trim_end_matches(['.', ':']).len();
            if is_public(&reading.text[at..end]) {
                found.push((at..end, Pii::IpAddress));
            }
        }
        at += length;
    }
}

fn is_public(text: &str) -> bool {
    match text.parse() {
        Ok(IpAddr::V4(address)) => {
            let version = address.octets()[0] == 0;
            !version
                && !address.is_loopback()
                && !address.is_private()
                && !address.is_documentation()
                && !address.is_broadcast()
                && !address.is_link_local()
        }
        Ok(IpAddr::V6(address)) => {
            let documentation = address.segments()[..2] == [0x2001, 0xdb8];
            address != Ipv6Addr::UNSPECIFIED && !address.is_loopback() && !documentation && text.len() > 6
        }
        Err(_) => false,
    }
}
