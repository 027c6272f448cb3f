//! Guardrails on ApplyGuardrail.
//!
//! A request takes a limited text. A longer one is looked at in parts; then, once more, at the borders between them, so that
//! nothing passes for having been cut in two.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_bedrockruntime::{
    operation::apply_guardrail::ApplyGuardrailOutput,
    types::{GuardrailAction, GuardrailContentBlock, GuardrailContentSource, GuardrailTextBlock},
};
use cueline_ports::{Direction, Guard, PortError, PortErrorKind, PortResult, Verdict};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use super::{Bedrock, gate::Gate, invoke::told, split, verdict::Found};
use crate::error::Call;

/// Parts of one text that are looked at at once.
const FLIGHTS: usize = 4;
/// Bytes on each side of a border that are looked at again: together less than a text unit of a thousand characters.
const AROUND: usize = 450;

/// A guardrail of Bedrock.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GuardOptions {
    /// Id or ARN.
    pub guardrail: String,
    /// A number, or `DRAFT`.
    pub version: String,
    /// Characters that a request takes: 1,000 for each text unit of the account's quota, which is 25 unless it was raised.
    pub longest_text: usize,
}

impl GuardOptions {
    /// With the usual quota.
    pub fn new(guardrail: impl Into<String>, version: impl Into<String>) -> Self {
        Self { guardrail: guardrail.into(), version: version.into(), longest_text: 25_000 }
    }
}

/// A guardrail of Bedrock.
#[derive(Clone)]
pub struct BedrockGuard {
    bedrock: Bedrock,
    options: Arc<GuardOptions>,
    gate: Arc<Gate>,
    on: Arc<str>,
}

impl BedrockGuard {
    /// Checks the options; nothing is called yet.
    ///
    /// # Errors
    /// `guardrail_invalid`.
    pub fn new(bedrock: &Bedrock, options: GuardOptions) -> PortResult<Self> {
        let GuardOptions { guardrail, version, longest_text } = &options;
        let numbered = version.parse::<u32>().is_ok_and(|number| number > 0) && !version.starts_with('0');
        let known = guardrail.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/-".contains(&byte));
        if guardrail.is_empty() || !known || !(numbered || version == "DRAFT") {
            return Err(PortError::invalid(format!(
                "guardrail_invalid: guardrail is {guardrail:?} and version {version:?}; write its id or ARN, and a number \
                 or DRAFT"
            )));
        }
        if *longest_text < 1_000 {
            return Err(PortError::invalid(format!(
                "guardrail_invalid: longest_text is {longest_text}; a text unit has 1000 characters"
            )));
        }
        let gate = bedrock.gate(guardrail);
        let on = format!("guardrail {guardrail} version {version}").into();
        Ok(Self { bedrock: bedrock.clone(), options: Arc::new(options), gate, on })
    }

    fn error(&self, kind: PortErrorKind, what: &str) -> PortError {
        Call { action: "bedrock:ApplyGuardrail", on: &self.on }.error(kind, what)
    }

    async fn apply(&self, direction: Direction, texts: &[&str]) -> PortResult<Judged> {
        let source = match direction {
            Direction::Input => GuardrailContentSource::Input,
            Direction::Output => GuardrailContentSource::Output,
        };
        let block = |text: &&str| {
            let block = GuardrailTextBlock::builder().text(*text).build();
            block
                .map(GuardrailContentBlock::Text)
                .map_err(|_| self.error(PortErrorKind::Invalid, "the text is missing"))
        };
        let content = texts.iter().map(block).collect::<PortResult<Vec<_>>>()?;
        let call = Call { action: "bedrock:ApplyGuardrail", on: &self.on };
        let apply = || async {
            let request = self.bedrock.client.apply_guardrail();
            let request = request
                .guardrail_identifier(&self.options.guardrail)
                .guardrail_version(&self.options.version)
                .source(source.clone())
                .set_content(Some(content.clone()));
            request.send().await.map_err(|error| told(&call, error))
        };
        let answer = self.gate.call(0, apply).await?;
        self.gate.settle(0, 0);
        self.judged(&answer)
    }

