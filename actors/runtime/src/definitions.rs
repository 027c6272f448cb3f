//! Workflows by name, and by the hash that an execution keeps.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::{Arc, RwLock, RwLockReadGuard},
};

use bytes::Bytes;
use cueline_ports::{Objects, PortErrorKind, PutCondition};
use cueline_protocol::{
    ids::BucketName,
    tasks::{contract, service_integration},
};
use cueline_states::{Definition, Diagnostic, Severity};

use crate::EngineError;

/// Where a Task state waits for somebody outside to complete it; no cue is sent.
pub const CALLBACK: &str = "cueline:callback";

/// Every definition that was ever started is kept by its hash; names point to the newest.
pub struct Definitions {
    objects: Arc<dyn Objects>,
    bucket: BucketName,
    known: RwLock<Known>,
}

/// Definitions that are held in memory without a name: a program that makes a new one for every start must not fill it.
const HELD: usize = 1_024;

#[derive(Default)]
struct Known {
    by_name: BTreeMap<String, Arc<Definition>>,
    /// Names that no other process can give to something else.
    own: BTreeSet<String>,
    by_hash: HashMap<String, Arc<Definition>>,
    /// Hashes in the order in which they came; the oldest is forgotten first and read again when it is asked for.
    order: VecDeque<String>,
    /// What the items of a distributed Map run: by the hash of the workflow and the name of the state.
    processors: HashMap<(String, String), Arc<Definition>>,
}

impl Known {
    fn hold(&mut self, hash: String, definition: Arc<Definition>) {
        if self.by_hash.insert(hash.clone(), definition).is_none() {
            self.order.push_back(hash);
        }
        while self.order.len() > HELD {
            self.order.pop_front().and_then(|oldest| self.by_hash.remove(&oldest));
        }
    }

    fn hold_processor(&mut self, key: (String, String), processor: Arc<Definition>) {
        if self.processors.len() >= HELD {
            self.processors.clear();
        }
        self.processors.insert(key, processor);
    }
}

impl Definitions {
    /// Definitions are stored in `bucket` of `objects`, so that an execution outlives the file it came from.
    pub fn new(objects: Arc<dyn Objects>, bucket: BucketName) -> Self {
        Self { objects, bucket, known: RwLock::default() }
    }

    /// Errors of a definition, those of the language and those of its resources.
    pub fn check(text: &str) -> Result<Definition, Vec<Diagnostic>> {
        let definition = Definition::parse(text)?;
        let diagnostics = unknown_resources(&definition);
        if diagnostics.is_empty() { Ok(definition) } else { Err(diagnostics) }
    }

    /// Makes a workflow known under a name.
    pub async fn register(&self, name: &str, text: &str) -> Result<Arc<Definition>, EngineError> {
        let definition = self.keep(text).await?;
        self.name(name, definition.clone());
        Ok(definition)
    }

    /// Names a definition that is kept.
    pub(crate) fn name(&self, name: &str, definition: Arc<Definition>) {
        let mut known = self.known.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.by_name.insert(name.to_owned(), definition);
    }

    /// The name is this program's own, whatever other processes call so.
    pub fn own(&self, name: &str) {
        let mut known = self.known.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.own.insert(name.to_owned());
    }

