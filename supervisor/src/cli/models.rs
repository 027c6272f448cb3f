//! `cueline models pull`.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{
    args::{Everywhere, Pull},
    failure::Failure,
    output,
};
use crate::{config, wiring};

pub(super) fn pull(everywhere: &Everywhere, args: &Pull) -> Result<(), Failure> {
    let directory = match &args.models {
        Some(directory) => directory.clone(),
        None => config::data_directory(&everywhere.overrides())?.join("models"),
    };
    let source = wiring::weights_source(&args.from);
    let mut shown = Shown::new();
    let place = wiring::pull_weights(&directory, &source, |step, done, total| shown.at(step, done, total))
        .map_err(|error| Failure::failed(format!("models_pull_failed: {error}")))?;
    shown.end();
    if everywhere.json {
        output::json(&serde_json::json!({"directory": place, "model": config::EMBEDDING_MODEL}));
    } else {
        say!("weights are in {}", place.display());
        say!("a running cueline takes them up when it is started again");
    }
    Ok(())
}

/// A bar for people, one line per step for everybody else.
struct Shown {
    bar: Option<ProgressBar>,
    step: String,
}

impl Shown {
    fn new() -> Self {
        let bar = output::is_watched().then(|| {
            let bar = ProgressBar::no_length();
            bar.enable_steady_tick(Duration::from_millis(200));
            let style = ProgressStyle::with_template("{spinner} {msg:32} {bar:30} {bytes}/{total_bytes}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, step: String::new() }
    }

    fn at(&mut self, step: &str, done: u64, total: Option<u64>) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(step.to_owned());
                bar.set_position(done);
                if let Some(total) = total {
                    bar.set_length(total);
                }
            }
            None if self.step != step => tell!("{step}"),
            None => {}
        }
        step.clone_into(&mut self.step);
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
