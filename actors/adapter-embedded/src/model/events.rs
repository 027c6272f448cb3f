//! Server-sent events from bytes that come in any portions.

use std::mem;

/// A line longer than this is no event of a chat.
const LONGEST_LINE: usize = 4 << 20;

/// A line that never ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endless;

/// Collects bytes and gives out the data of complete events. Lines end with LF, CR LF or CR; a character or a line end may
/// be cut anywhere. Comments, names and ids are skipped.
#[derive(Debug, Default)]
pub(super) struct EventReader {
    line: Vec<u8>,
    data: Option<String>,
    /// A CR has ended a line; an LF right after it belongs to it.
    after_return: bool,
}

impl EventReader {
    /// The data of the events that these bytes complete.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> Result<Vec<String>, Endless> {
        let mut events = Vec::new();
        if mem::take(&mut self.after_return) && bytes.first() == Some(&b'\n') {
            bytes = &bytes[1..];
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            let (line, rest) = bytes.split_at(end);
            if self.line.len() + line.len() > LONGEST_LINE {
                return Err(Endless);
            }
            // A line that came whole is not copied.
            if self.line.is_empty() {
                events.extend(Self::end_line(&mut self.data, line));
            } else {
                self.line.extend_from_slice(line);
                let line = mem::take(&mut self.line);
                events.extend(Self::end_line(&mut self.data, &line));
            }
            bytes = match rest {
                [b'\r', b'\n', rest @ ..] => rest,
                [b'\r'] => {
                    self.after_return = true;
                    &[]
                }
                [_, rest @ ..] => rest,
                [] => &[],
            };
        }
        if self.line.len() + bytes.len() > LONGEST_LINE {
            return Err(Endless);
        }
        self.line.extend_from_slice(bytes);
        Ok(events)
    }

    /// What is left when the stream ends; some servers forget the last line end.
    pub(super) fn finish(&mut self) -> Option<String> {
        let line = mem::take(&mut self.line);
        let event = Self::end_line(&mut self.data, &line);
        event.or_else(|| self.data.take())
    }

    fn end_line(data: &mut Option<String>, line: &[u8]) -> Option<String> {
        if line.is_empty() {
            return data.take();
        }
        let line = String::from_utf8_lossy(line);
        let line = line.trim_start_matches('\u{feff}');
        if let Some(value) = line.strip_prefix("data:") {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                none => *none = Some(value.to_owned()),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STREAM: &str = "\u{feff}data: {\"a\":\"žluťoučký 🐧\"}\r\n\r\n: keep alive\n\nevent: x\rid: 7\rdata:two\rdata: lines\r\rdata: [DONE]\n\ndata: rest";

    fn read(portions: &[&[u8]]) -> Vec<String> {
        let mut reader = EventReader::default();
        let mut events: Vec<String> = portions.iter().flat_map(|bytes| reader.read(bytes).unwrap()).collect();
        events.extend(reader.finish());
        events
    }

    #[test]
    fn events_are_read_whatever_ends_their_lines() {
        assert_eq!(read(&[STREAM.as_bytes()]), ["{\"a\":\"žluťoučký 🐧\"}", "two\nlines", "[DONE]", "rest"]);
        assert!(read(&[b": only a comment\n\n"]).is_empty());
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut reader = EventReader::default();
        let kilobyte = [b'x'; 1_024];
        assert_eq!((0..5_000).find_map(|_| reader.read(&kilobyte).err()), Some(Endless));
    }

    proptest! {
        #[test]
        fn portions_do_not_matter(mut cuts in prop::collection::vec(0..STREAM.len(), 0..20)) {
            cuts.sort_unstable();
            let mut portions = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([STREAM.len()]) {
                portions.push(&STREAM.as_bytes()[from..cut]);
                from = cut;
            }
            prop_assert_eq!(read(&portions), read(&[STREAM.as_bytes()]));
        }
    }
}
