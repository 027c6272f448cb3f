//! `cueline add`: copies files into the inbox and follows them until they are searchable or refused.
//!
//! | file | idea |
//! |---|---|
//! | `plan` | which file becomes which key |
//! | `copy` | into the inbox, never half a file |
//! | `follow` | where they stand, polled |
//! | `shown` | a bar per stage, or lines |

mod copy;
mod follow;
mod plan;
mod shown;

use std::path::Path;

use super::{args::Add, client::Client, failure::Failure, output};
use crate::api::{Document, System};
use copy::Copied;
use shown::Shown;

pub(super) async fn run(args: &Add) -> Result<(), Failure> {
    let plan = plan::plan(&args.paths, args.collection.as_deref())?;
    let client = Client::connect(&args.place)?;
    let system: System = client.get("/admin/v1/system", &[]).await?;
    let inbox = Path::new(&system.inbox);
    let mut shown = Shown::new(plan.documents(), args.json);
    for (path, reason) in &plan.skipped {
        shown.say(&format!("skipped  {}: {reason}", path.display()));
    }
    let mut copied: Vec<Copied> = Vec::new();
    for file in &plan.files {
        let done = copy::copy(file, inbox)
            .map_err(|error| Failure::failed(format!("cannot copy {}: {error}", file.from.display())))?;
        if file.is_document {
            copied.push(done);
            shown.copied(copied.len());
        }
    }
    if args.no_wait {
        shown.end();
        let keys: Vec<&str> = copied.iter().map(|file| file.key.as_str()).collect();
        match args.json {
            true => output::json(&serde_json::json!({"copied": keys})),
            false => println!("{} copied into {}", keys.len(), inbox.display()),
        }
        return Ok(());
    }
    let documents = follow::follow(&client, copied, &mut shown).await?;
    shown.end();
    report(&documents, args.json)
}

fn report(documents: &[Document], json: bool) -> Result<(), Failure> {
    let count = |state: &str| documents.iter().filter(|document| document.state == state).count();
    let (searchable, refused, failed) = (count("searchable"), count("refused"), count("failed"));
    if json {
        output::json(&documents);
    } else {
        println!("{searchable} searchable, {refused} refused, {failed} failed");
    }
    if searchable == documents.len() { Ok(()) } else { Err(Failure::BadResult) }
}
