//! The order of what happened to one object.

use serde::{Deserialize, Serialize};
use std::fmt;

/// When something happened to an object, comparable with other sequences *of the same object* only.
///
/// It is S3's sequencer: hexadecimal digits, compared after padding the shorter one with zeros on the right. A source without
/// sequencers (a folder) counts by itself: [`Sequence::from_number`]. [`Sequence::next`] lies between a sequence and every
/// later one of the source; it orders what we found out ourselves. Sources must not be mixed on one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sequence {
    /// Upper case, without the trailing zeros that padding would add: so comparing as text is comparing by the rule.
    digits: String,
    nudges: u32,
}

/// A sequencer that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("sequencer `{0}` is not hexadecimal of 1 to 64 digits")]
pub struct SequenceError(pub String);

impl Sequence {
    /// Before everything a source can tell.
    pub fn beginning() -> Self {
        Self { digits: String::new(), nudges: 0 }
    }

    /// Reads a sequencer, e.g. `0055AED6DCD90281E5`, or what this type wrote.
    pub fn parse(text: &str) -> Result<Self, SequenceError> {
        let error = || SequenceError(text.chars().take(80).collect());
        let (digits, nudges) = match text.split_once('+') {
            Some((digits, nudges)) => (digits, nudges.parse().map_err(|_| error())?),
            None => (text, 0),
        };
        if digits.is_empty() || digits.len() > 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(error());
        }
        Ok(Self { digits: digits.to_ascii_uppercase().trim_end_matches('0').to_owned(), nudges })
    }

    /// For a source that counts.
    pub fn from_number(number: u64) -> Self {
        Self { digits: format!("{number:016X}").trim_end_matches('0').to_owned(), nudges: 0 }
    }

    /// Just after this one, before whatever the source tells next.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { digits: self.digits.clone(), nudges: self.nudges.saturating_add(1) }
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.digits.is_empty() { "0" } else { &self.digits };
        match self.nudges {
            0 => f.write_str(digits),
            nudges => write!(f, "{digits}+{nudges}"),
        }
    }
}

impl TryFrom<String> for Sequence {
    type Error = SequenceError;
    fn try_from(text: String) -> Result<Self, SequenceError> {
        Self::parse(&text)
    }
}

impl From<Sequence> for String {
    fn from(sequence: Sequence) -> Self {
        sequence.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sequencers_compare_as_if_padded_on_the_right() {
        let sorted = [
            "0",
            "0055AED6DCD90281E5",
            "0055aed6dcd90281e500+1",
            "0055AED6DCD90281E5+2",
            "0055AED6DCD90281E501",
            "0055B",
            "1",
        ];
        let parsed: Vec<Sequence> = sorted.iter().map(|text| Sequence::parse(text).unwrap()).collect();
        assert!(parsed.windows(2).all(|pair| pair[0] < pair[1]), "{parsed:?}");
        assert_eq!(Sequence::parse("0055AED6DCD90281E5"), Sequence::parse("0055aed6dcd90281e5000"));
    }

    #[test]
    fn what_is_no_sequencer_is_refused() {
        for text in ["", "xyz", "12 ", "+1", "12+", "12+x", &"1".repeat(65)] {
            assert!(Sequence::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn numbers_keep_their_order_and_read_back(a: u64, b: u64) {
            let (first, second) = (Sequence::from_number(a), Sequence::from_number(b));
            prop_assert_eq!(a.cmp(&b), first.cmp(&second));
            prop_assert!(first < first.next());
            prop_assert_eq!(first.next() < second, a < b);
            prop_assert_eq!(Sequence::parse(&first.next().to_string()), Ok(first.next()));
        }
    }
}
