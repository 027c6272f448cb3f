//! `cueline router train` and `cueline eval routing`.

use cueline_domain::routing::evaluate::{Interval, Reached, Report, Router};
use serde_json::{Value, json};

use super::{
    args::{Everywhere, Routing, TrainRouter},
    failure::Failure,
    output,
};
use crate::eval::routing::{Evaluated, Learned, Set, evaluate as evaluated, learn};

fn usage(error: &anyhow::Error) -> Failure {
    Failure::usage(format!("{error:#}"))
}

pub(super) fn train(everywhere: &Everywhere, args: &TrainRouter) -> Result<(), Failure> {
    let set = Set::read(&args.data).map_err(|error| usage(&error))?;
    let begun = std::time::Instant::now();
    let learned = learn(&set).map_err(|error| Failure::failed(format!("{error:#}")))?;
    let seconds = begun.elapsed().as_secs_f64();
    learned.write(&args.out).map_err(|error| {
        Failure::failed(format!("router_unwritten: {} cannot be written: {error}", args.out.display()))
    })?;
    let (rows, id) = (set.rows.len(), learned.model.id().to_owned());
    match everywhere.json {
        true => output::json(&json!({ "rows": rows, "targets": set.targets, "id": id, "seconds": seconds })),
        false => {
            say!(
                "learned from {rows} prompts and {} targets in {seconds:.1} s: {}",
                set.targets.len(),
                args.out.display()
            );
            say!("  use it with [router] file = \"{}\" in the configuration", args.out.display());
        }
    }
    Ok(())
}

pub(super) fn evaluate(everywhere: &Everywhere, args: &Routing) -> Result<(), Failure> {
    let set = Set::read(&args.data).map_err(|error| usage(&error))?;
    let learned = match (&args.router, &args.train) {
        (Some(file), _) => Learned::read(file).map_err(|error| Failure::usage(error.to_string()))?,
        (None, Some(file)) => {
            let set = Set::read(file).map_err(|error| usage(&error))?;
            learn(&set).map_err(|error| Failure::failed(format!("{error:#}")))?
        }
        (None, None) => return Err(Failure::usage("router_missing: name what was learned with --router or --train")),
    };
    let evaluated = evaluated(&learned.model, &set);
    match everywhere.json {
        true => output::json(&as_json(&evaluated, &set)),
        false => print(&evaluated, &set),
    }
    Ok(())
}

fn name(router: Router) -> &'static str {
    match router {
        Router::Random => "random",
        Router::LongerFirst => "longer = best",
        Router::ShorterFirst => "shorter = best",
        Router::LearnedGain => "learned, gain",
        Router::LearnedGainPerDollar => "learned, gain per dollar",
        Router::Oracle => "oracle",
    }
}

fn interval(of: Interval, times: f64, digits: usize) -> String {
    format!("{:.digits$} [{:.digits$}, {:.digits$}]", of.value * times, of.low * times, of.high * times)
}

fn chosen(reached: Option<Reached>) -> String {
    reached.map_or_else(|| "-".to_owned(), |of| format!("{:.1} @ {:.1}", 100.0 * of.saving, 100.0 * of.quality_share))
}

fn print(evaluated: &Evaluated, set: &Set) {
    for (title, report) in &evaluated.reports {
        say!("{title}, {} prompts", report.cases);
        targets(report, set);
        if report.rows.is_empty() {
            say!("  one target is best and cheapest: there is nothing to route");
            continue;
        }
        let row = |row: &cueline_domain::routing::evaluate::Row| {
            vec![
                name(row.router).to_owned(),
                interval(row.area, 1.0, 3),
                interval(row.saving_95, 100.0, 1),
                interval(row.saving_99, 100.0, 1),
                chosen(row.chosen_95),
                chosen(row.chosen_99),
            ]
        };
        let head = ["router", "area over cost share", "saves at 95 %", "at 99 %", "chosen 95", "chosen 99"];
        output::table(&head, &report.rows.iter().map(row).collect::<Vec<_>>());
        say!("");
    }
    if let Some((at_95, at_99)) = evaluated.thresholds {
        say!("thresholds that keep 95 % and 99 % of the best target's quality here: {at_95:.3} and {at_99:.3}");
    }
    let (p50, p99) = evaluated.decision_us;
    say!(
        "a prediction takes {p50:.1} us, p99 {p99:.1} us; intervals are of 90 %; chosen: threshold from one half, applied to the other"
    );
}

fn targets(report: &Report, set: &Set) {
    let best = report.targets[report.anchors.best];
    let row = |(at, (name, measured)): (usize, (&String, &cueline_domain::routing::evaluate::Measured))| {
        let role = match (at == report.anchors.best, at == report.anchors.cheap) {
            (true, true) => "always-best and always-cheap",
            (true, false) => "always-best",
            (false, true) => "always-cheap",
            (false, false) => "",
        };
        vec![
            name.clone(),
            format!("{:.4} ({:.1} %)", measured.quality, 100.0 * measured.quality / best.quality),
            format!("{:.6} (saves {:.1} %)", measured.cost, 100.0 * (1.0 - measured.cost / best.cost)),
            role.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = set.targets.iter().zip(&report.targets).enumerate().map(row).collect();
    output::table(&["target", "quality", "dollars per call", ""], &rows);
}

fn as_json(evaluated: &Evaluated, set: &Set) -> Value {
    let of = |of: Interval| json!({ "value": of.value, "low": of.low, "high": of.high });
    let row = |row: &cueline_domain::routing::evaluate::Row| {
        json!({
            "router": name(row.router), "area": of(row.area), "saving_95": of(row.saving_95), "saving_99": of(row.saving_99),
        })
    };
    let report = |(title, report): &(String, Report)| {
        let target = |(name, measured): (&String, &cueline_domain::routing::evaluate::Measured)| json!({ "target": name, "quality": measured.quality, "cost": measured.cost });
        json!({
            "task": title, "prompts": report.cases,
            "targets": set.targets.iter().zip(&report.targets).map(target).collect::<Vec<_>>(),
            "routers": report.rows.iter().map(row).collect::<Vec<_>>(),
        })
    };
    let (p50, p99) = evaluated.decision_us;
    json!({
        "reports": evaluated.reports.iter().map(report).collect::<Vec<_>>(),
        "thresholds": evaluated.thresholds.map(|(at_95, at_99)| json!({ "95": at_95, "99": at_99 })),
        "prediction_us": { "p50": p50, "p99": p99 },
    })
}
