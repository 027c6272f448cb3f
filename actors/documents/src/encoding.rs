//! From bytes to text: byte order mark, declared charset, UTF-8, then a guess that is reported.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A guess needs a sample, not the whole file.
const SAMPLE: usize = 1 << 20;

pub(crate) struct Decoded {
    pub(crate) text: String,
    /// Set when the text is a guess or has replacement characters.
    pub(crate) warning: Option<String>,
}

/// `declared` is a charset label from inside the file (`<meta charset>`), weaker than a byte order mark.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[skip..], false);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return with(encoding, bytes, true);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), warning: None };
    }
    let declared = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    // Declared UTF-8 that is mostly valid stays UTF-8 with replacement characters; other labels are believed.
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8 || nearly_utf8(bytes)) {
        return with(encoding, bytes, false);
    }
    if nearly_utf8(bytes) {
        return with(UTF_8, bytes, false);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(SAMPLE)], bytes.len() <= SAMPLE);
    with(detector.guess(None, chardetng::Utf8Detection::Allow), bytes, true)
}

fn with(encoding: &'static Encoding, bytes: &[u8], guessed: bool) -> Decoded {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let warning = if guessed {
        Some(format!("text encoding is not declared; read as {}", encoding.name()))
    } else if broken {
        Some(format!("some bytes are not valid {}; they were replaced", encoding.name()))
    } else {
        None
    };
    Decoded { text: text.into_owned(), warning }
}

/// Text in the Latin, Greek or Cyrillic scripts has a fixed zero or small byte at every other place.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    if sample.len() < 4 {
        return None;
    }
    let pairs = sample.len() / 2;
    let zero_high = sample.chunks_exact(2).filter(|pair| pair[0] == 0 && pair[1] != 0).count();
    let zero_low = sample.chunks_exact(2).filter(|pair| pair[1] == 0 && pair[0] != 0).count();
    if zero_low * 10 > pairs * 7 {
        return Some(UTF_16LE);
    }
    (zero_high * 10 > pairs * 7).then_some(UTF_16BE)
}

/// A file of valid multi-byte sequences with a rare damaged byte is UTF-8, not another charset.
fn nearly_utf8(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let (mut valid, mut broken) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken == 0 || valid > broken * 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_read_with_and_without_mark() {
        let plain: Vec<u8> = "Hello, file".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&plain, None).text, "Hello, file");
        let marked: Vec<u8> = "\u{feff}Grüße".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&marked, None).text, "Grüße");
    }

    #[test]
    fn latin1_and_shift_jis_are_guessed_and_reported() {
        let latin: Vec<u8> = b"Stra\xdfe, \xfcber, caf\xe9 und Gr\xf6\xdfe".to_vec();
        let decoded = decode(&latin, None);
        assert_eq!(decoded.text, "Straße, über, café und Größe");
        assert!(decoded.warning.is_some_and(|warning| warning.contains("windows-1252")));
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode("これは日本語の文書です。検索できます。");
        assert_eq!(decode(&bytes, None).text, "これは日本語の文書です。検索できます。");
    }

    #[test]
    fn one_damaged_byte_does_not_change_the_encoding() {
        let mut bytes = "Grüße aus Köln, schöne Straßen, große Häuser, über Brücken, für Gäste".as_bytes().to_vec();
        bytes.push(0xff);
        let decoded = decode(&bytes, None);
        assert!(decoded.text.starts_with("Grüße aus Köln"));
        assert!(decoded.warning.is_some());
    }

    #[test]
    fn declared_charset_wins_over_the_guess() {
        assert_eq!(decode(b"\xd0\xd2\xc9\xd7\xc5\xd4", Some("koi8-r")).text, "привет");
    }
}