    async fn part(&self, direction: Direction, part: &str) -> PortResult<Judged> {
        if part.trim().is_empty() {
            return Ok(Judged::Passed);
        }
        self.apply(direction, &[part]).await
    }

    fn judged(&self, answer: &ApplyGuardrailOutput) -> PortResult<Judged> {
        let found = Found::of(answer.assessments());
        let said = answer.outputs().iter().filter_map(|output| output.text()).collect::<Vec<_>>().concat();
        match answer.action() {
            GuardrailAction::None => Ok(Judged::Passed),
            // Nothing blocks and something was masked: what it says is the text.
            GuardrailAction::GuardrailIntervened if !found.blocked && !found.policies.is_empty() => {
                Ok(Judged::Masked { found, text: said })
            }
            GuardrailAction::GuardrailIntervened => Ok(Judged::Blocked { found, message: said }),
            _ => Err(self.error(PortErrorKind::Unavailable, "it gave an action that is not known here")),
        }
    }

    /// What lies across the borders of parts.
    async fn across(&self, direction: Direction, parts: &[String]) -> PortResult<Vec<Judged>> {
        let seams = split::seams(parts, AROUND);
        let together = (self.options.longest_text / 1_000).max(1);
        let requests: Vec<Vec<&str>> =
            seams.chunks(together).map(|seams| seams.iter().map(String::as_str).collect()).collect();
        let judged: Vec<_> = requests.iter().map(|seams| self.apply(direction, seams).boxed()).collect();
        stream::iter(judged).buffered(FLIGHTS).try_collect().await
    }
}

/// What was said about a part.
#[derive(Debug)]
enum Judged {
    Passed,
    Masked { found: Found, text: String },
    Blocked { found: Found, message: String },
}

/// Of all parts, what was found and what is said instead.
#[derive(Debug, Default)]
struct Sum {
    found: Found,
    intervened: bool,
    blocked: bool,
    message: Option<String>,
}

impl Sum {
    fn add(&mut self, judged: &Judged) {
        let found = match judged {
            Judged::Passed => return,
            Judged::Masked { found, .. } => found,
            Judged::Blocked { found, message } => {
                self.blocked = true;
                self.message = self.message.take().or_else(|| Some(message.clone()).filter(|text| !text.is_empty()));
                found
            }
        };
        self.intervened = true;
        self.found.policies.extend(found.policies.iter().cloned());
    }
}

#[async_trait]
impl Guard for BedrockGuard {
    fn name(&self) -> &str {
        &self.options.guardrail
    }

    async fn check(&self, direction: Direction, text: &str) -> PortResult<Verdict> {
        if text.trim().is_empty() {
            return Ok(Verdict::Passed);
        }
        let parts = split::parts(text, self.options.longest_text);
        let judged: Vec<_> = parts.iter().map(|part| self.part(direction, part).boxed()).collect();
        let judged: Vec<Judged> = stream::iter(judged).buffered(FLIGHTS).try_collect().await?;
        let mut sum = Sum::default();
        judged.iter().for_each(|judged| sum.add(judged));
        let left = |(part, judged): (&&str, Judged)| match judged {
            Judged::Masked { text, .. } => text,
            Judged::Passed | Judged::Blocked { .. } => (*part).to_owned(),
        };
        let left: Vec<String> = parts.iter().zip(judged).map(left).collect();
        if !sum.blocked {
            for judged in self.across(direction, &left).await? {
                // What is found only across a border cannot be masked on either side of it: then none of the text passes.
                sum.blocked |= !matches!(judged, Judged::Passed);
                sum.add(&judged);
            }
        }
        if !sum.intervened {
            return Ok(Verdict::Passed);
        }
        let masked = (!sum.blocked).then(|| left.concat());
        Ok(sum.found.intervention(masked, sum.message))
    }
}
