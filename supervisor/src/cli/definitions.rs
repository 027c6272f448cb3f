//! `cueline definitions …`.

use super::{
    args::{One, Plain, Validate},
    client::{Client, escape},
    failure::Failure,
    output,
};
use crate::api::{Definition, DefinitionSource, Page, Validation};

pub(super) async fn list(args: &Plain) -> Result<(), Failure> {
    let page: Page<Definition> = Client::connect(&args.place)?.get("/admin/v1/definitions", &[]).await?;
    if args.json {
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

pub(super) async fn show(args: &One) -> Result<(), Failure> {
    let path = format!("/admin/v1/definitions/{}", escape(&args.id));
    let source: DefinitionSource = Client::connect(&args.place)?.get(&path, &[]).await?;
    output::json(&source.definition);
    Ok(())
}

/// Needs no running process.
pub(super) fn validate(args: &Validate) -> Result<(), Failure> {
    let mut results = Vec::new();
    for file in &args.files {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
        results.push((file.display().to_string(), Validation::of(&text)));
    }
    let valid = results.iter().all(|(_, validation)| validation.valid);
    if args.json {
        let results =
            results.iter().map(|(file, v)| serde_json::json!({"file": file, "valid": v.valid, "findings": v.findings}));
        output::json(&results.collect::<Vec<_>>());
    } else {
        for (file, validation) in &results {
            println!("{file}: {}", if validation.valid { "valid" } else { "invalid" });
            for finding in &validation.findings {
                println!("  {finding}");
            }
        }
    }
    if valid { Ok(()) } else { Err(Failure::BadResult) }
}
