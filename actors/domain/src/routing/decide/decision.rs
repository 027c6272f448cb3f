//! A decision that explains itself: kept in the execution, shown in a header and a span.

use super::exclusion::Exclusion;
use serde::{Deserialize, Serialize};

/// What was decided and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Name of the policy.
    pub policy: String,
    /// The target that is called first.
    pub chosen: String,
    /// Who is called in which order; the first is `chosen`.
    pub chain: Vec<String>,
    /// Probability with which this target was chosen, above 0: what off-policy estimates divide by.
    pub propensity: f64,
    /// Chosen by exploration, although another one is worth more.
    pub explored: bool,
    /// What the order of the chain goes by.
    pub basis: Basis,
    /// Id of the model, when it was asked.
    pub model: Option<String>,
    /// Told by the caller, or guessed.
    pub task_type: String,
    /// Names of the rules that applied, in order.
    pub rules: Vec<String>,
    /// Tokens of the input.
    pub input_tokens: u64,
    /// Quality that one more dollar had to buy.
    pub threshold: f64,
    /// Least expected quality of what may be chosen; 0 without a floor.
    pub least_quality: f64,
    /// All targets of the policy, in the order of its configuration.
    pub targets: Vec<Considered>,
}

/// What the order goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A rule named the target.
    Rule,
    /// Only one target was usable.
    OnlyOne,
    /// The model's expectation of this prompt.
    Model,
    /// Means of recorded outcomes.
    Records,
    /// The order of the configuration: nothing is known.
    Configuration,
}

/// One target as the decision saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Considered {
    /// Its name.
    pub target: String,
    /// Expected quality, 0 to 1.
    pub quality: Option<f64>,
    /// Expected tokens of the answer.
    pub output_tokens: Option<f64>,
    /// Expected dollars.
    pub cost: Option<f64>,
    /// Dollars if the answer is as long as it may be.
    pub worst_cost: f64,
    /// `quality - threshold x cost`: what the order goes by.
    pub worth: Option<f64>,
    /// Probability of being chosen; all of them sum to one.
    pub propensity: f64,
    /// Its place in the chain, or why it has none.
    pub place: Place,
}

/// Where a target stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum Place {
    /// In the chain.
    Chain {
        /// 0 is the chosen one.
        position: usize,
    },
    /// In the chain although its expected quality is below the floor: it stands behind all that are above.
    BelowFloor {
        /// In the chain.
        position: usize,
    },
    /// In the chain although it is dominated: the policy keeps it for when all others fail.
    LastResort {
        /// In the chain.
        position: usize,
    },
    /// In the chain although its breaker is open, as those of all others are that could be asked.
    Resting {
        /// In the chain.
        position: usize,
    },
    /// Usable, and behind the end of the chain, which is as long as the policy and the budget allow.
    BeyondChain,
    /// Not usable.
    Out(Exclusion),
}

impl Decision {
    /// One line for a response header: visible ASCII only, bounded.
    pub fn summary(&self) -> String {
        let basis = match self.basis {
            Basis::Rule => "rule",
            Basis::OnlyOne => "only_one",
            Basis::Model => "model",
            Basis::Records => "records",
            Basis::Configuration => "configuration",
        };
        let chosen = self.targets.iter().find(|considered| considered.target == self.chosen);
        let number = |of: fn(&Considered) -> Option<f64>, digits: usize| {
            chosen.and_then(of).map_or("-".to_owned(), |number| format!("{number:.digits$}"))
        };
        format!(
            "target={}; policy={}; by={basis}; rules={}; task={}; quality={}; cost={}; propensity={:.4}; explored={}; chain={}",
            visible(&self.chosen),
            visible(&self.policy),
            visible(&self.rules.join(",")),
            visible(&self.task_type),
            number(|considered| considered.quality, 3),
            number(|considered| considered.cost, 6),
            self.propensity,
            self.explored,
            visible(&self.chain.join(",")),
        )
    }
}

/// Names come from configuration and callers: whatever could break a header or its reader becomes a `?`.
fn visible(text: &str) -> String {
    const MOST: usize = 200;
    let visible = |c: char| if c.is_ascii_graphic() && c != ';' { c } else { '?' };
    text.chars().take(MOST).map(visible).collect()
}
