//! `cueline config`, and where the configuration of a command comes from.
//!
//! A file that is named wins. Else a stack that is named may keep one for its processes, so that all of them, and every command
//! on the stack, read the same. Else `cueline.toml` of the current folder, if it is there.

use serde_json::json;

use super::{
    args::{CheckConfig, Everywhere, PutConfig},
    failure::Failure,
    output,
};
use crate::{
    config::{Config, Overrides},
    up::{self, StartFailure},
    wiring,
};

/// The configuration of a command.
pub(super) async fn load(overrides: &Overrides) -> Result<Config, Failure> {
    if let (None, Some(stack)) = (&overrides.file, overrides.stack.as_deref().filter(|name| !name.is_empty())) {
        wiring::install_tls();
        let kept = wiring::kept_configuration(stack).await;
        let kept = kept.map_err(|error| Failure::Start(StartFailure::storage(&error)))?;
        if let Some(text) = kept.text {
            return Ok(Config::of_text(&kept.place, text, overrides)?);
        }
    }
    Ok(Config::load(overrides)?)
}

/// As [`load`], before there is a runtime.
pub(super) fn load_first(overrides: &Overrides) -> Result<Config, Failure> {
    if overrides.stack.is_none() {
        return Ok(Config::load(overrides)?);
    }
    alone(load(overrides))
}

pub(super) fn check(everywhere: &Everywhere, args: &CheckConfig) -> Result<(), Failure> {
    let mut overrides = everywhere.overrides();
    overrides.file = args.file.clone().or(overrides.file);
    let config = Config::load(&overrides)?;
    up::check(&config).map_err(Failure::Start)?;
    let mut collections: Vec<&String> = config.collections.keys().collect();
    collections.sort();
    let chat: Vec<&String> = config.chat.keys().chain(config.hosted.chat.keys()).collect();
    if everywhere.json {
        output::json(&json!({ "valid": true, "collections": collections, "chat": chat, "rules": config.rules.len() }));
    } else {
        let names = |names: &[&String]| match names {
            [] => "none".to_owned(),
            names => names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", "),
        };
        say!("valid: collections {}; chat models {}; {} rules", names(&collections), names(&chat), config.rules.len());
    }
    Ok(())
}

pub(super) fn put(everywhere: &Everywhere, args: &PutConfig) -> Result<(), Failure> {
    let stack = stack(everywhere)?;
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| Failure::usage(format!("file_unreadable: {} cannot be read: {error}", args.file.display())))?;
    // Whatever is wrong is said now, not by a process that cannot start.
    Config::of_text(&args.file.display().to_string(), text.clone(), &everywhere.overrides())?;
    let place = alone(async {
        wiring::install_tls();
        wiring::keep_configuration(&stack, text).await.map_err(|error| Failure::Start(StartFailure::storage(&error)))
    })?;
    match everywhere.json {
        true => output::json(&json!({ "put": place })),
        false => say!("{} put into {place}; processes look at it twice a minute", args.file.display()),
    }
    Ok(())
}

pub(super) fn show(everywhere: &Everywhere) -> Result<(), Failure> {
    let stack = stack(everywhere)?;
    let kept = alone(async {
        wiring::install_tls();
        wiring::kept_configuration(&stack).await.map_err(|error| Failure::Start(StartFailure::storage(&error)))
    })?;
    match (everywhere.json, kept.text) {
        (true, text) => output::json(&json!({ "place": kept.place, "text": text })),
        (false, Some(text)) => say!("{}", text.trim_end()),
        (false, None) => say!("stack {stack} keeps none; its processes use the defaults"),
    }
    Ok(())
}

fn stack(everywhere: &Everywhere) -> Result<String, Failure> {
    let stack = everywhere.stack.clone().filter(|name| !name.is_empty());
    stack.ok_or_else(|| Failure::usage("stack_missing: only a stack keeps a configuration; add --stack NAME"))
}

pub(super) fn alone<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::failed(format!("cannot start: {error}")))?.block_on(work)
}
