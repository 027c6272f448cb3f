//! Links and images to hosts that are not on the list lose their address, also when it comes in parts.
//!
//! A model that read a poisoned document can be made to write an image whose address carries away what it knows; a client
//! that renders it calls that address. So addresses are refused unless they are understood and allowed:
//!
//! | written | becomes, when refused |
//! |---|---|
//! | `[text](address)`, `![alt](address)` | `[text](link removed)`, which no reader takes for a link |
//! | `[name]: address` | `[name]: (link removed)` |
//! | `https://host/path`, `www.host/path`, `any://…` | `(link removed)` |
//! | `<img …>`, `<a …>`, other tags that load or link, any tag with attributes | `&lt;img …>` |
//!
//! The text of a link never has to be held: the address alone is dangerous, and it begins at `](`. Code is treated like
//! text, since what is code depends on the reader. Only `http` and `https` are understood, without user, with a plain host.

mod address;
mod hosts;

pub use hosts::{AllowedHosts, HostError};

use super::held::Held;
use super::operator::append_text;
use super::{Ending, Mark, Operator, Piece};
use address::{Address, Place, Seen};

/// What is written in place of an address.
const REMOVED: &str = "link removed";
/// Longest part of a host that is reported.
const LONGEST_HOST: usize = 64;

/// Takes out addresses of hosts that are not allowed.
#[derive(Debug)]
pub struct Links {
    hosts: AllowedHosts,
    held: Held,
    /// Bytes of `held` that the address has taken.
    read: usize,
    state: State,
    /// The last character that was let go.
    before: char,
}

#[derive(Debug)]
enum State {
    /// Text; what is held may be the beginning of something.
    Text,
    /// An address, of which nothing has been let go.
    Address(Address),
    /// The rest of an address that was allowed.
    Allowed,
    /// The rest of one that was refused, with parentheses that are open in it.
    Refused { place: Place, depth: u32, escaped: bool },
}

/// What text may begin with to be of interest, in lower case.
const BEGINNINGS: &[(&str, Begins)] = &[
    ("](", Begins::Destination),
    ("]:", Begins::Definition),
    ("http://", Begins::Bare),
    ("https://", Begins::Bare),
    ("://", Begins::Scheme),
    ("www.", Begins::Web),
];

/// Tags that are not wanted even without attributes.
const TAGS: &[&str] = &[
    "a", "audio", "base", "body", "embed", "form", "iframe", "img", "link", "meta", "object", "script", "source",
    "style", "svg", "video",
];
/// A longer name is none that is known to be harmless.
const LONGEST_TAG: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Destination,
    Definition,
    Bare,
    Scheme,
    Web,
}

impl Links {
    /// Only links to `hosts` keep their address.
    pub fn new(hosts: AllowedHosts) -> Self {
        Self { hosts, held: Held::default(), read: 0, state: State::Text, before: ' ' }
    }

