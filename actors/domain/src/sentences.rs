//! Sentence segmentation.
use std::ops::Range;

/// Byte ranges of the sentences of `text`, trimmed, in order.
pub fn sentences(_text: &str) -> Vec<Range<usize>> {
    Vec::new()
}
