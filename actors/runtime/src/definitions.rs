//! Workflows by name, and by the hash that an execution keeps.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, RwLock},
};

use bytes::Bytes;
use cueline_ports::{Objects, PortErrorKind, PutCondition};
use cueline_protocol::{ids::BucketName, tasks::contract};
use cueline_states::{Definition, Diagnostic, Severity};
use serde_json::Value;

use crate::EngineError;

/// Where a Task state waits for somebody outside to complete it; no cue is sent.
pub const CALLBACK: &str = "cueline:callback";

/// Every definition that was ever started is kept by its hash; names point to the newest.
pub struct Definitions {
    objects: Arc<dyn Objects>,
    bucket: BucketName,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    by_name: BTreeMap<String, Arc<Definition>>,
    by_hash: HashMap<String, Arc<Definition>>,
}

impl Definitions {
    /// Definitions are stored in `bucket` of `objects`, so that an execution outlives the file it came from.
    pub fn new(objects: Arc<dyn Objects>, bucket: BucketName) -> Self {
        Self { objects, bucket, known: RwLock::default() }
    }

    /// Errors of a definition, those of the language and those of its resources.
    pub fn check(text: &str) -> Result<Definition, Vec<Diagnostic>> {
        let definition = Definition::parse(text)?;
        let diagnostics = unknown_resources(definition.source(), String::new());
        if diagnostics.is_empty() { Ok(definition) } else { Err(diagnostics) }
    }

    /// Makes a workflow known under a name.
    pub async fn register(&self, name: &str, text: &str) -> Result<Arc<Definition>, EngineError> {
        let definition = self.keep(text).await?;
        let mut known = self.known.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.by_name.insert(name.to_owned(), definition.clone());
        Ok(definition)
    }

    /// Stores a definition without a name.
    pub async fn keep(&self, text: &str) -> Result<Arc<Definition>, EngineError> {
        let definition = Arc::new(Self::check(text).map_err(EngineError::InvalidDefinition)?);
        let hash = definition.hash().to_owned();
        if self.cached(&hash).is_none() {
            let body = Bytes::from(serde_json::to_vec(definition.source()).unwrap_or_default());
            match self.objects.put(&self.bucket, &key(&hash), body, PutCondition::Absent).await {
                Ok(_) => {}
                Err(error) if error.kind == PortErrorKind::Conflict => {}
                Err(error) => return Err(error.into()),
            }
            let mut known = self.known.write().unwrap_or_else(|poisoned| poisoned.into_inner());
            known.by_hash.insert(hash, definition.clone());
        }
        Ok(definition)
    }

    /// The newest definition of a workflow.
    pub fn named(&self, name: &str) -> Result<Arc<Definition>, EngineError> {
        let known = self.known.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.by_name.get(name).cloned().ok_or_else(|| EngineError::UnknownWorkflow {
            workflow: name.to_owned(),
            known: known.by_name.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// Every named workflow.
    pub fn list(&self) -> Vec<(String, Arc<Definition>)> {
        let known = self.known.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.by_name.iter().map(|(name, definition)| (name.clone(), definition.clone())).collect()
    }

    /// The definition that an execution started with.
    pub async fn by_hash(&self, hash: &str) -> Result<Arc<Definition>, EngineError> {
        if let Some(definition) = self.cached(hash) {
            return Ok(definition);
        }
        let (_, body) = self.objects.get(&self.bucket, &key(hash)).await?;
        let text = String::from_utf8_lossy(&body);
        let definition = Arc::new(Definition::parse(&text).map_err(EngineError::InvalidDefinition)?);
        let mut known = self.known.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.by_hash.insert(hash.to_owned(), definition.clone());
        Ok(definition)
    }

    /// The definition if it is in memory.
    pub fn cached(&self, hash: &str) -> Option<Arc<Definition>> {
        let known = self.known.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.by_hash.get(hash).cloned()
    }
}

fn key(hash: &str) -> String {
    format!("{hash}.asl.json")
}

/// A resource of ours that nobody serves would wait for ever; say so before anything starts.
fn unknown_resources(value: &Value, path: String) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let here = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                match member.as_str().filter(|_| name == "Resource") {
                    Some(resource) if !is_known(resource) => found.push(Diagnostic {
                        severity: Severity::Error,
                        code: "RESOURCE_UNKNOWN",
                        path: here,
                        message: format!("no actor serves {resource}; see `cueline actors` for what there is"),
                    }),
                    _ => found.extend(unknown_resources(member, here)),
                }
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                found.extend(unknown_resources(item, format!("{path}/{i}")));
            }
        }
        _ => {}
    }
    found
}

fn is_known(resource: &str) -> bool {
    resource == CALLBACK || contract(resource).is_some()
}
