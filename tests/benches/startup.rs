//! How long from the command to the ready line, and to the first answer over HTTP: on a new data directory and on one with
//! documents in it.
//!
//! `bench-startup [RUNS] [FILES]`: prints one JSON line per case with minimum, median and maximum of RUNS (10) starts.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints and stops at the first failure")]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use cueline_tests::system::Cueline;
use serde_json::json;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let runs = arguments.next().transpose()?.unwrap_or(10);
    let files = arguments.next().transpose()?.unwrap_or(500);
    // The first start reads the binary from disk.
    once(&tempfile::tempdir()?.path().join("warm"))?;

    let scratch = tempfile::tempdir()?;
    let fresh: Result<Vec<_>, _> = (0..runs).map(|run| once(&scratch.path().join(format!("fresh-{run}")))).collect();
    print("new data directory", 0, &fresh?);

    let data = scratch.path().join("filled");
    fill(&data.join("inbox"), files)?;
    let mut cueline = Cueline::on(&data);
    cueline.up()?;
    cueline.settled(files, Duration::from_secs(60 + files as u64))?;
    cueline.kill()?;
    let filled: Result<Vec<_>, _> = (0..runs).map(|_| once(&data)).collect();
    print("after kill -9", files, &filled?);
    Ok(())
}

struct Start {
    ready: Duration,
    answered: Duration,
}

fn once(data: &Path) -> anyhow::Result<Start> {
    let mut cueline = Cueline::on(data);
    let began = Instant::now();
    let ready = cueline.up()?;
    cueline.documents()?;
    let answered = began.elapsed();
    cueline.kill()?;
    Ok(Start { ready, answered })
}

fn fill(inbox: &Path, files: usize) -> anyhow::Result<()> {
    fs::create_dir_all(inbox)?;
    for at in 0..files {
        let text = format!("# Note {at}\n\nThe value of item {at} is {}.\n", at * 7919 % 1_000);
        fs::write(inbox.join(format!("note-{at:05}.md")), text)?;
    }
    Ok(())
}

fn print(case: &str, documents: usize, starts: &[Start]) {
    let spread = |of: fn(&Start) -> Duration| {
        let mut millis: Vec<f64> = starts.iter().map(|start| of(start).as_secs_f64() * 1_000.0).collect();
        millis.sort_by(f64::total_cmp);
        let round = |value: f64| (value * 10.0).round() / 10.0;
        json!({"min": round(millis[0]), "median": round(millis[millis.len() / 2]), "max": round(millis[millis.len() - 1])})
    };
    println!(
        "{}",
        json!({"case": "startup", "data": case, "documents": documents, "runs": starts.len(),
            "ready_ms": spread(|start| start.ready), "first_answer_ms": spread(|start| start.answered)})
    );
}
