//! The embedded world: SQLite, files, tantivy and local models.
