//! Object keys.
