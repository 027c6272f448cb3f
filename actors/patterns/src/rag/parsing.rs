//! The actor kind `parsing`: bytes to a document, behind walls.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_domain::ledger::Progress;
use cueline_ports::ParseFailure;
use cueline_protocol::{
    tasks::Parse,
    v1::{ParseReply, ParseRequest},
};
use cueline_runtime::{Perform, TaskContext, TaskError, codec};

use super::{
    Ledger, RagConfig,
    artifacts::{self, Artifact},
    ingestion::{object, refused},
    payloads,
};

/// Parses, or finds that these bytes were parsed before.
pub(crate) struct DocumentParser;

impl DocumentParser {
    pub(crate) fn new(_config: Arc<RagConfig>) -> Self {
        Self
    }
}

#[async_trait]
impl Perform<Parse> for DocumentParser {
    async fn perform(&self, context: &TaskContext, request: ParseRequest) -> Result<ParseReply, TaskError> {
        let object = object(request.object)?;
        let world = &context.world;
        let mut known = artifacts::find(world.table.as_ref(), &object.version).await?;
        if let Some(artifact) = &known
            && !payloads::keep_known(world, &object, &(&artifact.document).into()).await?
        {
            // Its text was deleted with the last document that had it.
            known = None;
        }
        let reused = known.is_some();
        let artifact = match known {
            Some(artifact) => artifact,
            None => {
                let content = request.content.ok_or_else(|| TaskError::invalid("content is missing"))?;
                let bytes = codec::fetch(world.objects.as_ref(), &content.hash).await?;
                let document = world.parser.parse(&object.key, bytes).await.map_err(|failure| match failure {
                    ParseFailure::Refused { code, message } => refused(&code, message),
                    ParseFailure::Unavailable(cause) => TaskError::new("Cueline.Unavailable", cause),
                })?;
                let body = serde_json::to_vec(&document).map_err(|error| TaskError::invalid(error.to_string()))?;
                let stored = payloads::keep(world, &object, body.into()).await?;
                let artifact = Artifact {
                    document: (&stored).into(),
                    chunks: None,
                    media_type: document.media_type,
                    parser: document.parser,
                    pages: document.pages.unwrap_or(0),
                    text_bytes: document.text.len() as u64,
                    warnings: document.warnings,
                };
                artifacts::keep(world.table.as_ref(), &object.version, &artifact).await?;
                artifact
            }
        };
        let ledger = Ledger::new(world.clone());
        ledger
            .progress(&object.key, &object.observation, Progress::Parsed, |entry| {
                entry.media_type = Some(artifact.media_type.clone());
                entry.parser = Some(artifact.parser.clone());
                entry.warnings.clone_from(&artifact.warnings);
            })
            .await?;
        Ok(ParseReply {
            document: Some((&artifact.document).into()),
            media_type: artifact.media_type,
            parser: artifact.parser,
            pages: artifact.pages,
            text_bytes: artifact.text_bytes,
            warnings: artifact.warnings,
            reused,
        })
    }
}
