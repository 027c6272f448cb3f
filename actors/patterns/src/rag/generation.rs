//! The actor kind `generation`: an answer from passages, every citation verified against its version.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_domain::{
    chunking::{Chunk, ChunkId, ChunkRole},
    citation::{Citation, resolve, verify},
    extractive::{self, Extraction, ExtractiveOptions},
    prompt::{NOT_IN_DOCUMENTS, PromptOptions, assemble, is_refusal},
    source::Source,
};
use cueline_ports::{Chat, ChatDelta, ChatMessage, ChatRole, Model, Usage};
use cueline_protocol::{
    tasks::Answer,
    v1::{AnswerReply, AnswerRequest, CitationEntry, Passage},
};
use cueline_runtime::{Perform, TaskContext, TaskError, World};
use futures::StreamExt;

use super::{
    RagConfig,
    artifacts::{self, Documents},
};

/// The offline answerer: the best sentences of the documents themselves.
pub(crate) const EXTRACTIVE: &str = "extractive";

/// Answers.
pub(crate) struct Answerer {
    config: Arc<RagConfig>,
    documents: Arc<Documents>,
}

impl Answerer {
    pub(crate) fn new(config: Arc<RagConfig>, documents: Arc<Documents>) -> Self {
        Self { config, documents }
    }

    async fn sources(&self, world: &World, passages: &[Passage]) -> Result<Vec<Source>, TaskError> {
        let mut sources = Vec::with_capacity(passages.len());
        for passage in passages {
            let Some(reference) = &passage.source else { continue };
            let document = self.documents.document(world, reference).await?;
            let page = (passage.page > 0).then_some(passage.page);
            let chunk = Chunk {
                id: ChunkId(passage.chunk.clone()),
                ordinal: 0,
                start: passage.start as usize,
                end: passage.end as usize,
                prefix: String::new(),
                page_start: page,
                page_end: page,
                headings: passage.headings.clone(),
                parent: None,
                role: ChunkRole::Search,
            };
            sources.extend(artifacts::source(&document, &passage.document, &passage.version, &chunk));
        }
        Ok(sources)
    }

    /// Keeps what really stands in the cited version, with page and headings of the very place.
    async fn verified(
        &self,
        world: &World,
        passages: &[Passage],
        citations: Vec<Citation>,
    ) -> Result<(Vec<(Citation, String)>, u32), TaskError> {
        let mut kept = Vec::with_capacity(citations.len());
        let mut dropped = 0;
        for mut citation in citations {
            let passage = passages.iter().find(|p| p.document == citation.document && p.version == citation.version);
            let Some(reference) = passage.and_then(|passage| passage.source.as_ref()) else {
                dropped += 1;
                continue;
            };
            let document = self.documents.document(world, reference).await?;
            match verify(&citation, &document.text) {
                Ok(()) => {
                    citation.locate(&document);
                    kept.push((citation, document.title.clone().unwrap_or_default()));
                }
                Err(_) => dropped += 1,
            }
        }
        Ok((kept, dropped))
    }
}

