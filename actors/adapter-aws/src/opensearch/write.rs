//! Showing, completing and hiding a version. Each ends in one conditional transaction, which is repeated from what is there
//! then when somebody else was first.

use std::time::Instant;

use bytes::Bytes;
use cueline_domain::vectors::normalise;
use cueline_ports::{Condition, IndexedDocument, PortError, PortErrorKind, PortResult, Write};
use opensearch::http::Method;
use ulid::Ulid;

use super::{
    OpenSearchIndex, Service, VISIBLE_WITHIN, bulk,
    client::{Failure, pause},
    collection::other_dimension,
    documents::{check, chunk_documents, positions, vector_documents},
    query,
    rows::{
        Head, Owed, Shown, Written, encode, fingerprint, head_key, may_appear, may_go, owed_key, partition_of,
        written_key,
    },
    terms,
};

/// Tries to add what a failure left in doubt, each under a token of its own.
const TRIES: u32 = 4;
/// Tries of a transaction that others keep winning.
const RACES: u32 = 200;

/// Where the rows of a document are.
struct Place<'a> {
    collection: &'a str,
    document: &'a str,
    partition: String,
}

/// What became of a transaction.
enum Outcome {
    Done,
    /// Another head is there now.
    Lost,
    /// The note was taken away: what was written counts as left behind.
    Forgotten,
}

impl<'a> Place<'a> {
    fn new(collection: &'a str, document: &'a str) -> Self {
        Self { collection, document, partition: partition_of(collection, document) }
    }
}

impl OpenSearchIndex {
    pub(super) async fn show(&self, document: IndexedDocument) -> PortResult<bool> {
        check(&document)?;
        let place = Place::new(&document.collection, &document.document);
        let fingerprint = fingerprint(&document)?;
        let mut tries = 0;
        loop {
            if let Some(known) = already(self.head_of(&place).await?.as_ref(), &document, &fingerprint) {
                return Ok(known);
            }
            self.make(place.collection).await?;
            self.sweep_if_due(place.collection).await;
            let token = Ulid::new().to_string();
            let attributes = terms::attributes(&document.attributes);
            let documents = chunk_documents(&document, &token, &attributes);
            let ids = match self.add(&place, &token, &documents).await {
                Ok(ids) => ids,
                Err(error) => {
                    tries += 1;
                    if tries < TRIES && error.is_transient() {
                        continue;
                    }
                    return Err(error);
                }
            };
            let chunks = document.chunks.iter().map(|it| (it.id.clone(), it.ordinal, it.start, it.end)).collect();
            let written = Written { ids, chunks, attributes };
            let shown = Shown {
                token,
                version: document.version.clone(),
                fingerprint: fingerprint.clone(),
                access: document.access.clone(),
                chunks: u32::try_from(document.chunks.len()).unwrap_or(u32::MAX),
                vectors: Vec::new(),
            };
            let mut races = 0;
            loop {
                let head = self.head_of(&place).await?;
                if let Some(known) = already(head.as_ref(), &document, &fingerprint) {
                    self.discard(&place, &shown.token, &written.ids).await;
                    return Ok(known);
                }
                let replaced = head.as_ref().and_then(|(_, head)| head.shown.as_ref()).map(Shown::tokens);
                let new = Head::new(document.sequence, Some(shown.clone()));
                let outcome = self
                    .settle(&place, head.map(|(version, _)| version), &new, &shown.token, &written, &replaced)
                    .await?;
                match outcome {
                    Outcome::Done => {
                        self.pay_soon(&place, replaced).await;
                        return Ok(true);
                    }
                    Outcome::Forgotten => break,
                    Outcome::Lost => another_race(&mut races, &place).await?,
                }
            }
        }
    }

