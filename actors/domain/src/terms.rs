//! Words as the retrieval side sees them.

/// Lower-cased, stemmed terms of `text` without stop words, in order.
pub fn terms(_text: &str) -> Vec<String> {
    Vec::new()
}
