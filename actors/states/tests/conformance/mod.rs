//! Runs recorded Step Functions cases against this engine: a virtual clock, scripted mocks, strict comparison of status,
//! error, output and trace. Used by the crate's own test and by the `asl-conformance` binary.
//!
//! A case file holds one JSON object per line; its fields are described beside the corpus.

mod case;
mod matching;
mod objects;
mod play;
mod report;
mod test_state;
mod verdict;

pub use report::{Report, text_report};

use case::Case;
use std::{io, path::Path};

/// Runs every case of a file.
pub fn run_file(path: &Path, report: &mut Report) -> io::Result<()> {
    let text = std::fs::read_to_string(path)?;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str::<Case>(line) {
            Ok(case) => {
                let outcome = verdict::judge(&case);
                report.add(&case, outcome);
            }
            Err(why) => report.unreadable(path, &why),
        }
    }
    Ok(())
}
