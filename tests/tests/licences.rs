//! What is linked is permissive: every dependency's licence held against the list in `deny.toml`, so that the promise is checked
//! where `cargo deny` is not installed.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::Value;
use spdx::{Expression, ParseMode};

#[test]
fn every_dependency_is_permissive() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let rules: toml::Table = fs::read_to_string(root.join("deny.toml")).unwrap().parse().unwrap();
    let allowed: BTreeSet<String> =
        rules["licenses"]["allow"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();

    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(&root)
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let refused: Vec<String> = packages.iter().filter_map(|package| refusal(package, &allowed)).collect();
    assert!(refused.is_empty(), "not permissive, or unknown:\n{}", refused.join("\n"));
    println!("{} packages", packages.len());
}

fn refusal(package: &Value, allowed: &BTreeSet<String>) -> Option<String> {
    let name = package["name"].as_str().unwrap();
    let Some(licence) = package["license"].as_str() else { return Some(format!("{name}: no licence")) };
    // Older manifests write `MIT/Apache-2.0`.
    let expression = match Expression::parse_mode(licence, ParseMode::LAX) {
        Ok(expression) => expression,
        Err(error) => return Some(format!("{name}: {licence}: {error}")),
    };
    let fits = expression.evaluate(|requirement| allowed.contains(&requirement.to_string()));
    (!fits).then(|| format!("{name}: {licence}"))
}
