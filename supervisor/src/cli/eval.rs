//! `cueline eval retrieval`.

use super::{
    args::{Everywhere, Retrieval},
    failure::Failure,
    output,
};
use crate::{
    config::{Config, Overrides},
    eval::{self, Report},
    wiring,
};

pub(super) fn retrieval(everywhere: &Everywhere, args: &Retrieval) -> Result<(), Failure> {
    let overrides = Overrides { models: args.models.clone(), ..everywhere.overrides() };
    let config = Config::load(&overrides)?;
    let judged = eval::Judged::read(&args.judged).map_err(|error| Failure::usage(format!("{error:#}")))?;
    let embedder = wiring::load_embedder(&config.models)
        .map_err(|error| Failure::failed(format!("cannot load the embedding model: {error}")))?;
    if embedder.is_none() {
        tell!("no model weights: measuring words only; `cueline models pull` gets them");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
    let folder = std::env::temp_dir().join(format!("cueline-eval-{}", std::process::id()));
    let index = wiring::open_index(&folder).map_err(|error| Failure::failed(error.to_string()))?;
    let measured = runtime.block_on(eval::measure(&judged, index, embedder, |step| tell!("{step}")));
    let _ = std::fs::remove_dir_all(&folder);
    let report = measured.map_err(|error| Failure::failed(error.to_string()))?;
    if everywhere.json {
        output::json(&report);
    } else {
        print(&report);
    }
    Ok(())
}

fn print(report: &Report) {
    say!("{} documents, {} queries, {} judged", report.documents, report.queries, report.judged);
    let row = |measured: &eval::Measured| {
        let number = |value: &cueline_domain::evaluation::Estimate| format!("{:.4}", value.mean);
        let interval = format!("[{:.3}, {:.3}]", measured.ndcg_10.low, measured.ndcg_10.high);
        vec![
            measured.mode.clone(),
            number(&measured.ndcg_10),
            interval,
            number(&measured.recall_10),
            number(&measured.recall_100),
            number(&measured.mrr_10),
            format!("{:.2} ms", measured.query_p50_ms),
            format!("{:.2} ms", measured.query_p99_ms),
        ]
    };
    let head = ["mode", "nDCG@10", "95 %", "recall@10", "recall@100", "MRR@10", "p50", "p99"];
    output::table(&head, &report.modes.iter().map(row).collect::<Vec<_>>());
    say!("indexing {:.1} s, embedding {:.1} s, searching {:.1} s", report.index_s, report.embed_s, report.search_s);
}