    pub(super) async fn complete(
        &self,
        collection: &str,
        document: &str,
        version: &str,
        mut vectors: Vec<(String, Vec<f32>)>,
    ) -> PortResult<bool> {
        let place = Place::new(collection, document);
        for (at, (_, vector)) in vectors.iter_mut().enumerate() {
            if !normalise(vector) {
                return Err(PortError::invalid(format!(
                    "index_vector_invalid: vector {at} is zero, empty or not finite"
                )));
            }
        }
        let mut tries = 0;
        let mut races = 0;
        loop {
            let Some((_, shown)) = self.shown_as(&place, version).await? else { return Ok(false) };
            let Some(text) = self.chunks_of(collection, document, &shown).await? else { continue };
            let positions = positions(&text, &vectors)?;
            let Some((_, first)) = vectors.first() else { return Ok(true) };
            let dimension = first.len();
            if let Some((at, (_, odd))) = vectors.iter().enumerate().find(|(_, (_, it))| it.len() != dimension) {
                return Err(other_dimension(at, odd.len(), dimension));
            }
            self.agree(collection, dimension).await?;

            let token = Ulid::new().to_string();
            let documents = vector_documents(document, &shown, &text, &token, &positions, &vectors);
            let ids = match self.add(&place, &token, &documents).await {
                Ok(ids) => ids,
                Err(error) => {
                    tries += 1;
                    if tries < TRIES && error.is_transient() {
                        continue;
                    }
                    return Err(error);
                }
            };
            let written = Written { ids, ..Written::default() };
            loop {
                let now = self.head_of(&place).await?;
                let (row, head) = match now {
                    Some((row, head)) if head.shown.as_ref().is_some_and(|now| now.token == shown.token) => (row, head),
                    // Another version, or the same one under another rule, for which these vectors say the wrong things.
                    _ => {
                        self.discard(&place, &token, &written.ids).await;
                        break;
                    }
                };
                let Some(mut now) = head.shown else { break };
                let superseded = Some(now.add(&token, positions.clone())).filter(|tokens| !tokens.is_empty());
                let new = Head::new(head.sequence, Some(now));
                match self.settle(&place, Some(row), &new, &token, &written, &superseded).await? {
                    Outcome::Done => {
                        self.pay_soon(&place, superseded).await;
                        return Ok(true);
                    }
                    Outcome::Forgotten => break,
                    Outcome::Lost => another_race(&mut races, &place).await?,
                }
            }
        }
    }

    pub(super) async fn hide(&self, collection: &str, document: &str, sequence: u64) -> PortResult<bool> {
        let place = Place::new(collection, document);
        let mut races = 0;
        loop {
            let head = self.head_of(&place).await?;
            let last = head.as_ref().map(|(_, head)| head);
            if !may_go(last, sequence) {
                return Ok(false);
            }
            if last.is_some_and(|head| head.shown.is_none() && head.sequence == sequence) {
                return Ok(true);
            }
            let replaced = last.and_then(|head| head.shown.as_ref()).map(Shown::tokens);
            let mut writes = vec![Write::Put {
                key: head_key(collection, document),
                body: encode(&Head::new(sequence, None))?,
                condition: as_read(head.as_ref().map(|(version, _)| *version)),
            }];
            writes.extend(owe(&place.partition, &replaced)?);
            match self.table.transact(writes).await {
                Ok(()) => {
                    self.pay_soon(&place, replaced).await;
                    return Ok(true);
                }
                Err(error) if error.kind == PortErrorKind::Conflict => another_race(&mut races, &place).await?,
                Err(error) => return Err(error),
            }
        }
    }

    async fn head_of(&self, place: &Place<'_>) -> PortResult<Option<(u64, Head)>> {
        self.head(place.collection, place.document).await
    }

    async fn shown_as(&self, place: &Place<'_>, version: &str) -> PortResult<Option<(u64, Shown)>> {
        let head = self.head_of(place).await?;
        Ok(head.and_then(|(row, head)| Some((row, head.shown?))).filter(|(_, shown)| shown.version == version))
    }

    /// Adds documents under a token and waits until a search finds all of them; notes first that they may be left behind.
    async fn add(&self, place: &Place<'_>, token: &str, documents: &[Bytes]) -> PortResult<Vec<String>> {
        let note = Owed { tokens: vec![token.to_owned()], writing: true };
        let key = owed_key(&place.partition, token);
        let put = Write::Put { key, body: encode(&note)?, condition: Condition::Absent };
        self.table.transact(vec![put]).await?;
        if documents.is_empty() {
            return Ok(Vec::new());
        }
        let index = self.index(place.collection);
        // Whether it did nothing or half of it: the note stays, and another try has a token of its own.
        let ids = bulk::add(&self.client, &index, documents).await.map_err(Failure::into_error)?;
        self.wait_until_found(&index, token, documents.len()).await?;
        Ok(ids)
    }

    async fn wait_until_found(&self, index: &str, token: &str, expected: usize) -> PortResult<()> {
        // Serverless answers from several copies; one of them may be ahead.
        let needed = if self.client.service() == Service::Aoss { 2 } else { 1 };
        let until = Instant::now() + VISIBLE_WITHIN;
        let (mut found_whole, mut tries) = (0, 1);
        loop {
            let found = self.found(index, token).await?;
            if found == expected as u64 {
                found_whole += 1;
                if found_whole >= needed {
                    return Ok(());
                }
                continue;
            }
            found_whole = 0;
            let unavailable = |what: &str| self.client.error(Method::Post, index, PortErrorKind::Unavailable, what);
            if found > expected as u64 {
                return Err(unavailable("more was added than was sent"));
            }
            if Instant::now() > until {
                return Err(unavailable("what was added is not found in time"));
            }
            pause(tries, None).await;
            tries = (tries + 1).min(5);
        }
    }

