//! Metrics as lines of CloudWatch's embedded metric format: on a stack the log is where metrics come from.
//!
//! [Specification](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
//! A histogram is written as values and counts, at most 100 of them in a line, so that CloudWatch computes percentiles.
//! Dimensions are pattern, outcome and model; never an id.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use opentelemetry::KeyValue;
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    metrics::{
        Temporality,
        data::{AggregatedMetrics, ExponentialHistogramDataPoint, MetricData, ResourceMetrics},
        exporter::PushMetricExporter,
    },
};
use serde_json::{Map, Value, json};

use super::names::{attribute, instrument};

const NAMESPACE: &str = "Cueline";

/// Dimensions by the attribute that they are made of.
const DIMENSIONS: &[(&str, &str)] =
    &[(attribute::PATTERN, "Pattern"), (attribute::OUTCOME, "Outcome"), (attribute::REQUEST_MODEL, "Model")];

type Sets = &'static [&'static [&'static str]];

const BY_OUTCOME: Sets = &[&[], &["Outcome"], &["Pattern", "Outcome"]];
const BY_MODEL: Sets = &[&[], &["Pattern"], &["Model"]];
const BY_PATTERN: Sets = &[&[], &["Pattern"]];

/// One metric of CloudWatch.
struct Named {
    /// What it is made of.
    instrument: &'static str,
    name: &'static str,
    unit: &'static str,
    /// What a value is multiplied with.
    scale: f64,
    /// Only how many values a histogram has.
    counts: bool,
    sets: Sets,
}

const fn named(instrument: &'static str, name: &'static str, unit: &'static str, sets: Sets) -> Named {
    Named { instrument, name, unit, scale: 1.0, counts: false, sets }
}

/// What dashboards and alarms of `deploy/` read.
const NAMES: &[Named] = &[
    Named { counts: true, ..named(instrument::WORKFLOW_DURATION, "Executions", "Count", BY_OUTCOME) },
    Named { scale: 1e3, ..named(instrument::WORKFLOW_DURATION, "ExecutionDuration", "Milliseconds", BY_PATTERN) },
    Named { scale: 1e3, ..named(instrument::FIRST_CHUNK, "TimeToFirstToken", "Milliseconds", BY_MODEL) },
    named(instrument::INPUT_TOKENS, "InputTokens", "Count", BY_MODEL),
    named(instrument::OUTPUT_TOKENS, "OutputTokens", "Count", BY_MODEL),
    named(instrument::CACHED_TOKENS, "CachedTokens", "Count", BY_MODEL),
    named(instrument::SPEND, "Spend", "None", BY_MODEL),
    named(instrument::INTERVENTIONS, "GuardrailInterventions", "Count", BY_PATTERN),
    named(instrument::CITATIONS_HOLD, "RetrievalQuality", "None", BY_PATTERN),
    named(instrument::DOCUMENTS_INDEXED, "DocumentsIndexed", "Count", BY_PATTERN),
    named(instrument::DOCUMENTS_REFUSED, "DocumentsRefused", "Count", BY_PATTERN),
];

/// Buckets of a histogram: a line may have a hundred values of a metric, zero is one more.
pub(super) const BUCKETS: u32 = 90;

/// Writes lines.
pub(super) struct EmfExporter<W>(Mutex<W>);

impl<W: Write + Send + 'static> EmfExporter<W> {
    /// Writes to `out`.
    pub(super) fn new(out: W) -> Self {
        Self(Mutex::new(out))
    }
}

impl<W: Write + Send + 'static> PushMetricExporter for EmfExporter<W> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let mut out = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // Whole lines at once: the log is written to by others, too.
        let lines: String = lines(metrics, SystemTime::now()).iter().map(|line| format!("{line}\n")).collect();
        let written = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| OTelSdkError::InternalFailure(error.to_string()))
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Delta
    }
}

/// What one line says: metrics whose dimensions have the same values.
#[derive(Default)]
struct Line {
    directives: BTreeMap<Sets, Vec<(&'static str, &'static str)>>,
    values: Map<String, Value>,
}

