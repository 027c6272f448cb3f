//! The subscriber.

use std::{collections::BTreeMap, io::IsTerminal, sync::Arc};

use cueline_domain::collection::Collection;
use cueline_runtime::engine::{NoSpans, Spans};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_subscriber::{EnvFilter, Layer, Registry, layer::SubscriberExt, util::SubscriberInitExt};

use super::{chosen::ChosenIds, spans::ExportedSpans};
use crate::config::{Config, LogFormat};

/// What must live as long as the process, and be flushed at its end.
pub struct Telemetry {
    /// For the engine.
    pub spans: Arc<dyn Spans>,
    provider: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Sends what is still held back. Blocks for a moment.
    pub fn flush(self) {
        if let Some(provider) = self.provider
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(error = %error, "failed to export the last spans");
        }
    }
}

/// Installs the subscriber of this process. The log goes to standard error: standard output belongs to the commands.
pub fn start(config: &Config) -> anyhow::Result<Telemetry> {
    crate::wiring::install_tls();
    let filter = EnvFilter::try_new(&config.log.filter).map_err(|error| {
        anyhow::anyhow!("config_invalid: log.filter `{}`: {error}; write e.g. `info`", config.log.filter)
    })?;
    // It logs signatures, and whatever a client got wrong as an error; what matters of it the doors say themselves.
    let filter = filter.add_directive("s3s=off".parse()?);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match config.log.format {
        LogFormat::Json => {
            tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
        }
        LogFormat::Human => tracing_subscriber::fmt::layer()
            .with_target(false)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr)
            .boxed(),
    };
    let provider = config.telemetry.endpoint.as_deref().map(|endpoint| exporter(endpoint, config)).transpose()?;
    let traces = provider.as_ref().map(|provider| {
        let spans_only = EnvFilter::new("off,cueline=info");
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("cueline"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(spans_only)
    });
    tracing_subscriber::registry().with(lines.with_filter(filter)).with(traces).try_init()?;
    let spans: Arc<dyn Spans> = match &provider {
        Some(provider) => Arc::new(ExportedSpans::new(provider, models(config))),
        None => Arc::new(NoSpans),
    };
    Ok(Telemetry { spans, provider })
}

fn exporter(endpoint: &str, config: &Config) -> anyhow::Result<SdkTracerProvider> {
    let traces = format!("{}/v1/traces", endpoint.trim_end_matches('/').trim_end_matches("/v1/traces"));
    let exporter = SpanExporter::builder().with_http().with_endpoint(traces).build()?;
    let resource = Resource::builder().with_service_name(config.telemetry.service.clone()).build();
    Ok(SdkTracerProvider::builder()
        .with_id_generator(ChosenIds::default())
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build())
}

fn models(config: &Config) -> BTreeMap<String, String> {
    let model = |collection: &Collection| collection.answering.as_ref().map(|answering| answering.model.clone());
    config.collections.iter().filter_map(|(name, collection)| Some((name.clone(), model(collection)?))).collect()
}
