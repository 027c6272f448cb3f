//! From the bytes of a file to a structured document, or a named refusal.
