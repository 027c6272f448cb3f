//! The stack of `deploy/`: every check of its own, and a deployment on an emulator.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test is an assertion and says what it saw"
)]
#![cfg(feature = "aws")]

use std::{path::PathBuf, process::Command};

use cueline_tests::emulator;
use serde_json::Value;

fn deploy() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy"))
}

/// Lint, guard rules with their tests and seeded defects, wildcards, runbooks: what `deploy/check.py` prints.
#[test]
fn the_templates_pass_every_check() {
    let tools = emulator::target().unwrap().join("deploy-tools");
    let checked = Command::new("python3").arg(deploy().join("check.py")).arg("--tools").arg(tools).output();
    let Ok(checked) = checked else { return eprintln!("the templates: skipped: no Python 3 here") };
    println!("{}", String::from_utf8_lossy(&checked.stdout));
    eprintln!("{}", String::from_utf8_lossy(&checked.stderr));
    match checked.status.code() {
        Some(0) => {}
        Some(2) => eprintln!("the templates: skipped: what checks them is not to be had here"),
        code => panic!("check.py ended with {code:?}"),
    }
}

/// An event and a file reach the ingress queue of a stack that was made by our templates.
#[test]
fn the_stack_deploys_and_carries_events() {
    let Some(account) = emulator::account("the_stack_deploys_and_carries_events") else { return };
    let python = emulator::python().unwrap();
    let run = |verb: &str| {
        let done = Command::new(&python)
            .arg(deploy().join("emulate.py"))
            .args([verb, "--endpoint", &account.endpoint])
            .envs([("AWS_ACCESS_KEY_ID", account.access_key.as_str()), ("AWS_SECRET_ACCESS_KEY", "secret")])
            .env("AWS_DEFAULT_REGION", emulator::REGION)
            .output()
            .unwrap();
        assert!(done.status.success(), "emulate.py {verb}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let outputs: Value = serde_json::from_str(&run("create")).unwrap();
    for output in ["TableName", "InboxBucket", "PayloadBucket", "QueuePrefix", "IngressQueueUrl", "BusName"] {
        assert!(outputs[output].is_string(), "{output} of {outputs}");
    }
    println!("{}", run("probe"));
    run("update");
    run("delete");
}
