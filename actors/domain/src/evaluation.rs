//! Retrieval measures.
