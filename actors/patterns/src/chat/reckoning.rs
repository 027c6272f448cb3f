//! What an answer costs: at most, before a target is called; and by its log, where whoever counted is gone.

use cueline_domain::chat::{
    piece::{Counted, Heard, hear, usage_of},
    request::{self, RequestFacts},
    whole::Whole,
};
use cueline_protocol::v1::{ChatAttempt, CompleteChatRequest};

use super::{
    attempt::Fault,
    complete::{ChatCall, Completer, Record, estimated_input, estimated_output, object},
    log::Frame,
    targets::TargetInfo,
    written::END,
};

/// Tokens that are written at most where a request does not say and a budget pays.
pub const UNSAID: u64 = 4_096;

/// Dollars that one call of a target may cost at most: every byte that it reads may be a token. `None`: it has no price.
pub fn most_cost(info: &TargetInfo, facts: &RequestFacts) -> Option<f64> {
    let price = info.price?;
    let read = facts.most_input_tokens + info.reads_besides;
    let written = facts.max_output_tokens.unwrap_or(UNSAID).saturating_mul(facts.answers.max(1));
    Some((read as f64 * price.input + written as f64 * price.output) / 1e6)
}

impl Completer {
    /// Whether the budget that pays allows calls of these targets, besides the dollars that the answer has cost by now. `more`:
    /// bytes that they read besides the request.
    pub(super) async fn afford(
        &self,
        call: &ChatCall<'_>,
        spent: f64,
        infos: &[&TargetInfo],
        more: u64,
    ) -> Result<(), Fault> {
        if call.reservation.is_empty() {
            return Ok(());
        }
        let mut facts = request::read(call.body).unwrap_or_default();
        facts.most_input_tokens += more;
        let mut most = spent;
        for info in infos {
            most += most_cost(info, &facts)
                .ok_or_else(|| Fault::unaffordable(&info.name, "has no price, and a budget pays for the answer"))?;
        }
        let name = infos.last().map_or("", |info| &info.name);
        match self.settle.afford(call.reservation, most).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Fault::unaffordable(name, "a further call of it does not fit into the budget")),
            // What cannot be known must not be spent.
            Err(error) => Err(Fault::unaffordable(name, &format!("the budget cannot be asked: {error}"))),
        }
    }

    /// Calls of an answer that was given up, by what is in its log.
    pub fn reckoned(&self, request: &CompleteChatRequest, frames: &[Frame], outcome: &str) -> Vec<ChatAttempt> {
        let Ok(body) = object(&request.body) else { return Vec::new() };
        let known = Known::of(frames);
        // Whoever was asked first may have read the request though it said nothing.
        let target = if known.target.is_empty() { request.targets.first() } else { Some(&known.target) };
        let Some(target) = target.and_then(|name| self.targets.get(name)) else { return Vec::new() };
        let mut record = Record::default();
        let usage = known.usage().unwrap_or_else(|| known.estimated(&body));
        let attempt =
            ChatAttempt { outcome: outcome.to_owned(), estimated: known.usage().is_none(), ..ChatAttempt::default() };
        record.add(&target, attempt, usage);
        record.attempts
    }
}

/// What a log says of its answer.
#[derive(Default)]
pub(super) struct Known {
    /// Who spoke last.
    pub(super) target: String,
    pub(super) whole: Whole,
    /// Something of it was seen.
    pub(super) begun: bool,
    /// Its last frame.
    pub(super) last: Option<Frame>,
}

impl Known {
    pub(super) fn of(frames: &[Frame]) -> Self {
        let mut known = Self::default();
        for frame in frames {
            if frame.last {
                known.last = Some(frame.clone());
                break;
            }
            frame.json()["model"].as_str().unwrap_or_default().clone_into(&mut known.target);
            if let Heard::Piece(piece) = hear(&frame.whole()) {
                known.begun |= piece.has_content();
                piece.parts.iter().for_each(|part| known.whole.add(part));
            }
        }
        known
    }

    /// What all calls used, when the answer is complete.
    pub(super) fn usage(&self) -> Option<Counted> {
        let last = self.last.as_ref().filter(|last| last.event == END)?;
        usage_of(&last.json()["usage"].to_string())
    }

    /// What was read and written, as far as can be seen.
    pub(super) fn estimated(&self, body: &serde_json::Map<String, serde_json::Value>) -> Counted {
        let (input_tokens, output_tokens) = (estimated_input(body), estimated_output(&self.whole));
        Counted { input_tokens, output_tokens, ..Counted::default() }
    }
}

#[cfg(test)]
mod tests {
    use cueline_domain::cost::TokenPrice;

    use super::*;

    #[test]
    fn a_call_costs_at_most_a_token_for_every_byte() {
        let price = Some(TokenPrice { input: 1.0, output: 10.0 });
        let info = TargetInfo { price, reads_besides: 500, ..TargetInfo::new("a", "a") };
        let facts = |most_output, answers| RequestFacts {
            most_input_tokens: 1_500,
            max_output_tokens: most_output,
            answers,
            ..RequestFacts::default()
        };
        let micros = |facts| most_cost(&info, &facts).map(|dollars| (dollars * 1e6).round() as u64);
        assert_eq!(micros(facts(Some(20), 1)), Some(2_200));
        assert_eq!(micros(facts(Some(20), 3)), Some(2_600));
        assert_eq!(micros(facts(None, 1)), Some(2_000 + 40_960));
        assert_eq!(most_cost(&TargetInfo { price: None, ..info.clone() }, &facts(None, 1)), None);
    }
}
