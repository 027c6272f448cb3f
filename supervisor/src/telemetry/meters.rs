//! Where metrics go: read at `/metrics`, sent by OTLP, written to the log of a stack.

use opentelemetry_otlp::{MetricExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    metrics::{
        Aggregation, Instrument, InstrumentKind, PeriodicReader, SdkMeterProvider, Stream, Temporality,
        exporter::PushMetricExporter,
    },
};
use prometheus::Registry;

use super::emf;

/// Read by Prometheus from `registry`, and sent to an OTLP endpoint if there is one.
pub(super) fn shared(
    registry: &Registry,
    endpoint: Option<&str>,
    resource: Resource,
) -> anyhow::Result<SdkMeterProvider> {
    let scraped = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .scope_info_enabled(false)
        .without_target_info()
        .build()?;
    let mut builder = SdkMeterProvider::builder().with_reader(scraped).with_resource(resource);
    if let Some(endpoint) = endpoint {
        let exporter = MetricExporter::builder()
            .with_http()
            .with_endpoint(format!("{endpoint}/v1/metrics"))
            .with_temporality(Temporality::Cumulative)
            .build()?;
        builder = builder.with_reader(PeriodicReader::builder(exporter).build());
    }
    Ok(builder.build())
}

/// Handed to `exporter` every minute (`OTEL_METRIC_EXPORT_INTERVAL`), with histograms that percentiles can be read from.
pub(super) fn embedded(exporter: impl PushMetricExporter) -> SdkMeterProvider {
    let fine = |instrument: &Instrument| {
        let aggregation =
            Aggregation::Base2ExponentialHistogram { max_size: emf::BUCKETS, max_scale: 20, record_min_max: true };
        let stream = Stream::builder().with_aggregation(aggregation);
        (instrument.kind() == InstrumentKind::Histogram).then(|| stream.build().ok()).flatten()
    };
    let reader = PeriodicReader::builder(exporter).build();
    SdkMeterProvider::builder().with_reader(reader).with_view(fine).build()
}
