//! Who may import whom: ARCHITECTURE.md's table held against `cargo metadata`, and the house rules that a grep can hold.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

const ALLOWED: &[(&str, &[&str])] = &[
    ("cueline-protocol", &[]),
    ("cueline-domain", &[]),
    ("cueline-states", &["cueline-protocol"]),
    ("cueline-documents", &["cueline-domain"]),
    ("cueline-ports", &["cueline-protocol", "cueline-domain"]),
    ("cueline-runtime", &["cueline-protocol", "cueline-states", "cueline-domain", "cueline-ports"]),
    ("cueline-patterns", &["cueline-protocol", "cueline-domain", "cueline-ports", "cueline-runtime"]),
    ("cueline-embedded", &["cueline-protocol", "cueline-domain", "cueline-ports"]),
    ("cueline-aws", &["cueline-protocol", "cueline-domain", "cueline-ports"]),
];

/// Crates that must stay pure: nothing that waits, draws or reads the environment.
const PURE: &[&str] = &["cueline-protocol", "cueline-states", "cueline-domain"];
const IMPURE: &[&str] = &["tokio", "async-trait", "rand", "getrandom", "reqwest", "rusqlite", "ractor", "tracing"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let normal = package["dependencies"].as_array().unwrap().iter().filter(|d| d["kind"].is_null());
            let names = normal.map(|d| d["name"].as_str().unwrap().to_owned()).collect();
            (package["name"].as_str().unwrap().to_owned(), names)
        })
        .collect()
}

#[test]
fn crates_import_only_what_the_table_allows() {
    let packages = packages();
    for (name, allowed) in ALLOWED {
        let ours = packages[*name].iter().filter(|dependency| dependency.starts_with("cueline"));
        for dependency in ours {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn pure_crates_depend_on_nothing_that_waits_or_draws() {
    let packages = packages();
    for name in PURE {
        for impure in IMPURE {
            assert!(!packages[*name].contains(*impure), "{name} is pure and must not depend on {impure}");
        }
    }
}

#[test]
fn only_wiring_names_an_adapter() {
    const NAMES: [&str; 2] = ["cueline_aws", "cueline_embedded"];
    for file in rust_files(&root().join("supervisor/src")) {
        let text = fs::read_to_string(&file).unwrap();
        let names = text
            .lines()
            .any(|line| !line.trim_start().starts_with("//") && NAMES.iter().any(|name| line.contains(name)));
        let path = file.strip_prefix(root()).unwrap().to_owned();
        let may = path.starts_with("supervisor/src/wiring.rs") || path.starts_with("supervisor/src/wiring");
        assert!(!names || may, "{} names an adapter; only supervisor/src/wiring may", path.display());
    }
}

#[test]
fn patterns_do_not_import_each_other() {
    let folder = root().join("actors/patterns/src");
    let patterns: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    for pattern in &patterns {
        for file in rust_files(&folder.join(pattern)) {
            let text = fs::read_to_string(&file).unwrap();
            for other in patterns.iter().filter(|other| *other != pattern) {
                assert!(!text.contains(&format!("crate::{other}")), "{} imports {other}", file.display());
            }
        }
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
