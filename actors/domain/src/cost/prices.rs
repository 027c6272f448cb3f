//! List prices of us-east-1 in dollars, on demand, without free tiers and discounts.
//!
//! Taken down on the date below. They change seldom and are never looked up: whoever budgets checks them on the price pages of the
//! services, and a contract may have others.

/// Prices of one region on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// The month they were taken down.
    pub date: &'static str,
    /// Where they hold.
    pub region: &'static str,
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
}

/// The prices that this build knows.
pub const PRICES: Prices = Prices {
    date: "2025-11",
    region: "us-east-1",
    write_units: 0.625,
    read_units: 0.125,
    queue_requests: 0.40,
    object_writes: 5.00,
    object_reads: 0.40,
    events: 1.00,
    alarms: 1.00,
    functions: 0.20,
    vcpu_hour: 0.04048,
    memory_hour: 0.004_445,
    transitions: 25.00,
};

/// A million tokens of a model: in, out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenPrice {
    /// What goes in.
    pub input: f64,
    /// What comes out.
    pub output: f64,
}

/// Models of Bedrock by a part of their id, the longer part first where one contains another.
const MODELS: &[(&str, TokenPrice)] = &[
    ("anthropic.claude-opus-4", TokenPrice { input: 15.00, output: 75.00 }),
    ("anthropic.claude-sonnet-4", TokenPrice { input: 3.00, output: 15.00 }),
    ("anthropic.claude-haiku-4-5", TokenPrice { input: 1.00, output: 5.00 }),
    ("anthropic.claude-3-5-haiku", TokenPrice { input: 0.80, output: 4.00 }),
    ("amazon.nova-micro", TokenPrice { input: 0.035, output: 0.14 }),
    ("amazon.nova-lite", TokenPrice { input: 0.06, output: 0.24 }),
    ("amazon.nova-pro", TokenPrice { input: 0.80, output: 3.20 }),
    ("amazon.titan-embed-text-v2", TokenPrice { input: 0.02, output: 0.0 }),
    ("cohere.embed-english-v3", TokenPrice { input: 0.10, output: 0.0 }),
    ("cohere.embed-multilingual-v3", TokenPrice { input: 0.10, output: 0.0 }),
];

/// The price of a model, by its id or that of an inference profile (`us.amazon.nova-lite-v1:0`), if it is known.
pub fn token_price(model: &str) -> Option<TokenPrice> {
    MODELS.iter().find(|(part, _)| model.contains(part)).map(|(_, price)| *price)
}
