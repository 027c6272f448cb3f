//! Computed by hand beside each test.

use super::*;

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

/// Eleven commits of 500 bytes: start and ten steps, the last of which ends it with a snapshot of 300 bytes.
fn ten_steps() -> Recorded {
    Recorded {
        id_bytes: 26,
        commits: vec![500; 11],
        snapshot: 300,
        row: 400,
        has_ended: true,
        cues: 10,
        cue_bytes: 300,
        ..Recorded::default()
    }
}

/// Start 2·1 + 2·1 + 1 = 5, nine steps 9, end 2·1 + 2·1 + 2·1 = 6: twenty units for ten steps, as they were counted on the wire.
/// Ten cues in requests of 7.5 messages: 3 · 10 / 7.5 = 4 requests, 0.40 a step.
#[test]
fn ten_steps_ask_for_what_was_measured() {
    let requests = ten_steps().requests(&MEASURED);
    close(requests.write_units, 20.0);
    close(requests.read_units, 6.5);
    close(requests.queue, 4.0);
    assert_eq!((requests.object_writes, requests.events, requests.alarms), (0.0, 0.0, 0.0));
}

/// 20 units at $0.625 a million = $12.50, 6.5 at $0.125 = $0.8125, 4 at $0.40 = $1.60: $14.9125 for a million executions of ten
/// steps, $1.49 for a million steps.
#[test]
fn a_million_steps_cost_one_dollar_and_a_half() {
    let bill = Bill::of(&ten_steps().requests(&MEASURED).times(1e6), &PRICES);
    close(bill.dollars(), 14.9125);
    let dollars: Vec<(&str, f64)> =
        bill.lines.iter().map(|line| (line.what.as_str(), line.dollars.unwrap_or_default())).collect();
    let expected = [("DynamoDB writes", 12.5), ("DynamoDB reads", 0.8125), ("SQS", 1.6)];
    assert_eq!(dollars.len(), expected.len());
    for ((what, dollars), (expected_what, expected)) in dollars.into_iter().zip(expected) {
        assert_eq!(what, expected_what);
        close(dollars, expected);
    }
}

/// A commit of 2,000 bytes with 122 of names and keys is 3 units: start 2·3 + 3 = 9, end 2·u(2000 + 5000 + 122 = 7,122: 7) + 4 =
/// 18, between them fourteen of 3 = 42, and the sixteenth commit is the end. Seventeen commits: the sixteenth has a snapshot, 7.
#[test]
fn larger_commits_and_snapshots_cost_more_units() {
    let sixteen = Recorded { commits: vec![2_000; 16], snapshot: 5_000, ..ten_steps() };
    close(sixteen.requests(&MEASURED).write_units, 9.0 + 42.0 + 18.0);
    let seventeen = Recorded { commits: vec![2_000; 17], snapshot: 5_000, ..ten_steps() };
    close(seventeen.requests(&MEASURED).write_units, 9.0 + 42.0 + 7.0 + 18.0);
    // One that runs has no end to pay for: 9 + 14·3 + 7.
    let running = Recorded { has_ended: false, ..sixteen };
    close(running.requests(&MEASURED).write_units, 9.0 + 42.0 + 7.0);
}

/// 400 KB do not fit an item: it names an object and has one unit, twice for the start; 2·1 + 3 = 5.
#[test]
fn what_does_not_fit_an_item_is_an_object() {
    let large = Recorded { commits: vec![400 * 1024], has_ended: false, payloads: 2, ..ten_steps() };
    let requests = large.requests(&MEASURED);
    close(requests.write_units, 5.0);
    close(requests.object_writes, 3.0);
    close(requests.object_reads, 2.0);
}

/// Alone, a message is three requests. Of 60 KB, 80 KB as base64, sending and receiving are two each: 2·2 + 1.
#[test]
fn messages_that_share_nothing_or_are_large_cost_more() {
    let alone = Measured { messages_per_request: 1.0, ..MEASURED };
    close(ten_steps().requests(&alone).queue, 30.0);
    let large = Recorded { cue_bytes: 60_000, extensions: 4, ..ten_steps() };
    close(large.requests(&alone).queue, 54.0);
}

#[test]
fn tokens_have_the_price_of_their_model_or_none() {
    let mut bill = Bill::default();
    // 2,000 · $0.06 + 1,000 · $0.24 a million.
    bill.add_tokens(&Tokens { model: "us.amazon.nova-lite-v1:0".into(), input: 2_000.0, output: 1_000.0 });
    bill.add_tokens(&Tokens { model: "somebody's".into(), input: 5.0, output: 5.0 });
    bill.add_tokens(&Tokens::default());
    assert_eq!(bill.lines.len(), 2);
    close(bill.dollars(), 0.00036);
    assert_eq!((bill.lines[1].quantity, bill.lines[1].dollars), (10.0, None));
}