#[async_trait]
impl Perform<Answer> for Answerer {
    async fn perform(&self, context: &TaskContext, request: AnswerRequest) -> Result<AnswerReply, TaskError> {
        let world = &context.world;
        let sources = self.sources(world, &request.passages).await?;
        let answering = self.config.collection(&request.collection).and_then(|collection| collection.answering);
        let model = match (request.model.as_str(), &answering) {
            ("", Some(answering)) => answering.model.clone(),
            ("", None) => EXTRACTIVE.to_owned(),
            (named, _) => named.to_owned(),
        };
        if sources.is_empty() {
            return Ok(not_in_documents(&model));
        }
        if model == EXTRACTIVE {
            let extraction = extractive::answer(&request.question, &sources, &ExtractiveOptions::default());
            let Extraction::Answer { sentences, .. } = extraction else { return Ok(not_in_documents(&model)) };
            let (texts, citations): (Vec<_>, Vec<_>) = sentences.into_iter().map(|s| (s.text, s.citation)).unzip();
            let (verified, dropped) = self.verified(world, &request.passages, citations).await?;
            let text = numbered(&texts);
            return Ok(reply(text, verified, dropped, &model, Usage::default()));
        }
        let port = world.models.get(&model).ok_or_else(|| {
            let known: Vec<&str> = world.models.keys().map(String::as_str).chain([EXTRACTIVE]).collect();
            TaskError::invalid(format!("model is {model:?}; configured are {}", known.join(", ")))
        })?;
        let options = answering.map_or_else(PromptOptions::default, |answering| PromptOptions {
            source_words: answering.source_words,
            instructions: answering.instructions,
        });
        let prompt = assemble(&request.question, &sources, &options);
        let (text, usage) = complete(port.as_ref(), prompt.system, prompt.user, &context.idempotency_key).await?;
        if is_refusal(&text) {
            let mut reply = not_in_documents(&model);
            (reply.input_tokens, reply.output_tokens) = (usage.input_tokens, usage.output_tokens);
            return Ok(reply);
        }
        let used = sources.get(..prompt.used).unwrap_or(&sources);
        let cited = resolve(&text, used);
        let unsupported = cited.dropped.len() as u32;
        let mut citations: Vec<Citation> = Vec::new();
        let mut marked = String::new();
        for sentence in &cited.sentences {
            marked.push_str(cited.text.get(sentence.range.clone()).unwrap_or_default().trim());
            for citation in &sentence.citations {
                let at = citations.iter().position(|known| known == citation).unwrap_or_else(|| {
                    citations.push(citation.clone());
                    citations.len() - 1
                });
                marked.push_str(&format!(" [{}]", at + 1));
            }
            marked.push(' ');
        }
        let (verified, dropped) = self.verified(world, &request.passages, citations).await?;
        let mut reply = reply(marked.trim_end().to_owned(), verified, dropped + unsupported, &model, usage);
        if reply.citations.is_empty() {
            reply.notes.push("no sentence of this answer could be traced to the documents".into());
        }
        Ok(reply)
    }
}

fn numbered(texts: &[String]) -> String {
    let marked: Vec<String> =
        texts.iter().enumerate().map(|(at, text)| format!("{} [{}]", text.trim(), at + 1)).collect();
    marked.join("\n")
}

fn not_in_documents(model: &str) -> AnswerReply {
    AnswerReply {
        text: NOT_IN_DOCUMENTS.to_owned(),
        not_in_documents: true,
        model: model.to_owned(),
        ..AnswerReply::default()
    }
}

fn reply(text: String, cited: Vec<(Citation, String)>, dropped: u32, model: &str, usage: Usage) -> AnswerReply {
    let citations = cited
        .into_iter()
        .enumerate()
        .map(|(at, (citation, title))| CitationEntry {
            number: at as u32 + 1,
            chunk: citation.chunk_id.0,
            document: citation.document,
            version: citation.version,
            title,
            headings: citation.headings,
            page: citation.page.unwrap_or(0),
            start: citation.start as u64,
            end: citation.end as u64,
            quote: citation.quote,
        })
        .collect();
    AnswerReply {
        text,
        citations,
        not_in_documents: false,
        model: model.to_owned(),
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        citations_dropped: dropped,
        notes: Vec::new(),
    }
}

async fn complete(
    model: &dyn Model,
    system: String,
    user: String,
    idempotency_key: &str,
) -> Result<(String, Usage), TaskError> {
    let chat = Chat {
        messages: vec![
            ChatMessage { role: ChatRole::System, text: system },
            ChatMessage { role: ChatRole::User, text: user },
        ],
        max_tokens: Some(1_024),
        temperature: Some(0.0),
        idempotency_key: Some(idempotency_key.to_owned()),
    };
    let mut deltas = model.chat(chat).await?;
    let mut text = String::new();
    while let Some(delta) = deltas.next().await {
        match delta? {
            ChatDelta::Text(more) => text.push_str(&more),
            ChatDelta::End { usage, .. } => return Ok((text, usage)),
        }
    }
    Err(TaskError::new("Cueline.ModelCut", "the model's answer was cut off"))
}
