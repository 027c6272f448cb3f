//! An embedding model that is still being loaded: the system is ready without it, who needs it waits.

use std::sync::Arc;

use async_trait::async_trait;
use cueline_ports::{Embedder, EmbedderInfo, PortError, PortErrorKind, PortResult};
use tokio::sync::watch;

type Loaded = Result<Arc<dyn Embedder>, (PortErrorKind, String)>;

/// Loads on a thread of its own, and hands calls on once that is done.
pub(crate) struct BackgroundEmbedder {
    info: EmbedderInfo,
    loaded: watch::Receiver<Option<Loaded>>,
}

impl BackgroundEmbedder {
    /// Begins to load. `info` must be what the loaded model will say of itself.
    pub(crate) fn start(
        info: EmbedderInfo,
        load: impl FnOnce() -> PortResult<Arc<dyn Embedder>> + Send + 'static,
    ) -> PortResult<Self> {
        let (sender, loaded) = watch::channel(None);
        let model = info.model.clone();
        let thread = std::thread::Builder::new().name("load-model".to_owned()).spawn(move || {
            let result = load();
            match &result {
                Ok(_) => tracing::info!(model, "embedding model loaded"),
                Err(error) => tracing::error!(model, error = %error, "failed to load embedding model"),
            }
            sender.send_replace(Some(result.map_err(|error| (error.kind, error.message))));
        });
        thread.map_err(|error| PortError::unavailable("failed to start a thread").with_source(error))?;
        Ok(Self { info, loaded })
    }
}

#[async_trait]
impl Embedder for BackgroundEmbedder {
    fn info(&self) -> EmbedderInfo {
        self.info.clone()
    }

    async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
        let mut loaded = self.loaded.clone();
        let ready = loaded.wait_for(Option::is_some).await;
        let ready = ready.map_err(|_| PortError::unavailable("loading the embedding model was cut"))?.clone();
        match ready {
            Some(Ok(embedder)) => embedder.embed(texts).await,
            Some(Err((kind, message))) => Err(PortError::new(kind, message)),
            None => Err(PortError::unavailable("the embedding model is not loaded")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;

    fn info() -> EmbedderInfo {
        EmbedderInfo { model: "ones".into(), dimension: 1, max_tokens: 1 }
    }

    #[async_trait]
    impl Embedder for Ones {
        fn info(&self) -> EmbedderInfo {
            info()
        }
        async fn embed(&self, texts: Vec<String>) -> PortResult<Vec<Vec<f32>>> {
            Ok(texts.iter().map(|_| vec![1.0]).collect())
        }
    }

    #[tokio::test]
    async fn a_call_waits_for_the_model() {
        let (go, wait) = std::sync::mpsc::channel();
        let embedder = BackgroundEmbedder::start(info(), move || {
            wait.recv().unwrap();
            Ok(Arc::new(Ones) as Arc<dyn Embedder>)
        })
        .unwrap();
        assert_eq!(embedder.info().model, "ones");
        let call = embedder.embed(vec!["a".into()]);
        go.send(()).unwrap();
        assert_eq!(call.await.unwrap(), [[1.0]]);
    }

    #[tokio::test]
    async fn a_model_that_cannot_be_loaded_says_why_each_time() {
        let embedder = BackgroundEmbedder::start(info(), || Err(PortError::corrupt("bad weights"))).unwrap();
        for _ in 0..2 {
            let error = embedder.embed(Vec::new()).await.unwrap_err();
            assert_eq!((error.kind, error.message.as_str()), (PortErrorKind::Corrupt, "bad weights"));
        }
    }
}
