//! Whether quoted words stand in the source they are said to come from.

use super::reading::Reading;
use std::ops::Range;

/// A quote of fewer letters and digits proves nothing.
pub const SHORTEST_QUOTE: usize = 8;

/// Where `quote` stands in `source`, as bytes of `source`. White space, case, quotation marks, look-alikes and invisible
/// characters make no difference; `…` and `[...]` in a quote stand for words that were left out, in order. `None`: the source
/// does not say so, or the quote is shorter than [`SHORTEST_QUOTE`].
pub fn grounded(quote: &str, source: &str) -> Option<Range<usize>> {
    let reading = Reading::of(source);
    let (words, places) = squeezed(&reading.letters);
    let quote = Reading::of(quote).letters.replace("[...]", "...").replace('…', "...");
    let parts: Vec<String> = quote
        .split("...")
        .map(|part| squeezed(part.trim_matches(|c: char| !c.is_alphanumeric())).0)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.iter().map(|part| part.chars().filter(|c| c.is_alphanumeric()).count()).sum::<usize>() < SHORTEST_QUOTE {
        return None;
    }
    let mut start = None;
    let mut end = 0;
    for part in &parts {
        let at = end + words.get(end..)?.find(part.as_str())?;
        start = start.or(Some(at));
        end = at + part.len();
    }
    let first = *places.get(start?)?;
    let last = *places.get(end.checked_sub(1)?)?;
    Some(reading.original(first..last + 1))
}

/// Letters, digits and the marks between them, without white space and quotation marks, and where each byte came from.
fn squeezed(letters: &str) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(letters.len());
    let mut places = Vec::with_capacity(letters.len());
    for (at, c) in letters.char_indices() {
        if !(c.is_whitespace() || matches!(c, '"' | '\'')) {
            text.push(c);
            places.extend(at..at + c.len_utf8());
        }
    }
    (text, places)
}

/// The quotes of a text: what stands between quotation marks and is long enough to be checked. Byte ranges without the marks.
pub fn quotes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (at, c) in text.char_indices() {
        match open {
            Some((start, close)) if c == close => {
                let letters = text[start..at].chars().filter(|c| c.is_alphanumeric()).count();
                if letters >= SHORTEST_QUOTE {
                    found.push(start..at);
                }
                open = None;
            }
            // Quotes do not cross paragraphs; a mark without a partner opens nothing.
            Some(_) if c == '\n' => open = None,
            Some(_) => {}
            None => {
                let close = match c {
                    '"' => '"',
                    '“' => '”',
                    '„' => '“',
                    '«' => '»',
                    _ => continue,
                };
                open = Some((at + c.len_utf8(), close));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SOURCE: &str = "Refunds are paid within 14 days.\nThe “customer” must send\n the goods back first.";

    #[test]
    fn a_quote_is_found_or_it_is_not() {
        let cases = [
            ("refunds are paid within 14 days", Some("Refunds are paid within 14 days")),
            ("\"The customer must send the goods back\"", Some("The “customer” must send\n the goods back")),
            (
                "Refunds are paid … the goods back",
                Some("Refunds are paid within 14 days.\nThe “customer” must send\n the goods back"),
            ),
            ("the goods back [...] Refunds are paid", None),
            ("refunds are paid within 30 days", None),
            ("14 days", None),
            ("...", None),
            ("", None),
        ];
        for (quote, expected) in cases {
            assert_eq!(grounded(quote, SOURCE).map(|range| &SOURCE[range]), expected, "{quote:?}");
        }
    }

    #[test]
    fn quotes_of_an_answer_are_listed() {
        let text = "It says \"refunds are paid\" and “goods back first”, a 5\" pipe, \"no\".\n„Ende gut alles“ «tout est bien»";
        let found: Vec<&str> = quotes(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["refunds are paid", "goods back first", "Ende gut alles", "tout est bien"]);
    }

    proptest! {
        #[test]
        fn every_part_of_a_source_is_grounded_in_it(source in "\\PC{0,60}", from in 0_usize..60, length in 0_usize..60) {
            let part: String = source.chars().skip(from).take(length).collect();
            if let Some(range) = grounded(&part, &source) {
                prop_assert!(source.get(range).is_some());
            }
            for range in quotes(&source) {
                prop_assert!(source.get(range).is_some());
            }
        }
    }
}