    pub(crate) fn is_own(&self, name: &str) -> bool {
        self.read().own.contains(name)
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
            known.hold(hash, definition.clone());
        }
        Ok(definition)
    }

    /// The newest definition of a workflow.
    pub fn named(&self, name: &str) -> Result<Arc<Definition>, EngineError> {
        let known = self.read();
        known.by_name.get(name).cloned().ok_or_else(|| EngineError::UnknownWorkflow {
            workflow: name.to_owned(),
            known: known.by_name.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// Every named workflow.
    pub fn list(&self) -> Vec<(String, Arc<Definition>)> {
        let known = self.read();
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
        known.hold(hash.to_owned(), definition.clone());
        Ok(definition)
    }

    /// What the items of a distributed Map run, stored as a definition of its own.
    pub(crate) async fn processor(&self, of: &Definition, state: &str) -> Result<Arc<Definition>, EngineError> {
        let key = (of.hash().to_owned(), state.to_owned());
        if let Some(processor) = self.read().processors.get(&key) {
            return Ok(processor.clone());
        }
        let processor = of.processor(state);
        let processor = processor.ok_or_else(|| EngineError::Invalid(format!("{state} has no item processor")))?;
        let processor = self.keep(&processor.source().to_string()).await?;
        let mut known = self.known.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        known.hold_processor(key, processor.clone());
        Ok(processor)
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The definition if it is in memory.
    pub fn cached(&self, hash: &str) -> Option<Arc<Definition>> {
        let known = self.read();
        known.by_hash.get(hash).cloned()
    }
}

fn key(hash: &str) -> String {
    format!("{hash}.asl.json")
}

/// A resource that nobody serves would wait for ever; say so before anything starts.
fn unknown_resources(definition: &Definition) -> Vec<Diagnostic> {
    let judged = definition.resources().into_iter().map(|(path, resource)| (path, unserved(&resource)));
    judged
        .filter_map(|(path, found)| {
            let (code, message) = found?;
            Some(Diagnostic { severity: Severity::Error, code, path, message })
        })
        .collect()
}

/// Code and words about a resource that no actor serves; `None` for one that is served.
pub fn unserved(resource: &str) -> Option<(&'static str, String)> {
    if resource == CALLBACK || contract(resource).is_some() {
        return None;
    }
    let message = match service_integration(resource) {
        Some(action) => format!("{resource} is not served: {}", instead(action)),
        None if resource.starts_with("arn:") && resource.contains(":lambda:") => format!(
            "{resource} is not served: use arn:aws:states:::lambda:invoke with FunctionName {resource} and the input as Payload"
        ),
        None if resource.starts_with("arn:") => {
            format!(
                "{resource} is not served: there are arn:aws:states:::lambda:invoke, \
                arn:aws:states:::states:startExecution and arn:aws:states:::states:startExecution.sync:2"
            )
        }
        None => {
            let message = format!("no actor serves {resource}; see `cueline actors` for what there is");
            return Some(("RESOURCE_UNKNOWN", message));
        }
    };
    Some(("RESOURCE_UNSUPPORTED", message))
}

/// What to write for a task of Step Functions that has no like here.
fn instead(action: &str) -> &'static str {
    match action {
        "states:startExecution.sync" => {
            "use arn:aws:states:::states:startExecution.sync:2, whose Output is JSON and not text"
        }
        "sqs:sendMessage.waitForTaskToken" => {
            "name the actor that the message is for as Resource (`cueline actors` lists them), or cueline:callback if somebody \
             outside completes the task with the token"
        }
        _ if action.ends_with(".waitForTaskToken") => {
            "use cueline:callback: the task's token is in $$.Task.Token and completes it over the admin endpoint"
        }
        _ => {
            "call it from a function with arn:aws:states:::lambda:invoke, or from a state machine with \
             arn:aws:states:::states:startExecution.sync:2"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_of_aws_is_served_or_has_a_fix() {
        let judged = |resource: &str| unserved(resource);
        for served in [
            "cueline:callback",
            "cueline:lambda.invoke",
            "arn:aws:states:::lambda:invoke",
            "arn:aws:states:::states:startExecution",
            "arn:aws:states:::states:startExecution.sync:2",
        ] {
            assert_eq!(judged(served), None, "{served}");
        }
        for (resource, fix) in [
            ("arn:aws:states:::states:startExecution.sync", "startExecution.sync:2, whose Output"),
            ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "cueline:callback"),
            ("arn:aws:states:::lambda:invoke.waitForTaskToken", "cueline:callback"),
            ("arn:aws:states:::dynamodb:putItem", "lambda:invoke"),
            ("arn:aws:lambda:us-east-1:1:function:f", "FunctionName arn:aws:lambda:us-east-1:1:function:f"),
            ("arn:aws:states:us-east-1:1:activity:a", "startExecution"),
        ] {
            let (code, message) = judged(resource).unwrap();
            assert_eq!(code, "RESOURCE_UNSUPPORTED", "{resource}");
            assert!(message.starts_with(resource) && message.contains(fix), "{message}");
        }
        assert_eq!(judged("cueline:nobody.serves").unwrap().0, "RESOURCE_UNKNOWN");
    }

    #[test]
    fn only_so_many_definitions_are_held() {
        let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
        let definition = Arc::new(Definition::parse(text).unwrap());
        let mut known = Known::default();
        for at in 0..HELD + 10 {
            known.hold(format!("{at}"), definition.clone());
            known.hold(format!("{at}"), definition.clone());
        }
        assert_eq!((known.by_hash.len(), known.order.len()), (HELD, HELD));
        assert!(!known.by_hash.contains_key("9") && known.by_hash.contains_key("10"));
    }
}
