//! What the pattern is configured with.

use std::collections::BTreeMap;

use cueline_domain::{
    collection::{Collection, CollectionName, Embedding},
    object_key::ObjectKey,
};
use cueline_protocol::ids::BucketName;

/// The collections and where their objects come from.
#[derive(Debug, Clone)]
pub struct RagConfig {
    /// The bucket that is watched.
    pub inbox: BucketName,
    /// Configured collections by name. Others have defaults and come to be with their first document.
    pub collections: BTreeMap<String, Collection>,
    /// The embedding of collections that do not name one; `None` searches by words only.
    pub embedding: Option<Embedding>,
    /// Larger files are refused.
    pub largest_file: u64,
    /// Parsed documents kept in memory for answering.
    pub cached_documents: usize,
    /// On whose behalf the inbox is read.
    pub tenant: String,
}

impl RagConfig {
    /// Defaults for a bucket.
    pub fn new(inbox: BucketName) -> Self {
        Self {
            inbox,
            collections: BTreeMap::new(),
            embedding: None,
            largest_file: 256 * 1024 * 1024,
            cached_documents: 512,
            tenant: "default".into(),
        }
    }

    /// The collection of a name, configured or with defaults.
    pub fn collection(&self, name: &str) -> Option<Collection> {
        let mut collection = match self.collections.get(name) {
            Some(collection) => collection.clone(),
            None => Collection::named(CollectionName::parse(name).ok()?),
        };
        if collection.embedding.is_none() && !self.collections.contains_key(name) {
            collection.embedding.clone_from(&self.embedding);
        }
        Some(collection)
    }

    /// Where an object belongs: the first folder of its key names the collection, `default` is that of keys without one.
    pub fn placement(&self, key: &ObjectKey) -> Placement {
        let folder = key.as_str().split_once('/').map(|(folder, _)| folder);
        match CollectionName::parse(folder.unwrap_or("default")) {
            Err(error) => Placement::Unnamed { why: error.to_string() },
            Ok(name) => match self.collection(name.as_str()).filter(|collection| collection.takes(key)) {
                Some(collection) => Placement::In(Box::new(collection)),
                None => Placement::LeftOut,
            },
        }
    }
}

/// Where an object belongs.
#[derive(Debug, Clone, PartialEq)]
pub enum Placement {
    /// To this collection.
    In(Box<Collection>),
    /// Its collection does not want it.
    LeftOut,
    /// To a folder that cannot be the name of a collection.
    Unnamed {
        /// For people.
        why: String,
    },
}
