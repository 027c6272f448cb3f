//! A file that is written in its own address: `data:image/png;base64,…`.

use ::base64::{Engine, engine::general_purpose::STANDARD};

use crate::base64;

/// Such an address, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataUrl<'a> {
    /// What it is, e.g. `image/png`; may be empty.
    pub media_type: &'a str,
    /// It is written in Base64, else with `%`.
    pub is_base64: bool,
    /// As it is written.
    pub data: &'a str,
}

impl<'a> DataUrl<'a> {
    /// Takes an address apart, if it is such a one.
    pub fn read(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let (head, data) = rest.split_once(',')?;
        if !scheme.eq_ignore_ascii_case("data") {
            return None;
        }
        let mut words = head.split(';').map(str::trim);
        let media_type = words.next().unwrap_or_default();
        Some(Self { media_type, is_base64: words.any(|word| word.eq_ignore_ascii_case("base64")), data })
    }

    /// The file, if it is written well.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        if self.is_base64 { base64::decode(self.data.trim_end_matches('=')) } else { from_percent(self.data) }
    }
}

/// The address of a file.
pub fn write(media_type: &str, bytes: &[u8]) -> String {
    format!("data:{media_type};base64,{}", STANDARD.encode(bytes))
}

fn from_percent(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            byte => byte,
        });
    }
    Some(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (url, expected) in [
            ("data:image/png;base64,QUJD", Some(("image/png", true, "QUJD"))),
            ("DATA:text/plain;charset=utf-8;BASE64,QQ==", Some(("text/plain", true, "QQ=="))),
            ("data:,a,b", Some(("", false, "a,b"))),
            ("https://x/y,z", None),
            ("data:image/png;base64", None),
            ("data", None),
        ] {
            let found = DataUrl::read(url).map(|found| (found.media_type, found.is_base64, found.data));
            assert_eq!(found, expected, "{url}");
        }
    }

    #[test]
    fn files_are_read_out() {
        for (url, expected) in [
            ("data:;base64,", Some("")),
            ("data:;base64,QQ==", Some("A")),
            ("data:;base64,QUI=", Some("AB")),
            ("data:;base64,QUJD", Some("ABC")),
            ("data:;base64,QUJDRA", Some("ABCD")),
            ("data:;base64,8J+YgA==", Some("😀")),
            ("data:;base64,8J-YgA==", Some("😀")),
            ("data:,a%20b+%C3%A9", Some("a b+é")),
            ("data:;base64,QUJDR", None),
            ("data:;base64,Q!==", None),
            ("data:,%", None),
            ("data:,%4", None),
            ("data:,%4g", None),
        ] {
            let found = DataUrl::read(url).and_then(|found| found.bytes());
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{url}");
        }
        assert_eq!(write("image/png", b"ABCD"), "data:image/png;base64,QUJDRA==");
    }
}
