//! A response that is there, and the conversation that it ends.

use cueline_domain::chat::responses::{
    Frame, Gathered,
    events::ResponseEvents,
    items,
    response::{Standing, response},
};
use cueline_patterns::chat::Frame as LogFrame;
use cueline_ports::{ExecutionStatus, ExecutionSummary};
use cueline_protocol::ids::ExecutionId;
use serde_json::{Map, Value, json};

use super::created_seconds;
use crate::gateway::{Gate, caller::Caller, follow, ids::summary_of, problem::Problem, turn::Kept};

/// Responses that a conversation goes back at most.
const LONGEST: usize = 1_000;

/// A response that is kept.
pub(super) struct Found {
    pub(super) id: ExecutionId,
    summary: ExecutionSummary,
    pub(super) asked: Map<String, Value>,
    pub(super) kept: Kept,
    /// Its log has its end. Who was told that may ask for it before its execution has ended.
    is_told: bool,
}

impl Found {
    /// By its id. `asked`: what was just asked, where that may not be kept.
    pub(super) async fn of(
        gate: &Gate,
        caller: &Caller,
        id: &str,
        asked: Option<&Map<String, Value>>,
    ) -> Result<Self, Problem> {
        let unknown = || Problem::not_found("response_not_found", format!("there is no response {id:?}")).param("id");
        let (execution, summary) = summary_of(gate, caller, id).await?.ok_or_else(unknown)?;
        let kept = Kept::of(gate, &execution).await?;
        let asked = match asked {
            Some(asked) => asked.clone(),
            // Neither what other APIs were asked nor what is not to be kept can be asked for.
            None => serde_json::from_str(&kept.request.asked).map_err(|_| unknown())?,
        };
        let is_told = summary.status == ExecutionStatus::Running && ends(&log_of(gate, &kept).await?);
        Ok(Self { id: execution, summary, asked, kept, is_told })
    }

    pub(super) fn frame(&self) -> Frame {
        Frame::new(self.id.as_str(), created_seconds(&self.id, self.summary.started_ms), &self.asked)
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_told || self.summary.status != ExecutionStatus::Running
    }

    pub(super) fn failure(&self) -> Option<(&str, &str)> {
        self.kept.failure.as_ref().map(|(code, message)| (code.as_str(), message.as_str()))
    }

    /// The response as it stands.
    pub(super) async fn shown(&self, gate: &Gate) -> Result<Value, Problem> {
        let frame = self.frame();
        if !self.is_over() {
            return Ok(response(&frame, &Value::Null, Standing::InProgress));
        }
        let frames = log_of(gate, &self.kept).await?;
        if self.summary.status == ExecutionStatus::Aborted {
            let mut gathered = Gathered::default();
            frames.iter().for_each(|frame| gathered.add(&frame.json()));
            return Ok(response(&frame, &gathered.whole(), Standing::Cancelled));
        }
        // The log knows in which order things were said; once it is forgotten, the whole answer has to do.
        if ends(&frames) {
            let mut events = ResponseEvents::new(frame);
            for frame in &frames {
                follow::told(&mut events, frame);
            }
            return Ok(events.response());
        }
        Ok(match (&self.kept.reply, self.failure()) {
            (Some(reply), _) => {
                let whole = serde_json::from_str(&reply.body).unwrap_or_default();
                response(&frame, &whole, Standing::Finished)
            }
            (None, failure) => {
                let (code, message) = failure.unwrap_or(("answer_failed", "the answer failed"));
                response(&frame, &Value::Null, Standing::Failed(&json!({ "code": code, "message": message })))
            }
        })
    }
}

/// The log of a response; empty where it has none.
async fn log_of(gate: &Gate, kept: &Kept) -> Result<Vec<LogFrame>, Problem> {
    Ok(match kept.request.stream.as_str() {
        "" => Vec::new(),
        stream => gate.0.completer.log().read(stream, 0).await?,
    })
}

fn ends(frames: &[LogFrame]) -> bool {
    frames.last().is_some_and(|frame| frame.last)
}

/// What was said in the responses that a new one goes on from, oldest first.
pub(super) async fn history(gate: &Gate, caller: &Caller, previous: &str) -> Result<Vec<Value>, Problem> {
    let mut turns = Vec::new();
    let mut next = Some(previous.to_owned());
    while let Some(id) = next {
        if turns.len() == LONGEST {
            let message = format!("the conversation goes back more than {LONGEST} responses; send its items as input");
            return Err(Problem::invalid("conversation_too_long", message).param("previous_response_id"));
        }
        let gone =
            |message: String| Problem::invalid("previous_response_not_found", message).param("previous_response_id");
        let found = Found::of(gate, caller, &id, None).await;
        let found = found.map_err(|_| gone(format!("there is no response {id:?}; it may have been deleted")))?;
        if !found.is_over() {
            return Err(gone(format!("the response {id:?} is not complete yet; wait for it, or cancel it")));
        }
        let shown = found.shown(gate).await?;
        let output = shown["output"].as_array().cloned().unwrap_or_default();
        turns.push(items::history(&found.asked, &id, &output));
        next = found.asked.get("previous_response_id").and_then(Value::as_str).map(str::to_owned);
    }
    turns.reverse();
    Ok(turns.concat())
}
