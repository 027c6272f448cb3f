//! Reading an address character by character until it is clear where it leads.

use super::AllowedHosts;

/// Most bytes of an address before it must be clear where it leads.
pub(super) const MOST: usize = 320;

/// Marks that may stand behind an address in a sentence.
const SENTENCE_MARKS: [char; 9] = ['.', ',', ';', ':', '!', '*', '_', '~', '"'];

/// Where an address stands, which says where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind `](`.
    Destination,
    /// Behind `]:`.
    Definition,
    /// In the text.
    Bare,
}

impl Place {
    /// Whether `c` is the first character behind an address with `depth` parentheses open.
    pub(super) fn ends_at(self, c: char, depth: u32) -> bool {
        let closes = c == ')' && depth == 0;
        match self {
            Self::Destination => c.is_whitespace() || closes,
            Self::Definition => c.is_whitespace(),
            Self::Bare => {
                c.is_whitespace() || closes || !c.is_ascii() || matches!(c, '<' | '>' | '"' | '\'' | '`' | ']' | '|')
            }
        }
    }
}

/// What is clear after a character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// White space before the address.
    Space,
    /// Nothing yet.
    More,
    /// It may stay.
    Allowed,
    /// It is none.
    NoAddress,
    /// It may not; its host, as far as it could be read.
    Refused(String),
}

/// An address as far as it has come.
#[derive(Debug)]
pub(super) struct Address {
    place: Place,
    text: String,
    lines: u8,
}

impl Address {
    pub(super) fn written(place: Place) -> Self {
        Self { place, text: String::new(), lines: 0 }
    }

    /// One that begins with `www.`, for which readers add a scheme.
    pub(super) fn web(place: Place) -> Self {
        Self { place, text: "http://".to_owned(), lines: 0 }
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    pub(super) fn take(&mut self, c: char, hosts: &AllowedHosts) -> Seen {
        if self.text.is_empty() && c.is_whitespace() {
            self.lines += u8::from(c == '\n');
            // Behind an empty line there is no address any more.
            return if self.lines > 1 { Seen::NoAddress } else { Seen::Space };
        }
        if self.place.ends_at(c, 0) {
            return self.finish(hosts);
        }
        if self.text.is_empty() && c == '<' {
            self.text.push(c);
            return Seen::More;
        }
        self.text.extend(c.to_lowercase());
        match self.decide(hosts) {
            Seen::More if self.text.len() > MOST - 8 => Seen::Refused(String::new()),
            seen => seen,
        }
    }

    /// The address is over.
    pub(super) fn finish(&mut self, hosts: &AllowedHosts) -> Seen {
        if self.place == Place::Bare {
            // Readers do not count the marks of a sentence.
            let end = self.text.trim_end_matches(SENTENCE_MARKS).len();
            self.text.truncate(end);
        }
        let text = self.address();
        if text.is_empty() || text == ">" {
            return Seen::NoAddress;
        }
        // Whatever ends a host makes clear which it was.
        match self.decide(hosts) {
            Seen::More => {
                self.text.push('/');
                match self.decide(hosts) {
                    Seen::More if self.place == Place::Definition => Seen::NoAddress,
                    Seen::More => Seen::Refused(String::new()),
                    seen => seen,
                }
            }
            seen => seen,
        }
    }

    fn address(&self) -> &str {
        self.text.strip_prefix('<').unwrap_or(&self.text)
    }

    fn decide(&self, hosts: &AllowedHosts) -> Seen {
        let text = self.address();
        for scheme in ["https://", "http://"] {
            if let Some(rest) = text.strip_prefix(scheme) {
                return host(rest, self.place, hosts);
            }
            if scheme.starts_with(text) {
                return Seen::More;
            }
        }
        match self.place {
            Place::Bare => Seen::Refused(String::new()),
            Place::Definition => definition(text),
            Place::Destination => destination(text, hosts),
        }
    }
}

/// Which host stands at the start of `rest`, once that is clear.
fn host(rest: &str, place: Place, hosts: &AllowedHosts) -> Seen {
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
    let (name, behind) = rest.split_at(length);
    let plain = name.strip_suffix('.').unwrap_or(name);
    let verdict = || if hosts.allows(plain) { Seen::Allowed } else { Seen::Refused(name.to_owned()) };
    let Some(sign) = behind.chars().next() else { return Seen::More };
    match sign {
        '/' | '?' | '#' | '>' => verdict(),
        ':' => {
            let port = behind[1..].bytes().take_while(u8::is_ascii_digit).count();
            match behind[1 + port..].chars().next() {
                None if port <= 5 => Seen::More,
                Some('/' | '?' | '#' | '>') if port <= 5 => verdict(),
                _ => Seen::Refused(name.to_owned()),
            }
        }
        // The end of a sentence, or of the host's name: what comes next decides.
        _ if place == Place::Bare && behind.chars().all(|c| SENTENCE_MARKS.contains(&c)) => Seen::More,
        // Users, escapes, entities, other scripts: what a reader makes of them is not ours to guess.
        _ => Seen::Refused(name.to_owned()),
    }
}

/// An address without `http`, in a link: one of the page itself, if that is allowed. Nothing in it says where it ends, so
/// it is read on as text.
fn destination(text: &str, hosts: &AllowedHosts) -> Seen {
    let relative = if hosts.allows_relative() { Seen::NoAddress } else { Seen::Refused(String::new()) };
    // Readers skip control characters, so nothing can be said by them.
    if text.contains(char::is_control) {
        return Seen::Refused(String::new());
    }
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some('#' | '?'), _) => relative,
        (Some('/'), None) => Seen::More,
        // Two slashes of whatever kind begin a host.
        (Some('/'), Some('/' | '\\' | '&' | '%')) => Seen::Refused(String::new()),
        (Some('/'), Some(_)) => relative,
        // A colon ends a scheme; an entity or an escape may stand for one.
        _ => match text.chars().find(|c| matches!(c, ':' | '&' | '\\' | '/' | '?' | '#' | '>')) {
            None => Seen::More,
            Some('/' | '?' | '#' | '>') => relative,
            Some(_) => Seen::Refused(String::new()),
        },
    }
}

/// What stands behind `]:` is often no address at all, so only what loads or leads away is refused.
fn definition(text: &str) -> Seen {
    const SCHEMES: &[&str] = &["javascript:", "data:", "vbscript:", "file:", "ftp:"];
    let escapes = text.contains(|c: char| matches!(c, '&' | '\\') || c.is_control());
    let slashes = text.starts_with("//");
    if escapes || slashes || SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
        return Seen::Refused(String::new());
    }
    if text == "/" || SCHEMES.iter().any(|scheme| scheme.starts_with(text)) {
        return Seen::More;
    }
    let word = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-' | '_')));
    match word {
        None if text.len() < 32 => Seen::More,
        Some(':') if text.ends_with(':') || text.ends_with(":/") => Seen::More,
        Some(':') if text.contains("://") => Seen::Refused(String::new()),
        _ => Seen::NoAddress,
    }
}