    /// How much of a token a search finds.
    pub(super) async fn found(&self, index: &str, token: &str) -> PortResult<u64> {
        let answer = self.ask(index, query::count(token)).await?;
        answer["hits"]["total"]["value"].as_u64().ok_or_else(|| {
            self.client.error(Method::Post, index, PortErrorKind::Unavailable, "the answer to _search has no total")
        })
    }

    /// The transaction that makes visible what was written: the head names the token, the note goes, what is replaced is owed.
    async fn settle(
        &self,
        place: &Place<'_>,
        read: Option<u64>,
        head: &Head,
        token: &str,
        written: &Written,
        replaced: &Option<Vec<String>>,
    ) -> PortResult<Outcome> {
        let note = owed_key(&place.partition, token);
        let mut writes = vec![
            Write::Put {
                key: head_key(place.collection, place.document),
                body: encode(head)?,
                condition: as_read(read),
            },
            Write::Delete { key: note.clone(), condition: Condition::Version(1) },
            Write::Put {
                key: written_key(&place.partition, token),
                body: encode(written)?,
                condition: Condition::Absent,
            },
        ];
        writes.extend(owe(&place.partition, replaced)?);
        match self.table.transact(writes).await {
            Ok(()) => Ok(Outcome::Done),
            Err(error) if error.kind == PortErrorKind::Conflict => {
                match self.table.get(&note).await? {
                    Some(row) if row.version == 1 => Ok(Outcome::Lost),
                    // A transaction whose answer was lost is told by the head that it was done.
                    _ => {
                        let now = self.head_of(place).await?.and_then(|(_, head)| head.shown);
                        let done = now.is_some_and(|now| now.tokens().iter().any(|it| it == token));
                        Ok(if done { Outcome::Done } else { Outcome::Forgotten })
                    }
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Takes back what was written under a token that no head will name.
    async fn discard(&self, place: &Place<'_>, token: &str, ids: &[String]) {
        let take_back = async {
            bulk::delete(&self.client, &self.index(place.collection), ids).await?;
            let key = owed_key(&place.partition, token);
            self.table.transact(vec![Write::Delete { key, condition: Condition::Any }]).await
        };
        if let Err(error) = take_back.await {
            tracing::debug!(error = %error, "what was written in vain stays noted and is deleted later");
        }
    }

    /// Deletes what was replaced. If that fails the note stays, and a sweep deletes it.
    async fn pay_soon(&self, place: &Place<'_>, replaced: Option<Vec<String>>) {
        let Some(tokens) = replaced else { return };
        if let Err(error) = self.pay(place.collection, &place.partition, &tokens).await {
            tracing::debug!(error = %error, "what was replaced stays noted and is deleted later");
        }
    }
}

/// What is known of a document without writing anything: overtaken, or told before.
fn already(head: Option<&(u64, Head)>, document: &IndexedDocument, fingerprint: &str) -> Option<bool> {
    let head = head.map(|(_, head)| head);
    if !may_appear(head, document.sequence) {
        return Some(false);
    }
    // Telling the same twice must not cost the vectors that came in between.
    head?.shown.as_ref().filter(|shown| shown.fingerprint == fingerprint).map(|_| true)
}

async fn another_race(races: &mut u32, place: &Place<'_>) -> PortResult<()> {
    *races += 1;
    if *races > RACES {
        let Place { collection, .. } = place;
        return Err(PortError::unavailable(format!(
            "index_contended: a document of collection {collection} is written by too many at once: try again"
        )));
    }
    if *races > 3 {
        pause((*races / 4).min(3), None).await;
    }
    Ok(())
}

fn as_read(version: Option<u64>) -> Condition {
    version.map_or(Condition::Absent, Condition::Version)
}

/// The note that something has to go, under the first of its tokens.
fn owe(partition: &str, replaced: &Option<Vec<String>>) -> PortResult<Option<Write>> {
    let Some(tokens) = replaced else { return Ok(None) };
    let Some(first) = tokens.first() else { return Ok(None) };
    let body = encode(&Owed { tokens: tokens.clone(), writing: false })?;
    Ok(Some(Write::Put { key: owed_key(partition, first), body, condition: Condition::Any }))
}
