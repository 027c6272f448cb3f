//! The patterns: each folder is one story.
