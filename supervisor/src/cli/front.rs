//! `cueline keys …`, `chat`, `targets`, `usage` and `audit`.

use std::time::Duration;

use cueline_ports::{Clock, SystemClock};
use futures::StreamExt;
use serde_json::{Value, json};

use super::{
    args::{Chat, CreateKey, Everywhere, One, RotateKey, ShowAudit},
    client::{Client, escape},
    failure::Failure,
    output,
};
use crate::api::{
    self, AlertView, AuditChain, AuditRecordView, BudgetView, CreatedKey, KeyView, Page, System, TargetView,
    TenantView, UsageRow,
};

pub(super) async fn create_key(everywhere: &Everywhere, args: &CreateKey) -> Result<(), Failure> {
    let request = api::CreateKey {
        name: args.name.clone(),
        tenant: args.tenant.clone(),
        groups: args.groups.clone(),
        models: args.models.clone(),
        roles: args.roles.clone(),
        requests_per_minute: args.requests_per_minute,
        tokens_per_minute: args.tokens_per_minute,
        concurrent: args.concurrent,
        budget: args.budget,
        budget_per: args.per.clone(),
        lasts_seconds: args.lasts.map(|lasts| lasts.as_secs()),
    };
    let created: CreatedKey = Client::connect(everywhere)?.post("/admin/v1/keys", &request).await?;
    shown(everywhere, &created);
    Ok(())
}

fn shown(everywhere: &Everywhere, created: &CreatedKey) {
    if everywhere.json {
        return output::json(created);
    }
    say!("{}", created.secret);
    say!("  {} for tenant {}; the secret is shown this once, keep it now", created.key.id, created.key.tenant);
}

