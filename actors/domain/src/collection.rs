//! Configuration of a collection.
