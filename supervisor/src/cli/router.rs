//! `cueline router train` and `cueline eval routing`.

use std::{path::Path, time::Duration};

use cueline_domain::routing::{
    decide::Record,
    evaluate::{Interval, OffPolicy, OffPolicyError, Reached as Saved, Report, Router},
    recorded::LEAST_OUTCOMES,
};
use cueline_ports::{Clock, SystemClock};
use serde_json::{Value, json};

use super::{
    args::{Everywhere, Routing, TrainRouter},
    attached,
    client::Client,
    configuration,
    failure::Failure,
    output,
};
use crate::{
    api::{DecisionView, Page},
    eval::routing::{
        Evaluated, Learned, LearnedOf, Sample, Set, evaluate as evaluated, learn, learn_of,
        logged::{Reached, Scored, Way, means, reached},
    },
};

fn usage(error: &anyhow::Error) -> Failure {
    Failure::usage(format!("{error:#}"))
}

pub(super) fn train(everywhere: &Everywhere, args: &TrainRouter) -> Result<(), Failure> {
    match (&args.rows, args.from_executions) {
        (_, Some(age)) => train_on_executions(everywhere, args, age),
        (Some(rows), None) => train_on_rows(everywhere, args, rows),
        (None, None) => Err(Failure::usage("data_missing: name a file of labelled prompts, or add --from-executions")),
    }
}

fn train_on_rows(everywhere: &Everywhere, args: &TrainRouter, rows: &Path) -> Result<(), Failure> {
    let set = Set::read(rows).map_err(|error| usage(&error))?;
    let begun = std::time::Instant::now();
    let learned = learn(&set).map_err(|error| Failure::failed(format!("{error:#}")))?;
    let seconds = begun.elapsed().as_secs_f64();
    write(&learned, &args.out)?;
    let (rows, id) = (set.rows.len(), learned.model.id().to_owned());
    match everywhere.json {
        true => output::json(&json!({ "rows": rows, "targets": set.targets, "id": id, "seconds": seconds })),
        false => {
            say!(
                "learned from {rows} prompts and {} targets in {seconds:.1} s: {}",
                set.targets.len(),
                args.out.display()
            );
            how_to_use(&args.out);
        }
    }
    Ok(())
}

/// On scored answers of the running process.
fn train_on_executions(everywhere: &Everywhere, args: &TrainRouter, age: Option<Duration>) -> Result<(), Failure> {
    let (mut samples, mut other) = (Vec::new(), 0_usize);
    configuration::alone(scored_answers(everywhere, age, args.policy.as_deref(), |view| match Sample::of(view) {
        Some(sample) => samples.push(sample),
        None => other += 1,
    }))?;
    let begun = std::time::Instant::now();
    let learned = learn_of(&samples).map_err(|error| Failure::failed(format!("{error:#}")))?;
    let seconds = begun.elapsed().as_secs_f64();
    let LearnedOf { learned, found, left_out } = learned;
    write(&learned, &args.out)?;
    let (rows, id): (usize, _) = (found.values().sum(), learned.model.id().to_owned());
    if everywhere.json {
        output::json(&json!({
            "rows": rows, "targets": found.keys().collect::<Vec<_>>(), "id": id, "seconds": seconds,
            "answers": found, "leftOut": left_out, "givenBefore": other,
        }));
        return Ok(());
    }
    say!("learned from {rows} scored answers of {} targets in {seconds:.1} s: {}", found.len(), args.out.display());
    let row = |(target, record): (&String, &Record)| {
        vec![
            target.clone(),
            found.get(target).copied().unwrap_or_default().to_string(),
            record.outcomes.to_string(),
            format!("{:.3}", record.quality),
            format!("{:.6}", record.cost),
        ]
    };
    let head = ["target", "answers", "worth", "quality", "dollars per call"];
    output::table(&head, &learned.records.overall.iter().map(row).collect::<Vec<_>>());
    if !left_out.is_empty() {
        let each: Vec<String> = left_out.iter().map(|(target, count)| format!("{target} {count}")).collect();
        say!("left out, with fewer than {LEAST_OUTCOMES} scored answers: {}", each.join(", "));
    }
    if other > 0 {
        say!("{other} scored answers were given before and teach nothing");
    }
    how_to_use(&args.out);
    Ok(())
}

fn write(learned: &Learned, out: &Path) -> Result<(), Failure> {
    let unwritten = |error| Failure::failed(format!("router_unwritten: {} cannot be written: {error}", out.display()));
    learned.write(out).map_err(unwritten)
}

fn how_to_use(out: &Path) {
    say!("  use it with [router] file = \"{}\" in the configuration", out.display());
}

/// Answers that are looked at in one request.
const PAGE: usize = 200;

