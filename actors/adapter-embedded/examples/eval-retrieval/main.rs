//! Measures retrieval on a collection with judgements.
//!
//! `cargo run --release --example eval-retrieval -- DATA_DIR [MODEL_DIR] [--cache DIR] [--qrels FILE] [--sweep]`

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::{io::Write, path::PathBuf, time::Instant};

use cueline_domain::fusion::Fusion;
use cueline_embedded::{
    embedder::MiniLmEmbedder,
    index::{EmbeddedIndex, IndexOptions},
};
use cueline_ports::Embedder;

mod evaluation;
use evaluation::{EvaluationOptions, EvaluationReport, evaluate_retrieval};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = EvaluationOptions::default();
    let mut dirs = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--cache" => options.vector_cache = arguments.next().map(PathBuf::from),
            "--qrels" => options.qrels = arguments.next().unwrap_or(options.qrels),
            "--depth" => options.depth = arguments.next().unwrap_or_default().parse()?,
            "--chunk" => options.whole_up_to = arguments.next().unwrap_or_default().parse()?,
            "--sweep" => options.fusions.extend(sweep()),
            _ => dirs.push(PathBuf::from(argument)),
        }
    }
    let data =
        dirs.first().ok_or("usage: eval-retrieval DATA_DIR [MODEL_DIR] [--cache DIR] [--qrels FILE] [--sweep]")?;
    let embedder = dirs.get(1).map(MiniLmEmbedder::load).transpose()?;

    let directory = tempfile::tempdir()?;
    let index = EmbeddedIndex::open(directory.path(), IndexOptions::default())?;
    let started = Instant::now();
    let mut progress = |what: &str, done: usize, of: usize| {
        if done.is_multiple_of(256) || done == of {
            print!("\r{what}: {done} of {of}, {:.0} s   ", started.elapsed().as_secs_f64());
            let _ = std::io::stdout().flush();
        }
    };
    let embedder = embedder.as_ref().map(|embedder| embedder as &dyn Embedder);
    let report = evaluate_retrieval(data, &index, embedder, &options, &mut progress).await?;
    println!();
    print(&report);
    Ok(())
}

fn sweep() -> Vec<(String, Fusion)> {
    let min_max = [0.2, 0.3, 0.35, 0.4, 0.6, 0.7];
    let min_max = min_max.map(|vector_weight| (format!("min-max {vector_weight}"), Fusion::MinMax { vector_weight }));
    let rank = [10.0, 60.0].map(|k| (format!("rrf {k}"), Fusion::ReciprocalRank { k, vector_weight: 0.5 }));
    min_max.into_iter().chain(rank).collect()
}

fn print(report: &EvaluationReport) {
    let (documents, chunks, queries) = report.size;
    println!("{documents} documents, {chunks} chunks, {queries} queries");
    println!(
        "words {:.1} s, vectors {:.1} s ({} from the cache), attached in {:.1} s",
        report.indexing.as_secs_f64(),
        report.embedding.0.as_secs_f64(),
        report.embedding.1,
        report.attaching.as_secs_f64(),
    );
    println!(
        "{:14} {:>8} {:>15} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "", "nDCG@10", "95 %", "R@10", "R@100", "MRR@10", "p50 ms", "p99 ms"
    );
    for row in &report.rows {
        let mean = |index: usize| row.measures[index].1.mean;
        let interval = format!("{:.3}-{:.3}", row.measures[0].1.low, row.measures[0].1.high);
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1e3;
        println!(
            "{:14} {:8.4} {interval:>15} {:8.4} {:8.4} {:8.4} {:9.2} {:9.2}",
            row.name,
            mean(0),
            mean(1),
            mean(2),
            mean(3),
            milliseconds(row.latency.0),
            milliseconds(row.latency.1),
        );
    }
}
