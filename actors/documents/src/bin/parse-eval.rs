//! `parse-eval <folder> [--json]`: parses every file of a `manifest.jsonl` and prints word recall per file and format.

use cueline_documents::Limits;
use cueline_documents::evaluation::{ManifestRow, Report, evaluate};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let Some(folder) = arguments.iter().find(|argument| !argument.starts_with("--")) else {
        return say("usage: parse-eval <folder with manifest.jsonl> [--json]\n", ExitCode::FAILURE);
    };
    match run(Path::new(folder)) {
        Ok(report) if json => say(&serde_json::to_string_pretty(&report).unwrap_or_default(), ExitCode::SUCCESS),
        Ok(report) => say(&table(&report), ExitCode::SUCCESS),
        Err(error) => say(&format!("parse-eval: {error}\n"), ExitCode::FAILURE),
    }
}

fn run(folder: &Path) -> Result<Report, Box<dyn std::error::Error>> {
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl"))?;
    let mut rows: Vec<ManifestRow> = Vec::new();
    for line in manifest.lines().filter(|line| !line.trim().is_empty()) {
        rows.push(serde_json::from_str(line)?);
    }
    let started = Instant::now();
    let load = |path: &str| std::fs::read(folder.join(path)).map_err(|error| format!("{path}: {error}"));
    Ok(evaluate(&rows, &Limits::default(), load, || started.elapsed())?)
}

fn table(report: &Report) -> String {
    let mut table = String::new();
    for file in &report.files {
        let outcome = match &file.refusal {
            Some(refusal) => format!("{}: {}", refusal.code, refusal.message),
            None => file.warnings.join("; "),
        };
        let share = |value: Option<f64>| value.map_or("    -".to_owned(), |value| format!("{value:.3}"));
        let (recall, precision) = (share(file.recall), share(file.precision));
        let _ = writeln!(
            table,
            "{recall} {precision} {:>5} blocks {:>7.1} ms  {}  {outcome}",
            file.blocks, file.millis, file.path
        );
    }
    let _ = writeln!(
        table,
        "\n{:<8} {:>5} {:>6} {:>7} {:>8} {:>7} {:>9}",
        "format", "files", "parsed", "refused", "compared", "recall", "precision"
    );
    for (format, row) in &report.formats {
        let _ = writeln!(
            table,
            "{format:<8} {:>5} {:>6} {:>7} {:>8} {:>7} {:>9}",
            row.files,
            row.parsed,
            row.refused,
            row.compared,
            mean(row.recall, row.compared),
            mean(row.precision, row.compared)
        );
    }
    table
}

/// Nothing compared is no recall of zero.
fn mean(value: f64, compared: usize) -> String {
    if compared == 0 { "-".to_owned() } else { format!("{value:.3}") }
}

fn say(text: &str, code: ExitCode) -> ExitCode {
    // A closed pipe is the reader's choice, not an error.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_without_expected_texts_has_no_recall() {
        assert_eq!((mean(0.0, 0), mean(0.5, 2)), ("-".to_owned(), "0.500".to_owned()));
    }
}
