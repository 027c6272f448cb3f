//! Runs recorded Step Functions cases against the engine.
//!
//! `cargo run --bin asl-conformance -- [--verbose] [--json] cases.jsonl…`

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report is what this program is for")]

#[allow(missing_docs, unreachable_pub, dead_code, reason = "shared with the crate's own tests")]
#[path = "../../../actors/states/tests/conformance/mod.rs"]
mod conformance;

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let (flags, files): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let known = ["--verbose", "--json"];
    if files.is_empty() || flags.iter().any(|flag| !known.contains(&flag.as_str())) {
        eprintln!("usage: asl-conformance [--verbose] [--json] CASES.jsonl…");
        return ExitCode::from(2);
    }
    let mut report = conformance::Report::default();
    for file in &files {
        if let Err(why) = conformance::run_file(Path::new(file), &mut report) {
            eprintln!("failed to read {file}: {why}");
            return ExitCode::from(2);
        }
    }
    if flags.iter().any(|flag| flag == "--json") {
        println!("{:#}", report.json());
    } else {
        print!("{}", conformance::text_report(&report, flags.iter().any(|flag| flag == "--verbose")));
    }
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
