//! What a vector costs: tokens per second of CPU, which is what ingestion waits for.
//!
//! `cargo run --release --example embed-bench -- MODEL_DIR DOCS_JSONL [COUNT]`

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::{fs, time::Instant};

use cueline_embedded::embedder::MiniLmEmbedder;
use cueline_ports::Embedder;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(model), Some(docs)) = (arguments.next(), arguments.next()) else {
        return Err("usage: embed-bench MODEL_DIR DOCS_JSONL [COUNT]".into());
    };
    let count = arguments.next().map_or(Ok(400), |count| count.parse())?;
    let started = Instant::now();
    let embedder = MiniLmEmbedder::load(model)?;
    println!("loaded in {:.2?}", started.elapsed());

    let text = |line: &str| -> Option<String> {
        let entry: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(format!("{}\n{}", entry["title"].as_str().unwrap_or_default(), entry["text"].as_str()?))
    };
    let texts: Vec<String> = fs::read_to_string(docs)?.lines().filter_map(text).take(count).collect();
    let started = Instant::now();
    let tokens: usize = texts.iter().map(|text| embedder.count_tokens(text)).sum();
    println!("{} texts, {tokens} tokens, cut in {:.2?}", texts.len(), started.elapsed());

    for _ in 0..3 {
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        embedder.embed(texts.clone()).await?;
        let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        println!(
            "{:.0} tokens per CPU-second, {:.1} texts per CPU-second, {:.1} texts per second",
            tokens as f64 / cpu,
            texts.len() as f64 / cpu,
            texts.len() as f64 / wall,
        );
    }
    let question = "What does the policy say about expenses on business trips?".to_owned();
    let mut times = Vec::new();
    for _ in 0..40 {
        let started = Instant::now();
        embedder.embed(vec![question.clone()]).await?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    println!("a question: p50 {:.1?}, best {:.1?}", times[20], times[0]);
    Ok(())
}

/// CPU time of this process so far, at 100 ticks per second.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
