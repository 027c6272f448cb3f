//! Server-sent events from bytes that come in any portions.

use std::mem;

use bytes::Bytes;
use memchr::memchr2;

/// A line longer than this is no event of a chat.
const LONGEST_LINE: usize = 4 << 20;

/// May stand before the first line.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A line that never ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Endless;

/// Collects bytes and gives out the data of complete events, as UTF-8. Lines end with LF, CR LF or CR; a character or a line end
/// may be cut anywhere. Comments, names and ids are skipped.
#[derive(Debug, Default)]
pub struct EventReader {
    line: Vec<u8>,
    data: Option<Bytes>,
    /// A CR has ended a line; an LF right after it belongs to it.
    after_return: bool,
}

impl EventReader {
    /// Adds the data of the events that these bytes complete. What came whole is not copied.
    ///
    /// # Errors
    /// After 4 MiB without the end of a line.
    pub fn read(&mut self, bytes: &Bytes, events: &mut impl Extend<Bytes>) -> Result<(), Endless> {
        let mut from = usize::from(mem::take(&mut self.after_return) && bytes.first() == Some(&b'\n'));
        while let Some(length) = memchr2(b'\r', b'\n', &bytes[from..]) {
            let end = from + length;
            if self.line.len() + length > LONGEST_LINE {
                return Err(Endless);
            }
            let line = if self.line.is_empty() {
                bytes.slice(from..end)
            } else {
                self.line.extend_from_slice(&bytes[from..end]);
                mem::take(&mut self.line).into()
            };
            events.extend(self.end_line(&line));
            from = end + 1;
            if bytes[end] == b'\r' {
                match bytes.get(from) {
                    Some(b'\n') => from += 1,
                    Some(_) => {}
                    None => self.after_return = true,
                }
            }
        }
        if self.line.len() + bytes.len() - from > LONGEST_LINE {
            return Err(Endless);
        }
        self.line.extend_from_slice(&bytes[from..]);
        Ok(())
    }

    /// What is left when the stream ends; some servers forget the last line end.
    pub fn finish(&mut self) -> Option<Bytes> {
        let line = mem::take(&mut self.line).into();
        let event = self.end_line(&line);
        event.or_else(|| self.data.take())
    }

    fn end_line(&mut self, line: &Bytes) -> Option<Bytes> {
        if line.is_empty() {
            return self.data.take();
        }
        let line = readable(line);
        let rest = line.strip_prefix(MARK).unwrap_or(&line);
        let value = rest.strip_prefix(b"data:")?;
        let value = line.slice_ref(value.strip_prefix(b" ").unwrap_or(value));
        self.data = Some(match self.data.take() {
            Some(before) => [&before[..], b"\n", &value].concat().into(),
            None => value,
        });
        None
    }
}

/// A line as UTF-8: what is none is replaced.
fn readable(line: &Bytes) -> Bytes {
    match str::from_utf8(line) {
        Ok(_) => line.clone(),
        Err(_) => String::from_utf8_lossy(line).into_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STREAM: &str = "\u{feff}data: {\"a\":\"žluťoučký 🐧\"}\r\n\r\n: keep alive\n\nevent: x\rid: 7\rdata:two\rdata: lines\r\rdata: [DONE]\n\ndata: rest";

    fn read(portions: &[&[u8]]) -> Vec<String> {
        let (mut reader, mut events) = (EventReader::default(), Vec::new());
        portions.iter().for_each(|bytes| reader.read(&Bytes::copy_from_slice(bytes), &mut events).unwrap());
        events.extend(reader.finish());
        events.into_iter().map(|event| String::from_utf8(event.into()).unwrap()).collect()
    }

    #[test]
    fn events_are_read_whatever_ends_their_lines() {
        assert_eq!(read(&[STREAM.as_bytes()]), ["{\"a\":\"žluťoučký 🐧\"}", "two\nlines", "[DONE]", "rest"]);
        assert!(read(&[b": only a comment\n\n"]).is_empty());
        assert_eq!(read(&[b"data: no \xff UTF-8\n\n"]), ["no \u{fffd} UTF-8"]);
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut reader = EventReader::default();
        let kilobyte = Bytes::from_static(&[b'x'; 1_024]);
        assert_eq!((0..5_000).find_map(|_| reader.read(&kilobyte, &mut Vec::new()).err()), Some(Endless));
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
