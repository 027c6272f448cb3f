//! Text with stars. A star stands for any text, also none; `\*` is a star and `\\` a backslash.

use super::problem::ProblemCode;

/// The texts between the stars, in order; without a star there is one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wildcard(Vec<String>);

impl Wildcard {
    /// Reads a wildcard, or tells what is wrong with it and how to write it.
    pub(super) fn parse(text: &str) -> Result<Self, (ProblemCode, &'static str)> {
        let mut parts = vec![];
        let mut part = String::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '*' if letters.peek() == Some(&'*') => {
                    return Err((ProblemCode::WildcardStars, "write one `*`; it stands for any text already"));
                }
                '*' => parts.push(std::mem::take(&mut part)),
                '\\' => match letters.next() {
                    Some(escaped @ ('*' | '\\')) => part.push(escaped),
                    _ => {
                        return Err((
                            ProblemCode::WildcardEscape,
                            r"only `\*` and `\\` are escapes; write `\\` for a backslash",
                        ));
                    }
                },
                other => part.push(other),
            }
        }
        parts.push(part);
        Ok(Self(parts))
    }

    /// Whether the whole text is described. Each part is taken where it appears first, so nothing is tried twice.
    pub(super) fn matches(&self, text: &str) -> bool {
        let Some((first, others)) = self.0.split_first() else { return false };
        let Some((last, middle)) = others.split_last() else { return text == first };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            match rest.find(part.as_str()) {
                Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }
}
