//! Trace headers: the W3C `traceparent` and the trace header of AWS X-Ray, and how one becomes the other.
//!
//! ```text
//! traceparent   00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01
//! X-Ray         Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
//! ```
//!
//! Both name the same 16 bytes of a trace and the same 8 bytes of a span, so one trace goes through systems of either
//! kind. W3C: "Trace Context", level 1. X-Ray: "Tracing header" in its concepts; the first 4 bytes of its trace ids are the
//! time of the request, which nobody here relies on.

use std::fmt;

/// The sampled bit of the flags.
const SAMPLED: u8 = 1;
/// Our entry of `tracestate`: the span that an execution was started in.
pub const STATE_KEY: &str = "cueline";

/// A place in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    trace: [u8; 16],
    span: [u8; 8],
    flags: u8,
}

impl TraceParent {
    /// Reads a W3C `traceparent`. Versions after 00 may have more fields, which are left alone.
    pub fn parse_w3c(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let [version] = bytes::<1>(parts.next()?)?;
        let (trace, span) = (bytes::<16>(parts.next()?)?, bytes::<8>(parts.next()?)?);
        let [flags] = bytes::<1>(parts.next()?)?;
        if version == 0xff || (version == 0 && parts.next().is_some()) {
            return None;
        }
        Self::new(trace, span, flags)
    }

    /// Reads a trace header of X-Ray. Without `Parent` there is no place to hang below: then the trace is named and the
    /// span is made of it.
    pub fn parse_xray(text: &str) -> Option<Self> {
        let (mut trace, mut span, mut sampled) = (None, None, true);
        for part in text.split(';') {
            let (name, value) = part.trim().split_once('=')?;
            match name {
                "Root" => {
                    let rest = value.strip_prefix("1-")?;
                    let (time, unique) = rest.split_once('-')?;
                    let (time, unique) = (bytes::<4>(time)?, bytes::<12>(unique)?);
                    let mut whole = [0; 16];
                    whole[..4].copy_from_slice(&time);
                    whole[4..].copy_from_slice(&unique);
                    trace = Some(whole);
                }
                "Parent" => span = Some(bytes::<8>(value)?),
                "Sampled" => sampled = value != "0",
                // `Self`, `Lineage` and what others add.
                _ => {}
            }
        }
        let trace = trace?;
        let span = span.unwrap_or_else(|| made_of(&trace));
        Self::new(trace, span, u8::from(sampled))
    }

    /// Reads whichever of the two it is.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains("Root=") { Self::parse_xray(text) } else { Self::parse_w3c(text) }
    }

    fn new(trace: [u8; 16], span: [u8; 8], flags: u8) -> Option<Self> {
        (trace != [0; 16] && span != [0; 8]).then_some(Self { trace, span, flags })
    }

    /// As a W3C `traceparent`.
    pub fn w3c(&self) -> String {
        format!("00-{}-{}-{:02x}", Hex(&self.trace), Hex(&self.span), self.flags)
    }

    /// As a trace header of X-Ray.
    pub fn xray(&self) -> String {
        let (time, unique) = self.trace.split_at(4);
        let sampled = u8::from(self.flags & SAMPLED != 0);
        format!("Root=1-{}-{};Parent={};Sampled={sampled}", Hex(time), Hex(unique), Hex(&self.span))
    }

    /// 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        Hex(&self.trace).to_string()
    }

    /// 16 hexadecimal digits.
    pub fn span_id(&self) -> String {
        Hex(&self.span).to_string()
    }

    /// A place below this one, the same for the same `seed`: so a repeated event names the same span.
    #[must_use]
    pub fn child(&self, seed: &str) -> Self {
        let hash = blake3::Hasher::new().update(&self.trace).update(&self.span).update(seed.as_bytes()).finalize();
        Self { span: made_of(hash.as_bytes()), ..*self }
    }
}

/// Eight bytes of some, never all zero.
fn made_of(from: &[u8]) -> [u8; 8] {
    let hash = blake3::hash(from);
    let mut span = [0; 8];
    span.copy_from_slice(&hash.as_bytes()[..8]);
    span[7] |= u8::from(span == [0; 8]);
    span
}

/// Exactly so many bytes from lower-case hexadecimal digits, as W3C demands; X-Ray writes them so.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const W3C: &str = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
    const XRAY: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    #[test]
    fn both_headers_name_the_same_place() {
        let place = TraceParent::parse_w3c(W3C).unwrap();
        assert_eq!(TraceParent::parse_xray(XRAY), Some(place));
        assert_eq!((place.w3c().as_str(), place.xray().as_str()), (W3C, XRAY));
        assert_eq!((TraceParent::parse(W3C), TraceParent::parse(XRAY)), (Some(place), Some(place)));
        let unordered =
            "Self=1-2-3;Sampled=0; Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a:1";
        let place = TraceParent::parse_xray(unordered).unwrap();
        assert!(place.w3c().ends_with("-00") && place.xray().ends_with("Sampled=0"));
    }

    #[test]
    fn a_root_without_a_parent_still_names_its_trace() {
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        let (once, twice) = (TraceParent::parse_xray(root).unwrap(), TraceParent::parse_xray(root).unwrap());
        assert_eq!((once, once.trace_id().as_str()), (twice, "5759e988bd862e3fe1be46a994272793"));
    }

    #[test]
    fn a_child_is_in_the_same_trace_and_the_same_every_time() {
        let place = TraceParent::parse_w3c(W3C).unwrap();
        let (one, other) = (place.child("a"), place.child("b"));
        assert_eq!(one, place.child("a"));
        assert_ne!(one.span_id(), other.span_id());
        assert_eq!(one.trace_id(), place.trace_id());
    }

    #[test]
    fn what_is_no_header_is_none() {
        let cases = [
            "",
            "x",
            "00-00000000000000000000000000000000-53995c3f42cd8ad8-01",
            "00-5759e988bd862e3fe1be46a994272793-0000000000000000-01",
            "00-5759E988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01-more",
            "ff-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01",
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8",
            "Root=2-5759e988-bd862e3fe1be46a994272793",
            "Root=1-5759e988bd862e3fe1be46a994272793",
            "Root=1-5759e988-bd862e3fe1be46a99427279;Parent=53995c3f42cd8ad8",
            "Parent=53995c3f42cd8ad8;Root=",
        ];
        for case in cases {
            assert_eq!(TraceParent::parse(case), None, "{case}");
        }
        assert!(TraceParent::parse("01-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01-more").is_some());
    }

    proptest! {
        #[test]
        fn nothing_panics_and_what_is_read_comes_back(text in "\\PC{0,80}", trace in any::<[u8; 16]>(), span in any::<[u8; 8]>()) {
            let _ = TraceParent::parse(&text);
            if let Some(place) = TraceParent::new(trace, span, 1) {
                prop_assert_eq!(TraceParent::parse(&place.w3c()), Some(place));
                prop_assert_eq!(TraceParent::parse(&place.xray()), Some(place));
            }
        }
    }
}