fn traffic() -> Traffic {
    Traffic {
        executions_per_day: 864_000.0,
        steps: 10,
        commit_bytes: 500,
        snapshot_bytes: 300,
        peak: 3.0,
        body_seconds: 2.0,
        payloads: 0,
        events: 1,
        long_rests: 0,
        functions: 0,
        tokens: Tokens { model: "amazon.nova-lite-v1:0".into(), input: 1_000.0, output: 100.0 },
    }
}

fn machines() -> Machines {
    Machines {
        vcpu: 1.0,
        memory: 2.0,
        steps_per_second: 100.0,
        bodies: 64.0,
        fewest: 2,
        queues: 6.0,
        poll_seconds: 20.0,
        tokens_per_minute: 200_000.0,
    }
}

/// 864,000 a day are 10 a second, 30 at the peak: 300 steps, 600 bodies of two seconds. Steps ask for 3 tasks, bodies for
/// 600 / 64 = 9.4: ten. The index gets 60 units a second: one partition would do.
#[test]
fn a_plan_follows_from_its_traffic() {
    let plan = plan(&traffic(), &machines(), &MEASURED, &PRICES);
    close(plan.executions_per_second, 30.0);
    close(plan.steps_per_second, 300.0);
    close(plan.bodies, 600.0);
    assert_eq!((plan.tasks, plan.index_partitions), (10, 1));
    close(plan.steps_per_month, 259_200_000.0);
    close(plan.step_functions_dollars, 6_480.0);

    // 25.92 million executions: 20 units, 6.5 reads, 4 requests, 1 event each; ten tasks poll six queues every 20 s:
    // 10 · 6 · 2,592,000 / 20 = 7,776,000 requests.
    let line = |what: &str| plan.bill.lines.iter().find(|line| line.what == what).unwrap();
    close(line("DynamoDB writes").dollars.unwrap(), 324.0);
    close(line("DynamoDB reads").dollars.unwrap(), 21.06);
    close(line("SQS").quantity, 111_456_000.0);
    close(line("EventBridge").dollars.unwrap(), 25.92);
    // 7,200 task-hours of 0.04048 + 2 · 0.004445 = 0.04937.
    close(line("Fargate").dollars.unwrap(), 355.464);
    // 25.92 million · (1,000 · 0.06 + 100 · 0.24) / 10^6 = 25.92 · 84.
    close(line("model amazon.nova-lite-v1:0").dollars.unwrap(), 2_177.28);
    let requests = 324.0 + 21.06 + 103_680_000.0 * 0.40 / 1e6 + 25.92;
    close(plan.request_dollars_per_million_steps, requests / 259.2);
    close(plan.dollars_per_million_steps, (requests + 7_776_000.0 * 0.40 / 1e6 + 355.464) / 259.2);
}

/// Tokens: 1,100 · 30 · 60 = 1,980,000 a minute of 200,000. Index: 30 · 2 / 4 = 15 of 1,000. In flight: 600 of 120,000.
#[test]
fn the_quota_that_binds_first_comes_first() {
    let plan = plan(&traffic(), &machines(), &MEASURED, &PRICES);
    let first = &plan.quotas[0];
    assert_eq!(first.name, "Bedrock tokens of the model");
    close(first.needed, 1_980_000.0);
    close(first.used(), 9.9);
    let used = |part: &str| plan.quotas.iter().find(|quota| quota.name.contains(part)).unwrap().used();
    close(used("index of lists"), 0.015);
    close(used("in flight"), 0.005);
    close(used("one table"), 600.0 / 40_000.0);
    close(used("PutEvents"), 0.003);
    assert_eq!(used("CreateSchedule"), 0.0);
}

/// Little to do still needs the fewest tasks, and their polls.
#[test]
fn an_idle_stack_has_a_bill() {
    let idle = Traffic { executions_per_day: 1.0, tokens: Tokens::default(), ..traffic() };
    let plan = plan(&idle, &machines(), &MEASURED, &PRICES);
    assert_eq!(plan.tasks, 2);
    let fargate = 2.0 * 720.0 * 0.04937;
    assert!(plan.bill.dollars() > fargate && plan.bill.dollars() < fargate + 1.0, "{}", plan.bill.dollars());
}
