//! `cueline cost execution/plan`.

use cueline_domain::cost::{self, Line, MEASURED, PRICES, Plan, Quota};
use serde_json::json;

use super::{
    args::{Everywhere, One, PlanCost},
    client::Client,
    executions::path,
    failure::Failure,
    output,
};
use crate::api::{CostLine, ExecutionCost};

pub(super) async fn execution(everywhere: &Everywhere, args: &One) -> Result<(), Failure> {
    let found: ExecutionCost = Client::connect(everywhere)?.get(&path(&args.id, "/cost"), &[]).await?;
    if everywhere.json {
        output::json(&found);
        return Ok(());
    }
    let ExecutionCost { execution, workflow, status, commits, bytes, snapshot_bytes, tasks, cues, children, .. } =
        &found;
    say!("{execution}  {workflow}  {status}");
    say!(
        "{commits} commits of {bytes} bytes, snapshot of {snapshot_bytes}; {tasks} tasks, {cues} cues, {children} children\n"
    );
    bill(&found.lines);
    say!("\n{} in all, {}", dollars(found.dollars), found.prices);
    if let Some(million) = found.dollars_per_million_steps {
        say!("{} for a million tasks like these", dollars(million));
    }
    let there = &found.step_functions;
    say!("Step Functions Standard: {} for {} transitions", dollars(there.dollars), there.transitions);
    for note in &found.notes {
        say!("note: {note}");
    }
    Ok(())
}

pub(super) fn plan(everywhere: &Everywhere, args: &PlanCost) -> Result<(), Failure> {
    let plan = cost::plan(&args.traffic(), &args.machines(), &MEASURED, &PRICES);
    if everywhere.json {
        output::json(&as_json(&plan));
        return Ok(());
    }
    say!(
        "at the peak {} executions/s, {} steps/s, {} tasks of workflows at once",
        number(plan.executions_per_second),
        number(plan.steps_per_second),
        number(plan.bodies)
    );
    let one = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    say!(
        "needed: {}, {} of the list index (4 are there)\n",
        one(plan.tasks, "Fargate task"),
        one(plan.index_partitions, "partition")
    );
    bill(&plan.bill.lines.iter().map(CostLine::from).collect::<Vec<_>>());
    say!("\n{} a month, list prices of {}, {}", dollars(plan.bill.dollars()), PRICES.region, PRICES.date);
    say!(
        "{} for a million steps without models, {} of it for requests; Step Functions Standard: {} a month, {} for a million \
         transitions\n",
        dollars(plan.dollars_per_million_steps),
        dollars(plan.request_dollars_per_million_steps),
        dollars(plan.step_functions_dollars),
        dollars(PRICES.transitions)
    );
    let row = |quota: &Quota| {
        let Quota { name, limit, needed, unit, remedy } = quota;
        let used = format!("{:.1} %", quota.used() * 100.0);
        vec![(*name).to_owned(), format!("{} {unit}", number(*needed)), number(*limit), used, (*remedy).to_owned()]
    };
    output::table(&["quota", "needed", "limit", "used", "remedy"], &plan.quotas.iter().map(row).collect::<Vec<_>>());
    if let Some(first) = plan.quotas.first().filter(|first| first.used() > 0.0) {
        let verdict = if first.used() > 1.0 { "does not suffice" } else { "binds first" };
        let day = args.traffic().executions_per_day / first.used();
        say!("\n{} {verdict}: at {} executions a day it is used up", first.name, number(day));
    }
    Ok(())
}

fn bill(lines: &[CostLine]) {
    let row = |line: &CostLine| {
        let price = line.dollars.map_or_else(|| "price not known".to_owned(), dollars);
        vec![line.what.clone(), format!("{} {}", number(line.quantity), line.unit), price]
    };
    output::table(&["service", "quantity", "dollars"], &lines.iter().map(row).collect::<Vec<_>>());
}

fn as_json(plan: &Plan) -> serde_json::Value {
    let line = |line: &Line| json!(CostLine::from(line));
    let quota = |quota: &Quota| {
        let Quota { name, limit, needed, unit, remedy } = quota;
        json!({ "name": name, "limit": limit, "needed": needed, "unit": unit, "used": quota.used(), "remedy": remedy })
    };
    json!({
        "executions_per_second": plan.executions_per_second,
        "steps_per_second": plan.steps_per_second,
        "bodies_at_once": plan.bodies,
        "fargate_tasks": plan.tasks,
        "index_partitions": plan.index_partitions,
        "steps_per_month": plan.steps_per_month,
        "lines": plan.bill.lines.iter().map(line).collect::<Vec<_>>(),
        "dollars_per_month": plan.bill.dollars(),
        "dollars_per_million_steps": plan.dollars_per_million_steps,
        "request_dollars_per_million_steps": plan.request_dollars_per_million_steps,
        "step_functions_dollars_per_month": plan.step_functions_dollars,
        "quotas": plan.quotas.iter().map(quota).collect::<Vec<_>>(),
        "prices": { "region": PRICES.region, "date": PRICES.date },
    })
}

/// Cents where they tell something, more digits where they do not.
fn dollars(amount: f64) -> String {
    if amount == 0.0 || amount >= 0.01 { format!("${amount:.2}") } else { format!("${amount:.8}") }
}

fn number(number: f64) -> String {
    let digits = if number == 0.0 || number >= 1_000.0 || number.fract() == 0.0 { 0 } else { 2 };
    let text = format!("{number:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let mut grouped = String::with_capacity(text.len() + whole.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_readable() {
        let shown = [0.0, 1.4912, 0.01, 0.000_014_9, 6_480.0].map(dollars);
        assert_eq!(shown, ["$0.00", "$1.49", "$0.01", "$0.00001490", "$6480.00"]);
        let shown = [0.0, 6.5, 20.0, 999.0, 1_000.4, 259_200_000.0].map(number);
        assert_eq!(shown, ["0", "6.50", "20", "999", "1,000", "259,200,000"]);
    }
}
