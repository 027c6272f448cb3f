//! `cueline definitions …`.

use super::{
    args::{Everywhere, One, Validate},
    client::{Client, escape},
    failure::Failure,
    output,
};
use crate::api::{Definition, DefinitionSource, Page, Validation};

pub(super) async fn list(everywhere: &Everywhere) -> Result<(), Failure> {
    let page: Page<Definition> = Client::connect(everywhere)?.get("/admin/v1/definitions", &[]).await?;
    if everywhere.json {
        output::json(&page);
        return Ok(());
    }
    let row = |d: &Definition| {
        let hash = d.hash.chars().take(12).collect();
        vec![d.name.clone(), hash, d.states.to_string(), d.comment.clone().unwrap_or_default()]
    };
    output::table(&["workflow", "hash", "states", "comment"], &page.items.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

pub(super) async fn show(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    let path = format!("/admin/v1/definitions/{}", escape(&args.id));
    let source: DefinitionSource = Client::connect(everywhere)?.get(&path, &[]).await?;
    output::json(&source.definition);
    Ok(())
}

/// Needs no running process.
pub(super) fn validate(everywhere: &Everywhere, args: &Validate) -> Result<(), Failure> {
    let mut results = Vec::new();
    for file in &args.files {
        let validation =
            std::fs::read_to_string(file).map_or_else(Validation::unreadable, |text| Validation::of(&text));
        results.push((file.display().to_string(), validation));
    }
    let valid = results.iter().all(|(_, validation)| validation.valid);
    if everywhere.json {
        let results =
            results.iter().map(|(file, v)| serde_json::json!({"file": file, "valid": v.valid, "findings": v.findings}));
        output::json(&results.collect::<Vec<_>>());
    } else {
        for (file, validation) in &results {
            say!("{}: {}", output::plain(file), if validation.valid { "valid" } else { "invalid" });
            for finding in &validation.findings {
                say!("  {}", output::plain(&finding.to_string()));
            }
        }
    }
    if valid { Ok(()) } else { Err(Failure::BadResult) }
}
