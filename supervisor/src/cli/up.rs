//! `cueline up`.

use super::{
    args::{Everywhere, Up},
    configuration,
    failure::Failure,
};
use crate::{
    config::{Config, LogFormat, Overrides},
    up::{self, Ready, Samples, UpOptions},
};

pub(super) fn run(everywhere: &Everywhere, args: &Up) -> Result<(), Failure> {
    let overrides = Overrides {
        admin: args.admin.clone(),
        insecure_admin: args.insecure_admin,
        doors: args.doors.clone(),
        no_doors: args.no_doors,
        insecure_doors: args.insecure_doors,
        gateway: args.gateway.clone(),
        no_gateway: args.no_gateway,
        insecure_gateway: args.insecure_gateway,
        models: args.models.clone(),
        log: args.log,
        serve: args.serve.clone(),
        ..everywhere.overrides()
    };
    let config = configuration::load_first(&overrides)?;
    let samples = args.sample.clone().map(|folder| folder.map_or(Samples::Carried, Samples::Folder));
    let options = UpOptions { samples, bench: args.bench, source: source(&overrides)? };
    let json = everywhere.json;
    up::run(&config, &options, |ready| print(ready, json)).map_err(Failure::Start)
}

/// Where the configuration is read again when it changes, as [`configuration::load`] found it.
fn source(overrides: &Overrides) -> Result<Option<up::ConfigSource>, Failure> {
    let overrides = overrides.clone();
    let is_kept = overrides.file.is_none() && overrides.stack.as_ref().is_some_and(|name| !name.is_empty());
    let file = if is_kept { None } else { Config::file(&overrides)? };
    let read = std::sync::Arc::new(move |text: Option<String>| {
        let config = match text {
            Some(text) => Config::of_text("the configuration of the stack", text, &overrides),
            None => Config::load(&overrides),
        };
        config.map_err(|error| error.to_string())
    });
    Ok(match file {
        Some(file) => Some(up::ConfigSource::File { file, read }),
        None if is_kept => Some(up::ConfigSource::Stack { read }),
        None => None,
    })
}

/// What the environment of a function says, as `deploy/templates/function.yaml` sets it.
pub(super) fn function(api: &str) -> Result<(), Failure> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let overrides = Overrides {
        file: variable("CUELINE_CONFIG").map(Into::into),
        data: variable("CUELINE_DATA").map(Into::into),
        stack: variable("CUELINE_STACK"),
        serve: variable("CUELINE_SERVE"),
        log: Some(LogFormat::Json),
        no_doors: true,
        ..Overrides::default()
    };
    let config = configuration::load_first(&overrides)?;
    let options = UpOptions { samples: None, bench: variable("CUELINE_BENCH").is_some(), source: None };
    up::serve_function(&config, &options, api).map_err(Failure::Start)
}

fn print(ready: &Ready, json: bool) {
    if json {
        // One line, so that a program knows when it has all of it.
        let Ready { admin, doors, gateway, inbox, data, notes, millis } = ready;
        let ready = serde_json::json!({
            "ready": true, "admin": admin, "doors": doors, "gateway": gateway, "inbox": inbox, "data": data, "notes": notes, "millis": millis,
        });
        return say!("{ready}");
    }
    say!("cueline is ready: admin {} inbox {} data {} ({} ms)", ready.admin, ready.inbox, ready.data, ready.millis);
    say!("  console  {}/ (token in {}/token)", ready.admin, ready.data);
    if let Some(doors) = &ready.doors {
        say!("  doors    {doors} (S3 and EventBridge; `cueline doors` shows the keys)");
    }
    if let Some(gateway) = &ready.gateway {
        say!("  gateway  {gateway}/v1 (OpenAI-compatible)");
    }
    for note in &ready.notes {
        say!("  note     {note}");
    }
}