pub(super) async fn list_keys(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<KeyView> = Client::connect(everywhere)?.get("/admin/v1/keys", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    let row = |key: &KeyView| {
        let budget = key.budget.as_ref().map_or_else(String::new, dollars);
        let models = if key.models.is_empty() { "all".to_owned() } else { key.models.join(" ") };
        let roles = key.roles.join(" ");
        vec![key.id.clone(), output::plain(&key.name), key.tenant.clone(), key.state.clone(), roles, models, budget]
    };
    output::table(
        &["id", "name", "tenant", "state", "roles", "models", "dollars"],
        &page.items.iter().map(row).collect::<Vec<_>>(),
    );
    Ok(())
}

fn dollars(budget: &BudgetView) -> String {
    let per = if budget.per == "total" { "in total".to_owned() } else { format!("a {}", budget.per) };
    format!("{:.2} of {:.2} {per}", budget.spent + budget.reserved, budget.limit)
}

pub(super) async fn tenants(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<TenantView> = Client::connect(everywhere)?.get("/admin/v1/tenants", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    if page.items.is_empty() {
        say!("no tenant has a key or a table [tenants.NAME]");
        return Ok(());
    }
    let most = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    let row = |tenant: &TenantView| {
        vec![
            tenant.tenant.clone(),
            tenant.keys.to_string(),
            tenant.weight.to_string(),
            most(tenant.requests_per_minute),
            most(tenant.tokens_per_minute),
            most(tenant.concurrent),
            tenant.budget.as_ref().map_or_else(String::new, dollars),
        ]
    };
    output::table(
        &["tenant", "keys", "weight", "requests a minute", "tokens a minute", "at once", "dollars"],
        &page.items.iter().map(row).collect::<Vec<_>>(),
    );
    Ok(())
}

pub(super) async fn revoke_key(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    let path = format!("/admin/v1/keys/{}", escape(&args.id));
    Client::connect(everywhere)?.delete(&path).await?;
    match everywhere.json {
        true => output::json(&json!({ "revoked": args.id })),
        false => say!("{} is revoked", args.id),
    }
    Ok(())
}

pub(super) async fn rotate_key(everywhere: &Everywhere, args: &RotateKey) -> Result<(), Failure> {
    let path = format!("/admin/v1/keys/{}/rotate", escape(&args.id));
    let request = api::RotateKey { grace_seconds: args.grace.as_secs() };
    let created: CreatedKey = Client::connect(everywhere)?.post(&path, &request).await?;
    shown(everywhere, &created);
    Ok(())
}

pub(super) async fn targets(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<TargetView> = Client::connect(everywhere)?.get("/admin/v1/targets", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    if page.items.is_empty() {
        say!("no chat model is configured; add [chat.NAME] to cueline.toml");
        return Ok(());
    }
    let row = |target: &TargetView| {
        let number = |number: Option<f64>| number.map_or_else(|| "?".to_owned(), |number| format!("{number}"));
        vec![
            target.name.clone(),
            target.provider_name.clone(),
            target.breaker.clone(),
            format!("{}/{}", target.running, target.concurrent),
            target.waiting.iter().map(|row| row.waiting).sum::<usize>().to_string(),
            target.first_token_ms.map_or_else(|| "?".to_owned(), |ms| format!("{ms} ms")),
            target.context.map_or_else(|| "?".to_owned(), |context| context.to_string()),
            format!("{} / {}", number(target.input_price), number(target.output_price)),
        ]
    };
    output::table(
        &["target", "model", "breaker", "running", "waiting", "first token", "context", "$ per million in / out"],
        &page.items.iter().map(row).collect::<Vec<_>>(),
    );
    Ok(())
}

pub(super) async fn alerts(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<AlertView> = Client::connect(everywhere)?.get("/admin/v1/alerts", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    if page.items.is_empty() {
        say!("nothing is wrong by the rules of [alerts]");
        return Ok(());
    }
    let number = |number: f64| format!("{number:.6}").trim_end_matches('0').trim_end_matches('.').to_owned();
    let row = |alert: &AlertView| {
        vec![
            alert.rule.clone(),
            alert.subject.clone(),
            alert.measured.map_or_else(|| "?".to_owned(), number),
            number(alert.threshold),
            output::moment(alert.since_ms),
        ]
    };
    output::table(&["alert", "of", "measured", "threshold", "since"], &page.items.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

pub(super) async fn usage(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<UsageRow> = Client::connect(everywhere)?.get("/admin/v1/usage", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    let row = |row: &UsageRow| {
        let numbers = [row.answers, row.failed, row.cached, row.calls, row.input_tokens, row.output_tokens];
        let numbers = numbers.map(|number| number.to_string());
        let mut cells = vec![row.day.clone(), row.tenant.clone(), row.target.clone()];
        cells.extend(numbers);
        cells.push(format!("{:.6}", row.cost));
        cells
    };
    output::table(
        &["day", "tenant", "target", "answers", "failed", "cached", "calls", "tokens in", "tokens out", "dollars"],
        &page.items.iter().map(row).collect::<Vec<_>>(),
    );
    Ok(())
}

/// Records, a page at a time, so that many of them can be read as they come.
pub(super) async fn show_audit(everywhere: &Everywhere, args: &ShowAudit) -> Result<(), Failure> {
    let client = Client::connect(everywhere)?;
    let now_ms = SystemClock.now_ms();
    let ago = |age: Duration| now_ms.saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX)).to_string();
    let mut wanted: Vec<(&str, String)> = Vec::new();
    let words = [("tenant", &args.tenant), ("key", &args.key), ("target", &args.target), ("outcome", &args.outcome)];
    wanted.extend(words.into_iter().filter_map(|(name, word)| Some((name, word.clone()?))));
    wanted.extend(args.since.map(|since| ("from_ms", ago(since))));
    wanted.extend(args.until.map(|until| ("until_ms", ago(until))));
    let (mut shown, mut cursor, mut rows) = (0, None, Vec::new());
    loop {
        let mut query = wanted.clone();
        query.push(("limit", (args.limit - shown).clamp(1, 1_000).to_string()));
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let page: Page<AuditRecordView> = client.get("/admin/v1/audit/records", &query).await?;
        shown += page.items.len();
        for record in &page.items {
            if everywhere.json {
                output::json_line(record);
            } else {
                rows.push(record_row(record));
            }
        }
        cursor = page.cursor;
        if cursor.is_none() || shown >= args.limit {
            break;
        }
    }
    if !everywhere.json {
        let head =
            ["at", "tenant", "key", "target", "outcome", "tokens in", "tokens out", "dollars", "guard", "execution"];
        output::table(&head, &rows);
        if cursor.is_some() {
            tell!("there are more; see --limit");
        }
    }
    Ok(())
}

fn record_row(record: &AuditRecordView) -> Vec<String> {
    let called: Vec<&str> = record.attempts.iter().map(|attempt| attempt.target.as_str()).collect();
    let targets = if called.is_empty() { record.targets.join(" ") } else { called.join(" ") };
    vec![
        output::moment(record.at_ms),
        record.tenant.clone(),
        record.key.clone(),
        targets,
        record.outcome.clone(),
        record.input_tokens.to_string(),
        record.output_tokens.to_string(),
        format!("{:.6}", record.cost_micros as f64 / 1e6),
        record.verdict.clone(),
        record.execution.clone(),
    ]
}

pub(super) async fn verify_audit(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<AuditChain> = Client::connect(everywhere)?.get("/admin/v1/audit", &[]).await?;
    let broken = page.items.iter().filter(|chain| chain.broken.is_some()).count();
    if everywhere.json {
        output::json(&page);
    } else {
        for chain in &page.items {
            let state = chain.broken.as_deref().unwrap_or("holds");
            say!("{}  {} records  {state}", chain.chain, chain.records);
        }
        say!("{} chains, {broken} do not hold", page.items.len());
    }
    if broken == 0 { Ok(()) } else { Err(Failure::BadResult) }
}

pub(super) async fn chat(everywhere: &Everywhere, args: &Chat) -> Result<(), Failure> {
    let system: System = Client::connect(everywhere)?.get("/admin/v1/system", &[]).await?;
    let gateway = system.gateway.ok_or_else(|| {
        Failure::failed(
            "gateway_missing: the running process serves no OpenAI-compatible API; start it without --no-gateway",
        )
    })?;
    let http = reqwest::Client::builder().no_proxy().build();
    let http = http.map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
    let body = json!({
        "model": args.model, "stream": true, "stream_options": { "include_usage": true },
        "messages": [{ "role": "user", "content": args.text }],
    });
    let mut request = http.post(format!("{gateway}/v1/chat/completions")).json(&body);
    if let Some(key) = &args.key {
        request = request.bearer_auth(key);
    }
    let response = request.send().await;
    let response = response.map_err(|error| Failure::failed(format!("no_answer: {}", error.without_url())))?;
    let is_answer = response.status().is_success();
    let mut stream = response.bytes_stream();
    let (mut text, mut waiting, mut usage) = (String::new(), Vec::new(), Value::Null);
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|error| Failure::failed(format!("answer_cut: {}", error.without_url())))?;
        waiting.extend_from_slice(&bytes);
        if !is_answer {
            continue;
        }
        while let Some(end) = waiting.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = waiting.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let Some(data) = line.strip_prefix("data: ") else { continue };
            let Ok(chunk) = serde_json::from_str::<Value>(data.trim()) else { continue };
            if !chunk["error"].is_null() {
                return Err(told(&chunk));
            }
            if !chunk["usage"].is_null() {
                usage = chunk["usage"].clone();
            }
            if let Some(more) = chunk["choices"][0]["delta"]["content"].as_str() {
                text.push_str(more);
                if !everywhere.json {
                    output::piece(more);
                }
            }
        }
    }
    if !is_answer {
        return Err(told(&serde_json::from_slice(&waiting).unwrap_or_default()));
    }
    match everywhere.json {
        true => output::json(&json!({ "text": text, "usage": usage })),
        false => say!(""),
    }
    Ok(())
}

fn told(body: &Value) -> Failure {
    let word = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    Failure::failed(format!("{}: {}", word("code"), word("message")))
}
