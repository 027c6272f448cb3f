//! The embedder: its suite, known vectors, and files that are not the model.
//!
//! Needs the weights: set `CUELINE_MODEL_DIR` to a directory that has them; otherwise the tests say so and pass.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test is an assertion and says what it skips")]
#![cfg(feature = "retrieval")]

use std::{fs, path::PathBuf, sync::Arc};

use cueline_domain::vectors::cosine;
use cueline_embedded::embedder::{
    MiniLmEmbedder,
    weights::{WeightsSource, pull},
};
use cueline_ports::{Embedder, PortErrorKind, conformance::embedder_suite};
use tempfile::TempDir;

fn model_dir() -> Option<PathBuf> {
    let dir = std::env::var_os("CUELINE_MODEL_DIR").map(PathBuf::from).filter(|dir| dir.is_dir());
    if dir.is_none() {
        eprintln!("skipped: CUELINE_MODEL_DIR names no directory with all-MiniLM-L6-v2");
    }
    dir
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedder_keeps_the_promises_of_its_port() {
    let Some(dir) = model_dir() else { return };
    let embedder = MiniLmEmbedder::load(dir).unwrap();
    embedder_suite(async || Arc::new(embedder.clone()) as Arc<dyn Embedder>, true).await;
}

/// The pair of the model's own card, and the first numbers of a vector as two other engines compute it.
#[tokio::test]
async fn vectors_are_those_of_the_published_model() {
    let Some(dir) = model_dir() else { return };
    let texts = ["This is an example sentence", "Each sentence is converted"];
    let vectors = MiniLmEmbedder::load(dir).unwrap().embed(texts.map(str::to_owned).to_vec()).await.unwrap();
    let similarity = cosine(&vectors[0], &vectors[1]);
    assert!((similarity - 0.7553).abs() < 2e-3, "{similarity}");
    for (number, expected) in vectors[0].iter().zip([0.0676, 0.0635, 0.0487, 0.0793, 0.0374]) {
        assert!((number - expected).abs() < 1e-3, "{:?}", &vectors[0][..5]);
    }
}

#[tokio::test]
async fn a_damaged_model_is_refused_with_a_reason() {
    let code = |dir: &TempDir| {
        let error = MiniLmEmbedder::load(dir.path()).unwrap_err();
        (error.kind, error.message.split(':').next().unwrap_or_default().to_owned())
    };
    let dir = TempDir::new().unwrap();
    assert_eq!(code(&dir), (PortErrorKind::NotFound, "weights_missing".to_owned()));
    let Some(from) = model_dir() else { return };
    for name in ["config.json", "vocab.txt"] {
        fs::copy(from.join(name), dir.path().join(name)).unwrap();
    }
    assert_eq!(code(&dir), (PortErrorKind::NotFound, "weights_missing".to_owned()));
    let weights = fs::read(from.join("model.safetensors")).unwrap();
    for cut in [0, 4, 1_000, weights.len() / 2, weights.len() - 1] {
        fs::write(dir.path().join("model.safetensors"), &weights[..cut]).unwrap();
        assert_eq!(code(&dir), (PortErrorKind::Corrupt, "weights_damaged".to_owned()), "cut at {cut}");
    }
    fs::write(dir.path().join("vocab.txt"), "[UNK]\n[CLS]\n[SEP]").unwrap();
    fs::write(dir.path().join("model.safetensors"), &weights).unwrap();
    assert_eq!(code(&dir), (PortErrorKind::Corrupt, "weights_damaged".to_owned()), "another vocabulary");
}

#[tokio::test]
async fn a_model_is_pulled_once_and_verified() {
    let Some(from) = model_dir() else { return };
    let home = TempDir::new().unwrap();
    let dir = home.path().join("models").join("minilm");
    pull(&dir, &WeightsSource::Directory(from), &mut |_| {}).await.unwrap();
    assert!(MiniLmEmbedder::load(&dir).is_ok());
    let nowhere = WeightsSource::Directory(home.path().join("nowhere"));
    pull(&dir, &nowhere, &mut |_| {}).await.expect("a complete model is not pulled again");
    fs::write(dir.join("vocab.txt"), "damaged").unwrap();
    assert!(pull(&dir, &nowhere, &mut |_| {}).await.is_err(), "a damaged one is");
    assert_eq!(
        fs::read_dir(home.path().join("models"))
            .unwrap()
            .filter(|entry| { entry.as_ref().is_ok_and(|entry| entry.path() == dir) })
            .count(),
        1
    );
}
