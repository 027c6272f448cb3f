//! `cueline queues …` and `cueline dead-letters …`.

use super::{
    args::{Everywhere, Purge, QueueArgs, Redrive},
    client::{Client, escape},
    failure::Failure,
    output,
};
use crate::api::{DeadLetterView, Page, Purged, QueueView, RedriveRequest, Redriven};

pub(super) async fn list(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<QueueView> = Client::connect(everywhere)?.get("/admin/v1/queues", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    let row = |queue: &QueueView| {
        let counts = [queue.ready, queue.leased, queue.delayed, queue.dead];
        std::iter::once(queue.name.clone()).chain(counts.iter().map(ToString::to_string)).collect()
    };
    output::table(&["queue", "ready", "leased", "delayed", "dead"], &page.items.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

pub(super) async fn purge(everywhere: &Everywhere, args: &Purge) -> Result<(), Failure> {
    let path = match &args.queue {
        Some(queue) => format!("/admin/v1/queues/{}/purge", escape(queue)),
        None => "/admin/v1/queues/purge".to_owned(),
    };
    let purged: Purged = Client::connect(everywhere)?.post(&path, &serde_json::json!({})).await?;
    if everywhere.json {
        output::json(&purged);
    } else {
        say!("purged {}", purged.queues.join(", "));
    }
    Ok(())
}

pub(super) async fn dead_letters(everywhere: &Everywhere, args: &QueueArgs) -> Result<(), Failure> {
    let client = Client::connect(everywhere)?;
    let queues = match &args.queue {
        Some(queue) => vec![queue.clone()],
        None => {
            let page: Page<QueueView> = client.get("/admin/v1/queues", &[]).await?;
            page.items.into_iter().filter(|queue| queue.dead > 0).map(|queue| queue.name).collect()
        }
    };
    let mut letters: Vec<DeadLetterView> = Vec::new();
    for queue in queues {
        let path = format!("/admin/v1/queues/{}/dead-letters", escape(&queue));
        let page: Page<DeadLetterView> = client.get(&path, &[("limit", "1000".to_owned())]).await?;
        letters.extend(page.items);
    }
    if everywhere.json {
        output::json(&letters);
        return Ok(());
    }
    let row = |letter: &DeadLetterView| {
        let execution =
            letter.message.as_ref().and_then(|message| message["execution"].as_str()).unwrap_or("unreadable");
        let at = output::moment(letter.at_ms);
        vec![letter.queue.clone(), letter.id.clone(), at, execution.to_owned(), letter.reason.clone()]
    };
    output::table(&["queue", "id", "died", "execution", "reason"], &letters.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

pub(super) async fn redrive(everywhere: &Everywhere, args: &Redrive) -> Result<(), Failure> {
    let path = format!("/admin/v1/queues/{}/dead-letters/redrive", escape(&args.queue));
    let request = RedriveRequest { ids: Some(args.ids.clone()).filter(|ids| !ids.is_empty()) };
    let redriven: Redriven = Client::connect(everywhere)?.post(&path, &request).await?;
    if everywhere.json {
        output::json(&redriven);
    } else {
        say!("{} sent again", redriven.redriven);
    }
    Ok(())
}
