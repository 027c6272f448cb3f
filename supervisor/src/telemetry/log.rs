//! The subscriber.

use std::{collections::BTreeMap, io::IsTerminal, sync::Arc};

use cueline_domain::collection::Collection;
use cueline_runtime::engine::{NoSpans, Spans};
use opentelemetry::{metrics::MeterProvider, trace::TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider, trace::SdkTracerProvider};
use tracing_subscriber::{EnvFilter, Layer, Registry, layer::SubscriberExt, util::SubscriberInitExt};

use super::{
    chosen::ChosenIds, emf::EmfExporter, instruments::Instruments, measured::MeasuredSpans, meters,
    spans::ExportedSpans,
};
use crate::config::{Config, LogFormat};

const SCOPE: &str = "cueline";

/// What must live as long as the process, and be flushed at its end.
pub struct Telemetry {
    /// For the engine.
    pub spans: Arc<dyn Spans>,
    /// For whatever calls models.
    pub instruments: Instruments,
    /// What Prometheus reads.
    pub registry: prometheus::Registry,
    provider: Option<SdkTracerProvider>,
    meters: Vec<SdkMeterProvider>,
}

impl Telemetry {
    /// Sends what is held back so far. Blocks for a moment.
    pub fn send(&self) {
        let tracing = self.provider.as_ref().map(SdkTracerProvider::force_flush);
        let failed = tracing.into_iter().chain(self.meters.iter().map(SdkMeterProvider::force_flush));
        for error in failed.filter_map(Result::err) {
            tracing::warn!(error = %error, "failed to export telemetry");
        }
    }

    /// Sends the last of it. Blocks for a moment.
    pub fn flush(self) {
        for meters in &self.meters {
            if let Err(error) = meters.shutdown() {
                tracing::warn!(error = %error, "failed to export the last metrics");
            }
        }
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
    let endpoint = config.telemetry.endpoint.as_deref().map(base);
    let provider = endpoint.map(|endpoint| exporter(endpoint, config)).transpose()?;
    let traces = provider.as_ref().map(|provider| {
        // Decisions are made for every request: their spans are made where they are exported, and never for lines.
        let spans_only = EnvFilter::new("off,cueline=info,cueline::route=debug");
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer(SCOPE))
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
    let registry = prometheus::Registry::new();
    let mut meters = vec![meters::shared(&registry, endpoint, resource(config))?];
    if config.telemetry.embedded {
        meters.push(meters::embedded(EmfExporter::new(std::io::stdout())));
    }
    let each: Vec<_> = meters.iter().map(|provider| provider.meter(SCOPE)).collect();
    let instruments = Instruments::new(&each);
    let spans = Arc::new(MeasuredSpans { inner: spans, instruments: instruments.clone() });
    Ok(Telemetry { spans, instruments, registry, provider, meters })
}

/// An endpoint without the path of one signal.
fn base(endpoint: &str) -> &str {
    endpoint.trim_end_matches('/').trim_end_matches("/v1/traces")
}

fn exporter(endpoint: &str, config: &Config) -> anyhow::Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder().with_http().with_endpoint(format!("{endpoint}/v1/traces")).build()?;
    Ok(SdkTracerProvider::builder()
        .with_id_generator(ChosenIds::default())
        .with_batch_exporter(exporter)
        .with_resource(resource(config))
        .build())
}

fn resource(config: &Config) -> Resource {
    Resource::builder().with_service_name(config.telemetry.service.clone()).build()
}

fn models(config: &Config) -> BTreeMap<String, String> {
    let model = |collection: &Collection| collection.answering.as_ref().map(|answering| answering.model.clone());
    config.collections.iter().filter_map(|(name, collection)| Some((name.clone(), model(collection)?))).collect()
}
