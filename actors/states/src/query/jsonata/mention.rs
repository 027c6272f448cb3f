//! How much of `$states` an expression can look at, judged by its text.
//!
//! Documents are large and expressions small: `$states.input.count + 1` needs one number of a megabyte. Only mentions of
//! the plain form `states.input.count` narrow; whatever else follows the word (`$s := $states`, `$states.*`, a quoted
//! name, a comment) asks for everything. A mention inside a text or a comment only costs a conversion.

/// The members of `$states`, in AWS's order.
pub(super) const MEMBERS: [&str; 4] = ["input", "context", "result", "errorOutput"];

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) enum Mention {
    #[default]
    Nothing,
    /// Members of the member, read by name.
    Keys(Vec<String>),
    Whole,
}

/// In the order of [`MEMBERS`].
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Mentions(pub(super) [Mention; MEMBERS.len()]);

impl Mentions {
    pub(super) fn of(source: &str) -> Self {
        let mut mentions = Self::default();
        // The parent operator climbs from a key back to the document, and is hard to tell from a remainder.
        let may_climb = source.contains('%');
        for (at, word) in source.match_indices("states") {
            let Some((member, rest)) = step(&source[at + word.len()..]) else { return Self::whole() };
            let Some(member) = MEMBERS.iter().position(|name| *name == member) else { return Self::whole() };
            match step(rest).filter(|_| !may_climb) {
                Some((key, _)) => mentions.0[member].add(key),
                None => mentions.0[member] = Mention::Whole,
            }
        }
        mentions
    }

    fn whole() -> Self {
        Self(std::array::from_fn(|_| Mention::Whole))
    }
}

impl Mention {
    fn add(&mut self, key: &str) {
        match self {
            Mention::Whole => {}
            Mention::Nothing => *self = Mention::Keys(vec![key.to_owned()]),
            Mention::Keys(keys) if keys.iter().any(|known| known == key) => {}
            Mention::Keys(keys) => keys.push(key.to_owned()),
        }
    }
}

/// `.name` and what follows it.
fn step(rest: &str) -> Option<(&str, &str)> {
    let name = rest.trim_start().strip_prefix('.')?.trim_start();
    let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    let (name, rest) = name.split_at(length);
    let is_cut_short = rest.starts_with(|c: char| !c.is_ascii());
    (!name.is_empty() && !is_cut_short).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_mentions_narrow_and_others_ask_for_everything() {
        let keys = |keys: &[&str]| Mention::Keys(keys.iter().map(|key| (*key).to_owned()).collect());
        let input = |mention| Mentions([mention, Mention::Nothing, Mention::Nothing, Mention::Nothing]);
        let cases = [
            ("$x + 1", Mentions::default()),
            ("$states.input.a + $states . input .b.c - $states.input.a", input(keys(&["a", "b"]))),
            ("$states.input.a-b", input(keys(&["a"]))),
            ("$states.input.a + $states.input", input(Mention::Whole)),
            ("$states.input.*", input(Mention::Whole)),
            ("$states.input.`a`", input(Mention::Whole)),
            ("$states.input.gr\u{f6}sse", input(Mention::Whole)),
            ("$states.input[0].a", input(Mention::Whole)),
            ("$states.input.(a)", input(Mention::Whole)),
            ("$states.input.a.%.b", input(Mention::Whole)),
            ("$states /* odd */ .input.a", Mentions::whole()),
            ("$lookup($states, 'input')", Mentions::whole()),
            ("($s := $states; $s.input)", Mentions::whole()),
            ("$states.*", Mentions::whole()),
        ];
        for (source, expected) in cases {
            assert_eq!(Mentions::of(source), expected, "{source}");
        }
    }
}
