//! `cueline add`: copies files into the inbox and follows them until they are searchable or refused.
//!
//! | file | idea |
//! |---|---|
//! | `plan` | which file becomes which key |
//! | `copy` | into the inbox, a folder or a bucket, never half a file |
//! | `follow` | where they stand, polled |
//! | `shown` | a bar per stage, or lines |

mod copy;
mod follow;
mod plan;
mod shown;

use super::{
    args::{Add, Everywhere},
    client::Client,
    failure::Failure,
    output, waiting,
};
use crate::api::{Document, System};
use copy::{Copied, Inbox};
use follow::Followed;
use shown::Shown;

pub(super) async fn run(everywhere: &Everywhere, args: &Add) -> Result<(), Failure> {
    let client = Client::connect(everywhere)?;
    let system: System = client.get("/admin/v1/system", &[]).await?;
    let inbox = Inbox::of(everywhere, &system.inbox)?;
    if let Inbox::Folder(folder) = &inbox {
        plan::refuse_inbox(&args.paths, folder)?;
    }
    let plan = plan::plan(&args.paths, args.collection.as_deref())?;
    let mut shown = Shown::new(plan.documents(), everywhere.json);
    for (path, reason) in &plan.skipped {
        shown.say(&format!("skipped  {}: {reason}", output::plain(&path.display().to_string())));
    }
    if plan.files.is_empty() {
        return Err(Failure::usage("nothing_to_add: there is no document in what was named"));
    }
    let mut copied: Vec<Copied> = Vec::new();
    for file in &plan.files {
        let done = inbox.take(file).await.map_err(|error| {
            let from = output::plain(&file.from.display().to_string());
            Failure::failed(format!("copy_failed: {from} cannot be copied into {}: {error}", system.inbox))
        })?;
        if file.is_document {
            copied.push(done);
            shown.copied(copied.len());
        }
    }
    if args.no_wait {
        shown.end();
        let keys: Vec<&str> = copied.iter().map(|file| file.key.as_str()).collect();
        match everywhere.json {
            true => output::json(&serde_json::json!({"copied": keys})),
            false => say!("{} copied into {}", keys.len(), system.inbox),
        }
        return Ok(());
    }
    let following = follow::follow(&client, copied, inbox.patience(), &mut shown);
    let followed = waiting::until_interrupted("the ingestion of what was copied", following).await;
    shown.end();
    let Followed { settled, unseen } = followed?;
    report(&settled, everywhere.json)?;
    if unseen.is_empty() { Ok(()) } else { Err(not_taken_up(&unseen, &system.inbox)) }
}

fn not_taken_up(unseen: &[String], inbox: &str) -> Failure {
    let names: Vec<String> = unseen.iter().take(5).map(|key| output::plain(key)).collect();
    let more = if unseen.len() > names.len() { ", …" } else { "" };
    Failure::failed(format!(
        "not_taken_up: {} of the files lie in {} but the running process takes no notice of them: {}{more}; see its log, \
         and shorten names near 255 bytes",
        unseen.len(),
        inbox,
        names.join(", ")
    ))
}

fn report(documents: &[Document], json: bool) -> Result<(), Failure> {
    let count = |state: &str| documents.iter().filter(|document| document.state == state).count();
    let (searchable, refused, failed) = (count("searchable"), count("refused"), count("failed"));
    if json {
        output::json(&documents);
    } else {
        say!("{searchable} searchable, {refused} refused, {failed} failed");
    }
    if searchable == documents.len() { Ok(()) } else { Err(Failure::BadResult) }
}
