//! Requests times prices.

use super::{
    prices::{Prices, token_price},
    requests::Requests,
};

/// One line of a bill.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What is paid for, e.g. `DynamoDB writes`.
    pub what: String,
    /// How much of it.
    pub quantity: f64,
    /// Of what, e.g. `write units`.
    pub unit: &'static str,
    /// What it costs; `None` where the price is not known.
    pub dollars: Option<f64>,
}

/// Lines, dearest first as they are listed by service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bill {
    /// What there is to pay for.
    pub lines: Vec<Line>,
}

/// Tokens of one model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tokens {
    /// The model as it was called.
    pub model: String,
    /// Into it.
    pub input: f64,
    /// Out of it.
    pub output: f64,
}

impl Bill {
    /// What requests cost; what there is none of is left out.
    pub fn of(requests: &Requests, prices: &Prices) -> Self {
        let priced = [
            ("DynamoDB writes", requests.write_units, "write units", prices.write_units),
            ("DynamoDB reads", requests.read_units, "read units", prices.read_units),
            ("SQS", requests.queue, "requests", prices.queue_requests),
            ("S3 writes", requests.object_writes, "requests", prices.object_writes),
            ("S3 reads", requests.object_reads, "requests", prices.object_reads),
            ("EventBridge", requests.events, "events", prices.events),
            ("EventBridge Scheduler", requests.alarms, "invocations", prices.alarms),
            ("Lambda", requests.functions, "requests", prices.functions),
        ];
        let lines =
            priced.into_iter().filter(|(_, quantity, ..)| *quantity > 0.0).map(|(what, quantity, unit, million)| {
                Line { what: what.to_owned(), quantity, unit, dollars: Some(quantity * million / 1e6) }
            });
        Self { lines: lines.collect() }
    }

    /// Adds tokens of a model; without a price they are listed and not summed.
    pub fn add_tokens(&mut self, tokens: &Tokens) {
        let all = tokens.input + tokens.output;
        if all <= 0.0 {
            return;
        }
        let price = token_price(&tokens.model);
        let dollars = price.map(|price| (tokens.input * price.input + tokens.output * price.output) / 1e6);
        self.lines.push(Line { what: format!("model {}", tokens.model), quantity: all, unit: "tokens", dollars });
    }

    /// Everything whose price is known.
    pub fn dollars(&self) -> f64 {
        self.lines.iter().filter_map(|line| line.dollars).sum()
    }
}
