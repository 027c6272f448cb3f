//! The actor kind `generation`: an answer from passages, every citation verified against its version.
//!
//! ```text
//!   passages ─► still shown to the caller? ─► guard: question ─► sentences of the documents, or a chat model
//!     ─► citations verified, numbered ─► guard: answer ─► still shown? ─► reply
//! ```

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use cueline_domain::{
    chunking::{Chunk, ChunkId, ChunkRole},
    citation::{Citation, Rendered, quote, render, resolve, verify},
    collection::Collection,
    document::Document,
    extractive::Extraction,
    prompt::{NOT_IN_DOCUMENTS, PromptOptions, assemble, is_refusal},
    source::Source,
};
use cueline_ports::{Chat, ChatDelta, ChatMessage, ChatRole, Model, Usage};
use cueline_protocol::{
    tasks::Answer,
    v1::{AnswerReply, AnswerRequest, CitationEntry, ClosePassage, Passage, PayloadRef, TextRange},
};
use cueline_runtime::{Perform, TaskContext, TaskError, World};
use futures::StreamExt;

use super::{
    RagConfig,
    artifacts::{self, Documents},
    extraction::Sentences,
    guarding,
    retrieval::{clearance, named, unknown_model},
    visibility,
};

/// The offline answerer: the best sentences of the documents themselves.
pub(crate) const EXTRACTIVE: &str = "extractive";

/// What the calls of a model are counted as.
const PATTERN: &str = "rag";

/// Passages that are named when nothing answers.
const CLOSEST: usize = 3;
/// Characters of their excerpts.
const EXCERPT: usize = 300;

/// Answers.
pub(crate) struct Answerer {
    config: Arc<RagConfig>,
    documents: Arc<Documents>,
    sentences: Sentences,
}

/// What an answer may be made of.
struct Evidence {
    sources: Vec<Source>,
    /// By key and version.
    documents: HashMap<(String, String), Arc<Document>>,
}

impl Evidence {
    fn document(&self, citation: &Citation) -> Option<&Document> {
        self.documents.get(&(citation.document.clone(), citation.version.clone())).map(Arc::as_ref)
    }

    /// The quote really stands there.
    fn holds(&self, citation: &Citation) -> bool {
        self.document(citation).is_some_and(|document| verify(citation, &document.text).is_ok())
    }

    /// With page and headings of the very place.
    fn located(&self, mut citation: Citation) -> (Citation, String) {
        let Some(document) = self.document(&citation) else { return (citation, String::new()) };
        citation.locate(document);
        (citation, document.title.clone().unwrap_or_default())
    }
}

impl Answerer {
    pub(crate) fn new(config: Arc<RagConfig>, documents: Arc<Documents>) -> Self {
        Self { config, documents, sentences: Sentences::default() }
    }

    async fn evidence(&self, world: &World, passages: &[Passage]) -> Result<Evidence, TaskError> {
        let mut evidence = Evidence { sources: Vec::with_capacity(passages.len()), documents: HashMap::new() };
        for passage in passages {
            // The text is that of the version, whatever the passage says: it may come from an edited fork.
            let Some(artifact) = artifacts::find(world.table.as_ref(), &passage.version).await? else { continue };
            let reference: PayloadRef = (&artifact.document).into();
            let document = match self.documents.document(world, &reference).await {
                // Deleted since it was looked for.
                Err(error) if error.name == "Cueline.NotFound" => continue,
                document => document?,
            };
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
            evidence.sources.extend(artifacts::source(&document, &passage.document, &passage.version, &chunk));
            evidence.documents.insert((passage.document.clone(), passage.version.clone()), document);
        }
        Ok(evidence)
    }

    /// The reply as far as it does not depend on whether what was shown still is.
    async fn reply(
        &self,
        context: &TaskContext,
        request: &AnswerRequest,
        collection: Option<&Collection>,
        shown: &[Passage],
    ) -> Result<AnswerReply, TaskError> {
        let world = &context.world;
        let answering = collection.and_then(|collection| collection.answering.clone());
        let model = match (request.model.as_str(), &answering) {
            ("", Some(answering)) => answering.model.clone(),
            ("", None) => EXTRACTIVE.to_owned(),
            (named, _) => named.to_owned(),
        };
        let evidence = self.evidence(world, shown).await?;
        let (question, sources) = (request.question.as_str(), &evidence.sources);
        if sources.is_empty() {
            return Ok(not_in_documents(&model));
        }
        if model == EXTRACTIVE {
            let likeness = self.sentences.likeness(world, collection, question, sources).await;
            let mut reply = match likeness.answer(question, sources) {
                Extraction::Answer { sentences, .. } => {
                    let quotes: Vec<(String, Citation)> =
                        sentences.into_iter().map(|sentence| (sentence.text, sentence.citation)).collect();
                    let quoted = quote(&quotes, |citation| evidence.holds(citation));
                    match quoted.text.is_empty() {
                        true => not_in_documents(&model),
                        false => answered(quoted, &evidence, &model, Usage::default()),
                    }
                }
                Extraction::NotInDocuments { .. } => {
                    close(not_in_documents(&model), likeness.closest(question, sources, CLOSEST), &evidence)
                }
            };
            reply.notes.extend(likeness.note);
            return Ok(reply);
        }
        let port = world.models.get(&model).ok_or_else(|| unknown_model(world, &model))?;
        let strict = request.strict || answering.as_ref().is_some_and(|answering| answering.strict);
        let options = answering.map_or_else(PromptOptions::default, |answering| PromptOptions {
            source_words: answering.source_words,
            instructions: answering.instructions,
        });
        let prompt = assemble(question, sources, &options);
        let (text, usage) = complete(port.as_ref(), prompt.system, prompt.user, &context.idempotency_key).await?;
        let used = sources.get(..prompt.used).unwrap_or(sources);
        let rendered = render(&resolve(&text, used), strict, |citation| evidence.holds(citation));
        if is_refusal(&text) || rendered.text.is_empty() {
            let mut reply = not_in_documents(&model);
            (reply.input_tokens, reply.output_tokens) = (usage.input_tokens, usage.output_tokens);
            if !is_refusal(&text) {
                reply.untraced_count = rendered.untraced_count as u32;
                reply.citations_dropped = rendered.dropped as u32;
                reply.notes.push("no sentence of the model's answer could be traced to the documents".into());
            }
            let likeness = self.sentences.likeness(world, collection, question, sources).await;
            return Ok(close(reply, likeness.closest(question, sources, CLOSEST), &evidence));
        }
        Ok(answered(rendered, &evidence, &model, usage))
    }
}