    /// Goes through what is held as far as it is clear what it is.
    fn run(&mut self, out: &mut Vec<Piece>) {
        loop {
            let next = self.held.text().get(self.read..).and_then(|rest| rest.chars().next());
            match &mut self.state {
                State::Text => {
                    if self.held.is_empty() || !self.look(out) {
                        return;
                    }
                }
                State::Address(address) => {
                    let Some(c) = next else { return };
                    let (place, seen) = (address.place(), address.take(c, &self.hosts));
                    match seen {
                        Seen::More => self.read += c.len_utf8(),
                        Seen::Space => self.let_go(c.len_utf8(), out),
                        seen => self.decided(place, seen, out),
                    }
                }
                State::Allowed => {
                    let Some(c) = next else { return };
                    // It ends where something else could begin.
                    if c.is_whitespace() || !c.is_ascii() || "()[]<>\"'`|\\".contains(c) {
                        self.state = State::Text;
                    } else {
                        self.let_go(c.len_utf8(), out);
                    }
                }
                State::Refused { place, depth, escaped } => {
                    let Some(c) = next else { return };
                    let skipped = std::mem::replace(escaped, c == '\\' && !*escaped);
                    if !skipped && place.ends_at(c, *depth) {
                        // A destination that was broken off is closed, so that nothing behind it becomes one.
                        if *place == Place::Destination && c != ')' {
                            append_text(")", out);
                        }
                        self.state = State::Text;
                        continue;
                    }
                    match c {
                        '(' => *depth = depth.saturating_add(1),
                        ')' => *depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.held.discard(c.len_utf8(), out);
                }
            }
        }
    }

    /// It is clear where an address leads, or that it is none.
    fn decided(&mut self, place: Place, seen: Seen, out: &mut Vec<Piece>) {
        let read = std::mem::take(&mut self.read);
        match seen {
            Seen::Allowed => {
                self.let_go(read, out);
                self.state = State::Allowed;
            }
            Seen::Refused(host) => {
                self.held.discard(read, out);
                self.refuse(place, host, out);
            }
            // It is read again, as text.
            Seen::NoAddress | Seen::More | Seen::Space => self.state = State::Text,
        }
    }

    /// Looks at the beginning of what is held as text; false when more is needed.
    fn look(&mut self, out: &mut Vec<Piece>) -> bool {
        match beginning(self.held.text(), self.before) {
            Begun::Maybe => return false,
            Begun::Not => {
                let first = self.held.text().chars().next().map_or(0, char::len_utf8);
                self.let_go(first, out);
            }
            Begun::Tag => {
                self.held.discard(1, out);
                append_text("&lt;", out);
                self.before = ';';
            }
            Begun::Is(Begins::Scheme) => {
                self.held.discard("://".len(), out);
                self.refuse(Place::Bare, String::new(), out);
            }
            Begun::Is(Begins::Destination) => {
                self.let_go("](".len(), out);
                self.state = State::Address(Address::written(Place::Destination));
            }
            Begun::Is(Begins::Definition) => {
                self.let_go("]:".len(), out);
                self.state = State::Address(Address::written(Place::Definition));
            }
            Begun::Is(Begins::Bare) => self.state = State::Address(Address::written(Place::Bare)),
            Begun::Is(Begins::Web) => self.state = State::Address(Address::web(Place::Bare)),
        }
        true
    }

    fn let_go(&mut self, count: usize, out: &mut Vec<Piece>) {
        if let Some(last) = self.held.text().get(..count).and_then(|gone| gone.chars().next_back()) {
            self.before = last;
        }
        self.held.release(count, out);
    }

    /// Writes the placeholder of an address whose beginning was dropped.
    fn refuse(&mut self, place: Place, mut host: String, out: &mut Vec<Piece>) {
        if place == Place::Destination {
            append_text(REMOVED, out);
        } else {
            append_text(&format!("({REMOVED})"), out);
        }
        self.before = ')';
        let end = host.char_indices().nth(LONGEST_HOST).map_or(host.len(), |(at, _)| at);
        host.truncate(end);
        out.push(Piece::Mark(Mark::LinkRemoved { host }));
        self.state = State::Refused { place, depth: 0, escaped: false };
    }
}

/// What the held text is the beginning of.
enum Begun {
    Not,
    Maybe,
    Is(Begins),
    Tag,
}

fn beginning(held: &str, before: char) -> Begun {
    let lower = held.to_ascii_lowercase();
    if let Some(name) = lower.strip_prefix('<') {
        return tag(name.strip_prefix('/').unwrap_or(name), name);
    }
    let inside_word = before.is_alphanumeric();
    for (start, begins) in BEGINNINGS {
        if inside_word && *begins == Begins::Web {
            continue;
        }
        if lower.starts_with(start) {
            return Begun::Is(*begins);
        }
        if start.starts_with(&lower) {
            return Begun::Maybe;
        }
    }
    Begun::Not
}

/// A tag that loads or leads, or one with attributes: a style or a handler can do both.
fn tag(name: &str, all: &str) -> Begun {
    if all.is_empty() || all == "/" {
        return Begun::Maybe;
    }
    let letters = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    match name[letters..].chars().next() {
        None if letters <= LONGEST_TAG => Begun::Maybe,
        None => Begun::Tag,
        Some(_) if letters == 0 => Begun::Not,
        Some(c) if c.is_whitespace() || c == '/' || TAGS.contains(&&name[..letters]) => Begun::Tag,
        Some(_) => Begun::Not,
    }
}

impl Operator for Links {
    fn push(&mut self, text: &str, out: &mut Vec<Piece>) {
        for c in text.chars() {
            self.held.push(c);
            self.run(out);
        }
    }

    fn mark(&mut self, mark: Mark, out: &mut Vec<Piece>) {
        self.held.mark(mark, out);
    }

    fn end(&mut self, _ending: Ending, out: &mut Vec<Piece>) {
        while let State::Address(address) = &mut self.state {
            let (place, seen) = (address.place(), address.finish(&self.hosts));
            self.decided(place, seen, out);
            self.run(out);
        }
        match self.state {
            State::Refused { place: Place::Destination, .. } => append_text(")", out),
            // An unfinished tag can still be finished by whatever a page writes next.
            State::Text if self.held.text().starts_with('<') && self.held.len() > 1 => {
                self.held.discard(1, out);
                append_text("&lt;", out);
            }
            _ => {}
        }
        self.held.release_all(out);
        self.state = State::Text;
    }

    fn held(&self) -> usize {
        self.held.len()
    }

    fn most_held(&self) -> usize {
        address::MOST
    }
}

#[cfg(test)]
mod tests;
