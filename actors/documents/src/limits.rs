//! What a caller says about a file, and how much of the machine one file may take.

/// What is claimed about the bytes. Never believed against the bytes; it decides between the kinds of plain text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// File name or object key; only its extension is read.
    pub name: &'a str,
    /// Declared media type, e.g. the `Content-Type` of the object.
    pub media_type: Option<&'a str>,
}

/// Upper bounds; a file beyond one is refused, never silently cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub max_input_bytes: u64,
    /// Bytes of the canonical text.
    pub max_text_bytes: usize,
    /// Pages of a paged format.
    pub max_pages: u32,
    /// Bytes that may come out of a zip container, over all parts that are read.
    pub max_expanded_bytes: u64,
    /// Nesting of elements, lists, tables or values. Walks recurse, so this also bounds the stack.
    pub max_depth: usize,
    /// Blocks of the document.
    pub max_blocks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_input_bytes: 256 << 20,
            max_text_bytes: 64 << 20,
            max_pages: 20_000,
            max_expanded_bytes: 512 << 20,
            max_depth: 256,
            max_blocks: 1_000_000,
        }
    }
}
