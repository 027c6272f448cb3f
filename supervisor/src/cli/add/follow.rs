//! Where the copied files stand, asked again and again until nothing more happens.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{copy::Copied, shown::Shown};
use crate::{
    api::{Document, Page},
    cli::{
        client::{Client, escape},
        failure::Failure,
    },
};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(150);
/// Above this many open files the whole list is cheaper than one request each.
const FEW: usize = 20;

/// What became of the files.
#[derive(Debug)]
pub(super) struct Followed {
    /// At their end.
    pub(super) settled: Vec<Document>,
    /// Keys of those that the running process does not see.
    pub(super) unseen: Vec<String>,
}

/// Returns when every file is searchable, refused, failed or gone, or is not taken up at all: when nothing has happened for
/// as long as `patience`.
pub(super) async fn follow(
    client: &Client,
    copied: Vec<Copied>,
    patience: Duration,
    shown: &mut Shown,
) -> Result<Followed, Failure> {
    let mut open: BTreeMap<String, Copied> = copied.into_iter().map(|file| (file.key.clone(), file)).collect();
    let mut settled = Vec::new();
    let (mut last, mut moved, mut unseen) = (None, Instant::now(), Vec::new());
    while !open.is_empty() {
        let documents = if open.len() > FEW { all(client).await? } else { each(client, open.keys()).await? };
        let (mut stages, mut seen) = (Vec::new(), Vec::new());
        for document in documents {
            let Some(file) = open.get(&document.key) else { continue };
            if !is_about(&document, file) {
                continue;
            }
            if document.is_settled() {
                open.remove(&document.key);
                shown.settled(&document);
                settled.push(document);
            } else {
                stages.push(document.state);
                seen.push(document.key);
            }
        }
        shown.stages(&stages);
        let now = (settled.len(), stages);
        if last.as_ref() != Some(&now) {
            (last, moved) = (Some(now), Instant::now());
        } else if moved.elapsed() > patience && seen.len() < open.len() {
            // What is seen goes on by itself and may take long; what is not seen never will.
            open.retain(|key, _| {
                let is_seen = seen.contains(key);
                if !is_seen {
                    unseen.push(key.clone());
                }
                is_seen
            });
        }
        if !open.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(Followed { settled, unseen })
}

/// Whether the row speaks of what was copied and not of what was there before.
fn is_about(document: &Document, file: &Copied) -> bool {
    document.content.as_ref() == Some(&file.content)
        || document.updated_ms >= file.since_ms && !document.is_settled()
        || document.updated_ms > file.since_ms && document.content.is_none()
}

async fn each(client: &Client, keys: impl Iterator<Item = &String>) -> Result<Vec<Document>, Failure> {
    let mut documents = Vec::new();
    for key in keys {
        documents.extend(client.find(&format!("/admin/v1/documents/{}", escape(key))).await?);
    }
    Ok(documents)
}

async fn all(client: &Client) -> Result<Vec<Document>, Failure> {
    let mut documents = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("limit", "1000".to_owned())];
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let page: Page<Document> = client.get("/admin/v1/documents", &query).await?;
        documents.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(documents);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(state: &str, content: Option<&str>, updated_ms: i64) -> Document {
        let json = serde_json::json!({
            "collection": "default", "key": "a", "state": state, "live": false, "size": 1, "chunks": 0,
            "updated_ms": updated_ms, "execution": "e", "content": content,
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_row_of_the_version_before_is_not_believed() {
        let file = Copied { key: "a".into(), content: "new".into(), since_ms: 100 };
        assert!(is_about(&document("searchable", Some("new"), 50), &file), "unchanged content needs no new row");
        assert!(!is_about(&document("searchable", Some("old"), 50), &file));
        assert!(!is_about(&document("searchable", Some("old"), 150), &file));
        assert!(is_about(&document("discovered", None, 150), &file));
        assert!(is_about(&document("refused", None, 150), &file), "it may be refused before it was read");
    }
}