fn lines(metrics: &ResourceMetrics, now: SystemTime) -> Vec<Value> {
    let mut lines: BTreeMap<Vec<(&'static str, String)>, Line> = BTreeMap::new();
    for metric in metrics.scope_metrics().flat_map(opentelemetry_sdk::metrics::data::ScopeMetrics::metrics) {
        for named in NAMES.iter().filter(|named| named.instrument == metric.name()) {
            for (dimensions, value) in points(metric.data(), named) {
                let line = lines.entry(dimensions).or_default();
                line.directives.entry(named.sets).or_default().push((named.name, named.unit));
                line.values.insert(named.name.to_owned(), value);
            }
        }
    }
    let millis = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
    lines.into_iter().map(|(dimensions, line)| line.written(&dimensions, millis)).collect()
}

impl Line {
    fn written(self, dimensions: &[(&'static str, String)], millis: u64) -> Value {
        let has = |set: &&&[&str]| set.iter().all(|name| dimensions.iter().any(|(known, _)| known == name));
        let directives: Vec<Value> = self
            .directives
            .iter()
            .map(|(sets, metrics)| {
                let sets: Vec<_> = sets.iter().filter(has).collect();
                let metrics: Vec<_> =
                    metrics.iter().map(|(name, unit)| json!({ "Name": name, "Unit": unit })).collect();
                json!({ "Namespace": NAMESPACE, "Dimensions": sets, "Metrics": metrics })
            })
            .collect();
        let mut line = Map::new();
        line.insert("_aws".into(), json!({ "Timestamp": millis, "CloudWatchMetrics": directives }));
        line.extend(dimensions.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
        line.extend(self.values);
        Value::Object(line)
    }
}

/// The values of a metric by its dimensions. Attributes that are no dimension are added up.
fn points(data: &AggregatedMetrics, named: &Named) -> Vec<(Vec<(&'static str, String)>, Value)> {
    let mut sums: BTreeMap<Vec<(&'static str, String)>, f64> = BTreeMap::new();
    let mut spreads: BTreeMap<Vec<(&'static str, String)>, Spread> = BTreeMap::new();
    match data {
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            for point in sum.data_points() {
                *sums.entry(dimensions(point.attributes())).or_default() += point.value() as f64;
            }
        }
        AggregatedMetrics::F64(MetricData::Sum(sum)) => {
            for point in sum.data_points() {
                *sums.entry(dimensions(point.attributes())).or_default() += point.value();
            }
        }
        AggregatedMetrics::F64(MetricData::ExponentialHistogram(histogram)) => {
            for point in histogram.data_points() {
                let at = dimensions(point.attributes());
                if named.counts {
                    *sums.entry(at).or_default() += point.count() as f64;
                } else {
                    spreads.entry(at).or_default().add(point);
                }
            }
        }
        _ => {}
    }
    let scaled = |sum: f64| json!(sum * named.scale);
    let spreads = spreads.into_iter().map(|(at, spread)| (at, spread.written(named.scale)));
    sums.into_iter().map(|(at, sum)| (at, scaled(sum))).chain(spreads).collect()
}

fn dimensions<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Vec<(&'static str, String)> {
    let attributes: Vec<&KeyValue> = attributes.collect();
    let value = |key: &str| attributes.iter().find(|of| of.key.as_str() == key).map(|of| of.value.to_string());
    DIMENSIONS
        .iter()
        .filter_map(|(key, name)| Some((*name, value(key).filter(|value| !value.trim().is_empty())?)))
        .collect()
}

/// Values of a histogram, each with how often it came.
#[derive(Default)]
struct Spread {
    values: Vec<(f64, u64)>,
    sum: f64,
    min: Option<f64>,
    max: Option<f64>,
}

impl Spread {
    fn add(&mut self, point: &ExponentialHistogramDataPoint<f64>) {
        // Bucket i holds what is in (base^i, base^(i+1)]; its middle stands for all of it.
        let base = 2f64.powf(2f64.powi(-i32::from(point.scale())));
        let buckets = point.positive_bucket();
        let (least, most) = (point.min().unwrap_or(f64::MIN), point.max().unwrap_or(f64::MAX));
        for (at, count) in (buckets.offset()..).zip(buckets.counts()).filter(|(_, count)| *count > 0) {
            let middle = f64::midpoint(base.powi(at), base.powi(at.saturating_add(1)));
            self.values.push((middle.clamp(least, most.max(least)), count));
        }
        if point.zero_count() > 0 {
            self.values.push((0.0, point.zero_count()));
        }
        self.sum += point.sum();
        self.min = [self.min, point.min()].into_iter().flatten().reduce(f64::min);
        self.max = [self.max, point.max()].into_iter().flatten().reduce(f64::max);
    }

    fn written(mut self, scale: f64) -> Value {
        self.values.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Attributes that are no dimension may have made more of them than a line holds.
        while self.values.len() > 100 {
            let pairs = std::mem::take(&mut self.values);
            self.values = pairs
                .chunks(2)
                .map(|pair| {
                    let count: u64 = pair.iter().map(|(_, count)| count).sum();
                    (pair.iter().map(|(value, of)| value * *of as f64).sum::<f64>() / count.max(1) as f64, count)
                })
                .collect();
        }
        let count: u64 = self.values.iter().map(|(_, count)| count).sum();
        json!({
            "Values": self.values.iter().map(|(value, _)| value * scale).collect::<Vec<_>>(),
            "Counts": self.values.iter().map(|(_, count)| count).collect::<Vec<_>>(),
            "Min": self.min.unwrap_or_default() * scale,
            "Max": self.max.unwrap_or_default() * scale,
            "Sum": self.sum * scale,
            "Count": count,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cueline_ports::Usage;
    use cueline_runtime::engine::EndedExecution;
    use opentelemetry::metrics::MeterProvider;

    use super::*;
    use crate::telemetry::{
        instruments::{Call, Instruments},
        meters,
    };

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// The lines that `record` leads to.
    fn exported(record: impl FnOnce(&Instruments)) -> Vec<Value> {
        let kept = Kept::default();
        let provider = meters::embedded(EmfExporter::new(kept.clone()));
        record(&Instruments::new([&provider.meter("cueline")]));
        provider.shutdown().unwrap();
        let written = kept.0.lock().unwrap().clone();
        String::from_utf8(written).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn ended(workflow: &'static str, status: &'static str, millis: i64) -> EndedExecution<'static> {
        EndedExecution {
            execution: "never-a-dimension",
            workflow,
            tenant: "t",
            trace: None,
            is_fork: false,
            status,
            error: None,
            started_ms: 1_000,
            ended_ms: 1_000 + millis,
        }
    }

    #[test]
    fn executions_are_counted_by_outcome_and_measured_by_pattern() {
        let lines = exported(|instruments| {
            for millis in [100, 100, 2_000] {
                instruments.ended(&ended("rag-ask", "SUCCEEDED", millis));
            }
            instruments.ended(&ended("rag-remove", "SUCCEEDED", 100));
            instruments.ended(&ended("mine", "TIMED_OUT", 5));
        });
        assert_eq!(lines.len(), 2, "{lines:?}");
        let rag = lines.iter().find(|line| line["Pattern"] == "rag").unwrap();
        assert_eq!((&rag["Outcome"], &rag["Executions"]), (&json!("succeeded"), &json!(4.0)));
        let directives = rag["_aws"]["CloudWatchMetrics"].as_array().unwrap();
        let of = |name: &str| directives.iter().find(|of| of["Metrics"][0]["Name"] == name).unwrap();
        assert_eq!(of("Executions")["Dimensions"], json!([[], ["Outcome"], ["Pattern", "Outcome"]]));
        assert_eq!(of("ExecutionDuration")["Dimensions"], json!([[], ["Pattern"]]));
        assert!(directives.iter().all(|of| of["Namespace"] == "Cueline"));
        let duration = &rag["ExecutionDuration"];
        assert_eq!(
            (&duration["Min"], &duration["Max"], &duration["Count"]),
            (&json!(100.0), &json!(2_000.0), &json!(4))
        );
        assert!((duration["Sum"].as_f64().unwrap() - 2_300.0).abs() < 1e-6);
        // A percentile is off by at most half a bucket.
        let values: Vec<f64> = serde_json::from_value(duration["Values"].clone()).unwrap();
        assert!(
            values.iter().all(|value| (value - 100.0).abs() < 5.0 || (value - 2_000.0).abs() < 100.0),
            "{values:?}"
        );
        let mine = lines.iter().find(|line| line["Pattern"] == "workflow").unwrap();
        assert_eq!(mine["Outcome"], "timed_out");
        assert!(!lines.iter().any(|line| line.to_string().contains("never-a-dimension")));
    }

    #[test]
    fn calls_are_counted_by_model_and_priced_where_the_price_is_known() {
        let usage = Usage { input_tokens: 1_000_000, output_tokens: 10, cached_tokens: 3, cache_written_tokens: 0 };
        let call = Call {
            model: "fast",
            priced_as: "us.amazon.nova-lite-v1:0",
            pattern: "rag",
            usage: Some(usage),
            first: Some(Duration::from_millis(250)),
            whole: Duration::from_secs(1),
            ..Call::default()
        };
        let lines = exported(|instruments| {
            instruments.called(&call);
            instruments.called(&Call { model: "own", priced_as: "own", ..call });
            instruments.called(&Call { usage: None, first: None, error: Some("throttled"), ..call });
        });
        let of = |model: &str| lines.iter().find(|line| line["Model"] == model).unwrap();
        assert_eq!((&of("fast")["InputTokens"], &of("fast")["CachedTokens"]), (&json!(1e6), &json!(3.0)));
        assert!((of("fast")["Spend"].as_f64().unwrap() - 0.060_002_4).abs() < 1e-9);
        assert_eq!(of("own").get("Spend"), None, "an unknown price is no price of nothing");
        assert_eq!(of("fast")["TimeToFirstToken"]["Count"], 1);
        let sets = &of("fast")["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
        assert_eq!(sets, &json!([[], ["Pattern"], ["Model"]]));
    }

    #[test]
    fn no_line_has_more_values_than_cloudwatch_takes() {
        let lines = exported(|instruments| {
            for n in 0..2_000 {
                let workflow = ["rag-ask", "rag-ingest", "rag-remove"][n as usize % 3];
                instruments.ended(&ended(workflow, "SUCCEEDED", n * n));
            }
        });
        let duration = &lines[0]["ExecutionDuration"];
        assert!(duration["Values"].as_array().unwrap().len() <= 100);
        let counts: Vec<u64> = serde_json::from_value(duration["Counts"].clone()).unwrap();
        assert_eq!(counts.iter().sum::<u64>(), 2_000);
    }

    #[test]
    fn every_instrument_of_the_table_is_recorded() {
        let usage = Usage { input_tokens: 1, output_tokens: 1, cached_tokens: 1, cache_written_tokens: 1 };
        let lines = exported(|instruments| {
            instruments.ended(&ended("rag-ingest", "FAILED", 1));
            instruments.called(&Call {
                model: "m",
                priced_as: "amazon.nova-pro",
                pattern: "rag",
                usage: Some(usage),
                first: Some(Duration::ZERO),
                whole: Duration::ZERO,
                ..Call::default()
            });
            instruments.intervened("rag");
            instruments.cited(3, 1);
            instruments.indexed();
            instruments.refused();
        });
        let all: Vec<&str> =
            lines.iter().flat_map(|line| line.as_object().unwrap().keys()).map(String::as_str).collect();
        for named in NAMES {
            assert!(all.contains(&named.name), "{} is missing in {all:?}", named.name);
        }
    }
}