#[async_trait]
impl Perform<Answer> for Answerer {
    async fn perform(&self, context: &TaskContext, request: AnswerRequest) -> Result<AnswerReply, TaskError> {
        let world = &context.world;
        let name = named(&request.collection);
        let collection = self.config.collection(name);
        let clearance = clearance(&self.config, &request.tenant, &request.groups);
        let shown = visibility::shown(world, &clearance, name, &request.passages).await?;
        let guard = collection.as_ref().and_then(|collection| collection.guard.as_deref());
        let mut reply = match guard {
            None => self.reply(context, &request, collection.as_ref(), &shown).await?,
            Some(guard) => match guarding::question(world, guard, &request.question).await? {
                Err(refused) => refused,
                Ok(question) => {
                    let asked = AnswerRequest { question, ..request.clone() };
                    let reply = self.reply(context, &asked, collection.as_ref(), &shown).await?;
                    guarding::reply(world, guard, reply).await?
                }
            },
        };
        // A model takes its time. What was removed meanwhile may be in any sentence, cited or not: then once more, without.
        if visibility::shown(world, &clearance, name, &shown).await?.len() < shown.len() {
            return Err(TaskError::new("Document.Changing", "a document was removed while the question was answered"));
        }
        let hidden = request.passages.len() - shown.len();
        let mut notes = request.notes.clone();
        if hidden > 0 {
            notes.push(format!(
                "passages_hidden: {hidden} retrieved passages were removed, replaced or are not for this caller"
            ));
        }
        notes.append(&mut reply.notes);
        Ok(AnswerReply { notes, mode: request.mode, passages_hidden: hidden as u32, ..reply })
    }
}

fn not_in_documents(model: &str) -> AnswerReply {
    AnswerReply {
        text: NOT_IN_DOCUMENTS.to_owned(),
        not_in_documents: true,
        model: model.to_owned(),
        ..AnswerReply::default()
    }
}

/// Names what comes closest to a question that is not answered.
fn close(reply: AnswerReply, closest: Vec<Citation>, evidence: &Evidence) -> AnswerReply {
    let passage = |citation| {
        let (citation, title) = evidence.located(citation);
        let excerpt: String = citation.quote.chars().take(EXCERPT).collect();
        ClosePassage {
            document: citation.document,
            version: citation.version,
            title,
            headings: citation.headings,
            page: citation.page.unwrap_or(0),
            start: citation.start as u64,
            end: (citation.start + excerpt.len()) as u64,
            excerpt,
        }
    };
    AnswerReply { closest: closest.into_iter().map(passage).collect(), ..reply }
}

fn answered(rendered: Rendered, evidence: &Evidence, model: &str, usage: Usage) -> AnswerReply {
    let entry = |(number, citation): (u32, Citation)| {
        let (citation, title) = evidence.located(citation);
        CitationEntry {
            number,
            chunk: citation.chunk_id.0,
            document: citation.document,
            version: citation.version,
            title,
            headings: citation.headings,
            page: citation.page.unwrap_or(0),
            start: citation.start as u64,
            end: citation.end as u64,
            quote: citation.quote,
        }
    };
    let range = |range: std::ops::Range<usize>| TextRange { start: range.start as u64, end: range.end as u64 };
    let citations: Vec<CitationEntry> = (1..).zip(rendered.citations).map(entry).collect();
    let mut notes = Vec::new();
    if citations.is_empty() {
        notes.push("no sentence of this answer could be traced to the documents".to_owned());
    }
    AnswerReply {
        text: rendered.text,
        citations,
        model: model.to_owned(),
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        citations_dropped: rendered.dropped as u32,
        untraced: rendered.untraced.into_iter().map(range).collect(),
        untraced_count: rendered.untraced_count as u32,
        notes,
        ..AnswerReply::default()
    }
}

async fn complete(
    model: &dyn Model,
    system: String,
    user: String,
    idempotency_key: &str,
) -> Result<(String, Usage), TaskError> {
    let chat = Chat {
        max_tokens: Some(1_024),
        temperature: Some(0.0),
        idempotency_key: Some(idempotency_key.to_owned()),
        pattern: Some(PATTERN),
        ..Chat::of([ChatMessage::text(ChatRole::System, system), ChatMessage::text(ChatRole::User, user)])
    };
    let mut deltas = model.chat(chat).await?;
    let mut text = String::new();
    while let Some(delta) = deltas.next().await {
        match delta? {
            ChatDelta::Text(more) => text.push_str(&more),
            // None was offered.
            ChatDelta::Call(_) => {}
            ChatDelta::End { usage, .. } => return Ok((text, usage)),
        }
    }
    Err(TaskError::new("Cueline.ModelCut", "the model's answer was cut off"))
}
