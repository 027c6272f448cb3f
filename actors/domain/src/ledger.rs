//! Where each version of a document stands.
