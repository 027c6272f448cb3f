//! Numbers as people write them: groups of digits with short separators.

use std::ops::Range;

/// Longest group that can be part of a number we know.
const LONGEST_GROUP: usize = 24;
/// Longest separator: `) ` and the like.
const LONGEST_SEPARATOR: usize = 3;

/// A group of digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// Bytes of the reading.
    pub(super) range: Range<usize>,
    /// Separator to the group before; `None` when this one opens a run.
    pub(super) joined_by: Option<Range<usize>>,
    /// No letter stands directly before it.
    pub(super) opens: bool,
    /// No letter stands directly behind it.
    pub(super) closes: bool,
}

/// The groups of a text, in order. A group that is too long for any number is left out and parts its neighbours.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let bytes = text.as_bytes();
    let mut found: Vec<Group> = Vec::new();
    let mut end_of_last: Option<usize> = None;
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if at - start > LONGEST_GROUP {
            end_of_last = None;
            continue;
        }
        let separator = end_of_last.map(|end| end..start).filter(|range| {
            range.len() <= LONGEST_SEPARATOR && bytes[range.clone()].iter().all(|byte| b" -./()".contains(byte))
        });
        found.push(Group {
            range: start..at,
            joined_by: separator,
            opens: !super::is_word(start.checked_sub(1).and_then(|before| bytes.get(before))),
            closes: !super::is_word(bytes.get(at)),
        });
        end_of_last = Some(at);
    }
    found
}

/// Groups that follow each other from `groups[0]` on, with together at most `most` digits.
pub(super) fn run(groups: &[Group], most: usize) -> &[Group] {
    let mut digits = 0;
    let mut length = 0;
    for (index, group) in groups.iter().enumerate() {
        digits += group.range.len();
        if digits > most || (index > 0 && group.joined_by.is_none()) {
            break;
        }
        length += 1;
    }
    &groups[..length]
}

/// The digits of groups, 0 to 9 each.
pub(super) fn digits(text: &str, groups: &[Group]) -> Vec<u8> {
    groups.iter().flat_map(|group| text.as_bytes()[group.range.clone()].iter().map(|byte| byte - b'0')).collect()
}

/// The separator between all of these groups, when it is everywhere the same; empty for one group.
pub(super) fn separator<'a>(text: &'a str, groups: &[Group]) -> Option<&'a str> {
    let mut all = groups.iter().skip(1).map(|group| group.joined_by.clone().and_then(|range| text.get(range)));
    let Some(first) = all.next() else { return Some("") };
    all.all(|separator| separator == first).then_some(first).flatten()
}
