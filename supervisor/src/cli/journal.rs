//! `cueline executions history/replay/verify`.

use super::{
    args::{Everywhere, One, Verify},
    client::Client,
    executions::path,
    failure::Failure,
    output,
};
use crate::api::{CommitView, Page, Replay, Verification, VerificationPage};

pub(super) async fn history(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    let client = Client::connect(everywhere)?;
    let mut commits: Vec<CommitView> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("limit", "1000".to_owned())];
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let page: Page<CommitView> = client.get(&path(&args.id, "/history"), &query).await?;
        commits.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    if everywhere.json {
        output::json(&commits);
        return Ok(());
    }
    let mut step = 0;
    for commit in &commits {
        say!("{}  {}", commit.version, output::moment(commit.at_ms));
        for entry in &commit.entries {
            let kind = entry["type"].as_str().unwrap_or_default();
            let mut rest = entry.clone();
            if let Some(fields) = rest.as_object_mut() {
                fields.shift_remove("type");
            }
            let mark = if kind == "StateEntered" {
                step += 1;
                format!("step {step}")
            } else {
                String::new()
            };
            say!("   {mark:9} {kind:20} {}", shortened(&rest.to_string()));
        }
    }
    Ok(())
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 160;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

pub(super) async fn replay(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    let replay: Replay = Client::connect(everywhere)?.get(&path(&args.id, "/replay"), &[]).await?;
    if everywhere.json {
        output::json(&replay);
    } else {
        say!(
            "{} commits decided again, {} shared with the origin, {} steps: {}",
            replay.decided,
            replay.shared,
            replay.steps,
            replay.status
        );
        match &replay.difference {
            None => say!("every decision came out as recorded; nothing was called"),
            Some(found) => {
                say!("commit {} would be decided differently today", found.version);
                say!("recorded {}", shortened(&serde_json::Value::from(found.recorded.clone()).to_string()));
                say!("decided  {}", shortened(&serde_json::Value::from(found.decided.clone()).to_string()));
            }
        }
    }
    if replay.difference.is_none() { Ok(()) } else { Err(Failure::BadResult) }
}

pub(super) async fn verify(everywhere: &Everywhere, args: &Verify) -> Result<(), Failure> {
    let client = Client::connect(everywhere)?;
    let (verified, commits, mismatches) = match &args.id {
        Some(id) => {
            let found: Verification = client.get(&path(id, "/verify"), &[]).await?;
            let commits = found.commits;
            (1, commits, Some(found).filter(|found| found.mismatch.is_some()).into_iter().collect())
        }
        None => all(&client).await?,
    };
    if everywhere.json {
        output::json(&serde_json::json!({"verified": verified, "commits": commits, "mismatches": mismatches}));
    } else {
        say!("{verified} executions with {commits} commits verified, {} do not hold", mismatches.len());
        for found in &mismatches {
            say!("{}: {}", found.execution, found.mismatch.as_deref().unwrap_or_default());
        }
    }
    if mismatches.is_empty() { Ok(()) } else { Err(Failure::BadResult) }
}

async fn all(client: &Client) -> Result<(u64, u64, Vec<Verification>), Failure> {
    let (mut verified, mut commits, mut mismatches) = (0, 0, Vec::new());
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("limit", "500".to_owned())];
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let page: VerificationPage = client.get("/admin/v1/verify", &query).await?;
        verified += page.verified;
        commits += page.commits;
        mismatches.extend(page.mismatches);
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok((verified, commits, mismatches));
        }
    }
}
