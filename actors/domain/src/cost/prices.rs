//! List prices of us-east-1 in dollars, on demand, without free tiers and discounts.
//!
//! They stand in a file that is named after the month in which they were taken down, with the pages that they are from. They change
//! seldom and are never looked up: whoever budgets checks them on those pages, and a contract may have others, which
//! `[targets.NAME] price` says.

use std::sync::LazyLock;

use serde::Deserialize;

/// The file; the next one has another month in its name.
const FILE: &str = include_str!("prices-2025-11.json");

/// Prices of one region on one day.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The month they were taken down.
    pub date: String,
    /// Where they hold.
    pub region: String,
    /// The pages that they are from.
    pub sources: Vec<String>,
    /// DynamoDB: a million write request units of a standard table.
    pub write_units: f64,
    /// DynamoDB: a million read request units.
    pub read_units: f64,
    /// SQS: a million requests of standard queues, 64 KB each.
    pub queue_requests: f64,
    /// S3 Standard: a million PUT, COPY, POST, LIST.
    pub object_writes: f64,
    /// S3 Standard: a million GET and others.
    pub object_reads: f64,
    /// EventBridge: a million custom events, 64 KB each.
    pub events: f64,
    /// EventBridge Scheduler: a million invocations.
    pub alarms: f64,
    /// Lambda: a million requests; what a function computes is its own bill.
    pub functions: f64,
    /// Fargate on x86: a vCPU for an hour.
    pub vcpu_hour: f64,
    /// Fargate on x86: a GB of memory for an hour.
    pub memory_hour: f64,
    /// Step Functions Standard: a million state transitions, to compare with.
    pub transitions: f64,
    /// Models of Bedrock, the longer part of an id first where one contains another.
    models: Vec<ModelPrice>,
}

/// A million tokens of a model: in, out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenPrice {
    /// What goes in.
    pub input: f64,
    /// What comes out.
    pub output: f64,
}

/// The price of every model whose id has this part.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelPrice {
    part: String,
    input: f64,
    output: f64,
}

/// The prices that this build knows. A file that cannot be read would fail the tests of this crate.
pub static PRICES: LazyLock<Prices> = LazyLock::new(|| serde_json::from_str(FILE).unwrap_or_default());

/// The price of a model, by its id or that of an inference profile (`us.amazon.nova-lite-v1:0`), if it is known.
pub fn token_price(model: &str) -> Option<TokenPrice> {
    let known = PRICES.models.iter().find(|known| model.contains(&known.part))?;
    Some(TokenPrice { input: known.input, output: known.output })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_dated_and_says_where_it_is_from() {
        let prices: Prices = serde_json::from_str(FILE).unwrap();
        let (year, month) = prices.date.split_once('-').unwrap();
        assert!((2025..2100).contains(&year.parse().unwrap()) && (1..=12).contains(&month.parse().unwrap()));
        assert_eq!((month.len(), prices.region.as_str()), (2, "us-east-1"));
        for service in ["dynamodb", "sqs", "s3", "eventbridge", "lambda", "fargate", "step-functions", "bedrock"] {
            let page = format!("https://aws.amazon.com/{service}/pricing/");
            assert!(prices.sources.iter().any(|source| source.starts_with(&page)), "{page}");
        }
        assert_eq!((prices.write_units, prices.memory_hour, prices.transitions), (0.625, 0.004_445, 25.0));
    }

    #[test]
    fn every_price_is_one_and_no_model_hides_behind_another() {
        let models = &PRICES.models;
        assert!(!models.is_empty());
        for (at, model) in models.iter().enumerate() {
            let is_price = |price: f64| price.is_finite() && (0.0..1_000.0).contains(&price);
            assert!(model.input > 0.0 && is_price(model.input) && is_price(model.output), "{model:?}");
            let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
            assert!(model.part.len() > 8 && model.part.chars().all(is_name), "{model:?}");
            let hides = models[..at].iter().find(|before| model.part.contains(&before.part));
            assert_eq!(hides, None, "{model:?} is never found");
        }
        assert_eq!(token_price("us.amazon.nova-lite-v1:0"), Some(TokenPrice { input: 0.06, output: 0.24 }));
        assert_eq!(token_price("nobody's"), None);
    }
}
