//! Internet addresses and blocks of them.

use std::net::{IpAddr, Ipv6Addr};

/// The address a text is, if it is one. An IPv4 address in the clothes of IPv6 is the IPv4 address.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    if text.contains('.') {
        return text.parse().ok().filter(IpAddr::is_ipv4);
    }
    let address: Ipv6Addr = text.parse().ok()?;
    Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
}

/// All addresses with the same leading bits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    address: IpAddr,
    bits: u32,
}

impl Block {
    /// Reads `10.0.0.0/8` or `2001:db8::/32`, or tells how to write it. Bits after the mask are allowed and ignored.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let Some((left, right)) = text.split_once('/') else {
            return Err("write an address, `/` and the number of bits");
        };
        let Some(address) = address(left) else { return Err("write an IPv4 or IPv6 address before the `/`") };
        if right.is_empty() || !right.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("write the number of bits after the `/`");
        }
        match (address, right.parse::<u32>()) {
            (IpAddr::V4(_), Ok(bits @ 0..=31)) | (IpAddr::V6(_), Ok(bits @ 0..=127)) => Ok(Self { address, bits }),
            (IpAddr::V4(_), _) => Err("write 0 to 31 bits; for a single address write the address as a value"),
            (IpAddr::V6(_), _) => Err("write 0 to 127 bits; for a single address write the address as a value"),
        }
    }

    /// Whether the text is an address of the block.
    pub(super) fn contains(&self, text: &str) -> bool {
        match (self.address, address(text)) {
            (IpAddr::V4(block), Some(IpAddr::V4(address))) => {
                (block.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            (IpAddr::V6(block), Some(IpAddr::V6(address))) => {
                (block.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}
