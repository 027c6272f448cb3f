//! `cueline collections` and `cueline documents …`.

use super::{
    args::{Everywhere, ListDocuments, One},
    client::{Client, escape},
    failure::Failure,
    output,
};
use crate::api::{Collection, Document, Page, Synced};

pub(super) async fn collections(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<Collection> = Client::connect(everywhere)?.get("/admin/v1/collections", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    let row = |collection: &Collection| {
        let states = collection.states.iter().map(|(state, count)| format!("{count} {state}"));
        let model = collection.embedding_model.clone().unwrap_or_else(|| "words only".to_owned());
        let states = states.collect::<Vec<_>>().join(", ");
        vec![collection.name.clone(), collection.documents.to_string(), collection.chunks.to_string(), model, states]
    };
    let rows: Vec<_> = page.items.iter().map(row).collect();
    output::table(&["collection", "documents", "chunks", "vectors", "states"], &rows);
    Ok(())
}

pub(super) async fn sync(everywhere: &Everywhere) -> Result<(), Failure> {
    let synced: Synced =
        Client::connect(everywhere)?.post("/admin/v1/collections/sync", &serde_json::json!({})).await?;
    if everywhere.json {
        output::json(&synced);
        return Ok(());
    }
    say!("{} ingestions and {} removals begun", synced.versions, synced.tombstones);
    for note in &synced.notes {
        say!("note      {note}");
    }
    Ok(())
}

pub(super) async fn list(everywhere: &Everywhere, args: &ListDocuments) -> Result<(), Failure> {
    let client = Client::connect(everywhere)?;
    let mut found: Page<Document> = Page { items: Vec::new(), cursor: None };
    loop {
        let size = (args.limit - found.items.len()).clamp(1, 1_000);
        let mut query = vec![("limit", size.to_string())];
        query.extend(args.collection.clone().map(|name| ("collection", name)));
        query.extend(args.state.clone().map(|state| ("state", state)));
        query.extend(found.cursor.take().map(|cursor| ("cursor", cursor)));
        let page: Page<Document> = client.get("/admin/v1/documents", &query).await?;
        found.items.extend(page.items);
        found.cursor = page.cursor;
        if found.cursor.is_none() || found.items.len() >= args.limit {
            break;
        }
    }
    if everywhere.json {
        output::json(&found);
        return Ok(());
    }
    let rows: Vec<_> = found.items.iter().map(row).collect();
    output::table(&["collection", "state", "chunks", "document", ""], &rows);
    if found.cursor.is_some() {
        tell!("there are more; raise --limit");
    }
    Ok(())
}

fn row(document: &Document) -> Vec<String> {
    let error = document.error.as_ref().map(|error| format!("{}: {}", error.code, error.message));
    vec![
        document.collection.clone(),
        document.state.clone(),
        document.chunks.to_string(),
        document.key.clone(),
        error.unwrap_or_default(),
    ]
}

pub(super) async fn show(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    let document: Document = Client::connect(everywhere)?.get(&path(&args.id, ""), &[]).await?;
    print(&document, everywhere.json);
    Ok(())
}

pub(super) async fn retry(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    let nothing = serde_json::json!({});
    let document: Document = Client::connect(everywhere)?.post(&path(&args.id, "/retry"), &nothing).await?;
    print(&document, everywhere.json);
    Ok(())
}

pub(super) async fn remove(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    Client::connect(everywhere)?.delete(&path(&args.id, "")).await?;
    if everywhere.json {
        output::json(&serde_json::json!({"removed": args.id}));
    } else {
        say!("{} is removed", output::plain(&args.id));
    }
    Ok(())
}

fn path(key: &str, what: &str) -> String {
    format!("/admin/v1/documents/{}{what}", escape(key))
}

fn print(document: &Document, json: bool) {
    if json {
        return output::json(document);
    }
    let mut rows = vec![
        ("document", document.key.clone()),
        ("collection", document.collection.clone()),
        ("state", document.state.clone()),
        ("size", format!("{} bytes", document.size)),
        ("chunks", document.chunks.to_string()),
        ("changed", output::moment(document.updated_ms)),
        ("execution", document.execution.clone()),
    ];
    let optional = [
        ("type", document.media_type.clone()),
        ("parser", document.parser.clone()),
        ("chunker", document.chunker.clone()),
        ("vectors", document.embedding_model.clone()),
        ("content", document.content.clone()),
        ("error", document.error.as_ref().map(|error| format!("{}: {}", error.code, error.message))),
    ];
    rows.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    rows.extend(document.chunk_ids.iter().map(|chunk| ("chunk", chunk.clone())));
    rows.extend(document.warnings.iter().map(|warning| ("warning", warning.clone())));
    for (name, value) in rows {
        say!("{name:10}  {}", output::plain(&value));
    }
}
