//! A bar per stage for people who watch, lines for everybody else.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::{api::Document, cli::output};

/// Stages of the way, with the states that lie behind each.
const STAGES: &[(&str, &[&str])] = &[
    ("read", &["fetched", "parsed", "chunked", "keyword_searchable"]),
    ("parsed", &["parsed", "chunked", "keyword_searchable"]),
    ("found by words", &["keyword_searchable"]),
    ("searchable", &[]),
];

pub(super) struct Shown {
    bars: Option<Bars>,
    quiet: bool,
    settled: usize,
    searchable: usize,
}

struct Bars {
    all: MultiProgress,
    copied: ProgressBar,
    stages: Vec<ProgressBar>,
}

impl Shown {
    /// `quiet` prints nothing but the result.
    pub(super) fn new(files: usize, quiet: bool) -> Self {
        let bars = (output::is_watched() && !quiet).then(|| Bars::new(files as u64));
        Self { bars, quiet, settled: 0, searchable: 0 }
    }

    pub(super) fn copied(&self, count: usize) {
        if let Some(bars) = &self.bars {
            bars.copied.set_position(count as u64);
        }
    }

    /// A file that is at its end.
    pub(super) fn settled(&mut self, document: &Document) {
        self.settled += 1;
        self.searchable += usize::from(document.state == "searchable");
        let text = match &document.error {
            Some(error) => format!("{:10} {}: {}: {}", document.state, document.key, error.code, error.message),
            None => format!("{:10} {} ({} chunks)", document.state, document.key, document.chunks),
        };
        let text = output::plain(&text);
        if self.bars.is_none() || document.error.is_some() {
            self.say(&text);
        }
    }

    /// The states of the files that are on their way.
    pub(super) fn stages(&self, states: &[String]) {
        let Some(bars) = &self.bars else { return };
        for ((_, behind), bar) in STAGES.iter().zip(&bars.stages) {
            let passed = states.iter().filter(|state| behind.contains(&state.as_str())).count();
            let ended = if behind.is_empty() { self.searchable } else { self.settled };
            bar.set_position((ended + passed) as u64);
        }
    }

    /// A line of its own.
    pub(super) fn say(&self, text: &str) {
        match &self.bars {
            Some(bars) => drop(bars.all.println(text)),
            None if !self.quiet => tell!("{text}"),
            None => {}
        }
    }

    pub(super) fn end(&self) {
        if let Some(bars) = &self.bars {
            bars.copied.finish();
            bars.stages.iter().for_each(ProgressBar::abandon);
        }
    }
}

impl Bars {
    fn new(files: u64) -> Self {
        let style = ProgressStyle::with_template("{msg:16} {bar:40} {pos}/{len}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let all = MultiProgress::new();
        let bar = |name: &'static str| all.add(ProgressBar::new(files).with_style(style.clone()).with_message(name));
        let copied = bar("copied");
        let stages = STAGES.iter().map(|(name, _)| bar(name)).collect();
        Self { copied, stages, all }
    }
}