/// Hands out what was scored: all, or what is younger than `age`, of all policies or of one.
async fn scored_answers(
    everywhere: &Everywhere,
    age: Option<Duration>,
    policy: Option<&str>,
    mut take: impl FnMut(DecisionView),
) -> Result<(), Failure> {
    let now_ms = SystemClock.now_ms();
    let since = |age: Duration| i64::try_from(age.as_millis()).map_or(i64::MIN, |age| now_ms.saturating_sub(age));
    let since_ms = age.map_or(i64::MIN, since);
    let here = attached(everywhere).await?;
    let client = Client::connect(&here)?;
    let mut cursor = None;
    loop {
        let query: Vec<(&str, String)> =
            [("limit", PAGE.to_string())].into_iter().chain(cursor.map(|cursor| ("cursor", cursor))).collect();
        let page: Page<DecisionView> = client.get("/admin/v1/decisions", &query).await?;
        let is_over = page.cursor.is_none() || page.items.iter().any(|view| view.at_ms < since_ms);
        let young = page.items.into_iter().filter(|view| view.at_ms >= since_ms);
        young.filter(|view| policy.is_none_or(|policy| view.decision["policy"] == policy)).for_each(&mut take);
        if is_over {
            return Ok(());
        }
        cursor = page.cursor;
    }
}

/// On scored answers of the running process.
async fn compare(everywhere: &Everywhere, args: &Routing, age: Duration) -> Result<(), Failure> {
    let learned = match &args.router {
        Some(file) => Some(Learned::read(file).map_err(|error| Failure::usage(error.to_string()))?),
        None => None,
    };
    let (mut scored, mut other) = (Vec::new(), 0_usize);
    scored_answers(everywhere, Some(age), args.policy.as_deref(), |view| match Scored::of(view) {
        Some(one) => scored.push(one),
        None => other += 1,
    })
    .await?;
    let means = means(&scored);
    let always = means.keys().map(|target| (format!("always {target}"), Way::Always(target.clone())));
    let by_router = learned
        .as_ref()
        .map(|learned| ("the router".to_owned(), Way::Learned { model: &learned.model, threshold: args.threshold }));
    let mut rows = Vec::new();
    for (name, way) in always.chain(by_router) {
        let found = reached(&scored, &way).map_err(|error| Failure::failed(format!("{}: {error}", error.code())))?;
        rows.push((name, found));
    }
    if rows.is_empty() {
        let error = OffPolicyError::Nothing;
        return Err(Failure::failed(format!("{}: {error}; and score answers with POST /v1/feedback", error.code())));
    }
    compared(everywhere, &scored, other, &rows);
    Ok(())
}

fn compared(everywhere: &Everywhere, scored: &[Scored], other: usize, rows: &[(String, Reached)]) {
    let count = scored.len() as f64;
    let (quality, cost) = scored.iter().fold((0.0, 0.0), |(quality, cost), one| (quality + one.score, cost + one.cost));
    let (quality, cost) = (quality / count, cost / count);
    if everywhere.json {
        let of = |of: Interval| json!({ "value": of.value, "low": of.low, "high": of.high });
        let estimate = |found: &OffPolicy| {
            json!({ "weighted": of(found.weighted), "normalised": of(found.normalised),
                "doublyRobust": of(found.doubly_robust), "effectiveDecisions": found.effective_decisions })
        };
        let row = |(name, found): &(String, Reached)| json!({ "way": name, "quality": estimate(&found.quality), "cost": estimate(&found.cost) });
        return output::json(&json!({
            "decisions": scored.len(), "leftOut": other, "asDecided": { "quality": quality, "cost": cost },
            "ways": rows.iter().map(row).collect::<Vec<_>>(),
        }));
    }
    let row = |(name, found): &(String, Reached)| {
        vec![
            name.clone(),
            interval(found.quality.normalised, 1.0, 3),
            interval(found.quality.doubly_robust, 1.0, 3),
            interval(found.cost.normalised, 1.0, 6),
            format!("{:.0}", found.quality.effective_decisions),
        ]
    };
    let as_decided = vec![
        "as decided".to_owned(),
        format!("{quality:.3}"),
        format!("{quality:.3}"),
        format!("{cost:.6}"),
        scored.len().to_string(),
    ];
    let rows: Vec<Vec<String>> = std::iter::once(as_decided).chain(rows.iter().map(row)).collect();
    output::table(&["way", "quality", "doubly robust", "dollars per call", "decisions worth"], &rows);
    say!(
        "intervals are of 90 %; {other} scored answers say nothing of a decision and are left out; below 100 decisions, believe nothing"
    );
}

pub(super) fn evaluate(everywhere: &Everywhere, args: &Routing) -> Result<(), Failure> {
    if let Some(age) = args.from_executions {
        return configuration::alone(compare(everywhere, args, age));
    }
    let Some(rows) = &args.rows else { return Err(Failure::usage("data_missing: name a file of labelled prompts")) };
    let set = Set::read(rows).map_err(|error| usage(&error))?;
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

fn chosen(reached: Option<Saved>) -> String {
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
