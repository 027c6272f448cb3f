//! What parent and child say to each other: frames over the child's stdin and stdout.
//!
//! ```text
//! child:  "cueline-parser/1\n"                            once, after whatever a wrapper printed
//! parent: Limits { memory, wall }                         once
//! parent: u32 name length, name, u64 body length, body    per document
//! child:  u8 kind, u64 length, JSON                       its answer: a document or a refusal
//! ```
//!
//! Numbers are little-endian. Either side ends by closing.

use std::io::{self, Read, Write};

/// Says that a child is ready and speaks this version.
pub(super) const GREETING: &[u8] = b"cueline-parser/1\n";
/// How much a wrapper may print before the greeting.
pub(super) const MAX_BEFORE_GREETING: usize = 4_096;
/// Longest name of a document in bytes.
pub(super) const MAX_NAME: usize = 4_096;
/// Longest document, in and out.
pub(super) const MAX_BODY: u64 = 1 << 30;

/// What a child may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Bytes of address space.
    pub(super) memory: u64,
    /// Milliseconds for one document.
    pub(super) wall_ms: u64,
}

impl Limits {
    pub(super) const LENGTH: usize = 16;

    pub(super) fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..8].copy_from_slice(&self.memory.to_le_bytes());
        bytes[8..].copy_from_slice(&self.wall_ms.to_le_bytes());
        bytes
    }

    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        Ok(Self { memory: read_u64(from)?, wall_ms: read_u64(from)? })
    }
}

/// What a child answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// A document follows.
    Document,
    /// A refusal follows.
    Refusal,
    /// A refusal follows, and the child ends after it, because the parser panicked.
    LastRefusal,
}

impl Answer {
    pub(super) fn to_byte(self) -> u8 {
        match self {
            Self::Document => 0,
            Self::Refusal => 1,
            Self::LastRefusal => 2,
        }
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        [Self::Document, Self::Refusal, Self::LastRefusal].into_iter().find(|kind| kind.to_byte() == byte)
    }
}

/// What comes before a document's bytes.
pub(super) fn request_head(name: &str, length: u64) -> Vec<u8> {
    // Only the end of a name says something about the format.
    let name = &name.as_bytes()[name.len().saturating_sub(MAX_NAME)..];
    let mut head = Vec::with_capacity(12 + name.len());
    head.extend_from_slice(&(name.len() as u32).to_le_bytes());
    head.extend_from_slice(name);
    head.extend_from_slice(&length.to_le_bytes());
    head
}

/// The next document; `None` when the parent has closed.
pub(super) fn read_request(from: &mut impl Read) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut length = [0; 4];
    // Closing between two documents is how a parent ends a child.
    match from.read(&mut length)? {
        0 => return Ok(None),
        read => from.read_exact(&mut length[read..])?,
    }
    let name = read_exactly(from, u64::from(u32::from_le_bytes(length)), MAX_NAME as u64)?;
    let length = read_u64(from)?;
    let body = read_exactly(from, length, MAX_BODY)?;
    Ok(Some((String::from_utf8_lossy(&name).into_owned(), body)))
}

pub(super) fn write_answer(to: &mut impl Write, kind: Answer, body: &[u8]) -> io::Result<()> {
    to.write_all(&[kind.to_byte()])?;
    to.write_all(&(body.len() as u64).to_le_bytes())?;
    to.write_all(body)?;
    to.flush()
}

fn read_u64(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn read_exactly(from: &mut impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too long"));
    }
    let mut body = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    from.take(length).read_to_end(&mut body)?;
    if body.len() as u64 == length { Ok(body) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_back() {
        let mut bytes = request_head("ü.txt", 3);
        bytes.extend_from_slice(b"abc");
        let mut from = &bytes[..];
        assert_eq!(read_request(&mut from).unwrap(), Some(("ü.txt".to_owned(), b"abc".to_vec())));
        assert_eq!(read_request(&mut from).unwrap(), None);
        assert!(read_request(&mut &bytes[..bytes.len() - 1]).is_err());
        assert!(read_request(&mut &u32::MAX.to_le_bytes()[..]).is_err());
    }

    #[test]
    fn limits_come_back() {
        let limits = Limits { memory: 2 << 30, wall_ms: 120_000 };
        assert_eq!(Limits::read(&mut &limits.to_bytes()[..]).unwrap(), limits);
    }
}
