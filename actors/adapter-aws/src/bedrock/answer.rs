//! What Converse says, as deltas. Pure.

use std::collections::{BTreeMap, btree_map::Entry};

use aws_sdk_bedrockruntime::{
    operation::converse::ConverseOutput as Whole,
    types::{
        ContentBlock, ContentBlockDelta, ContentBlockStart, ConverseStreamOutput as Event, GuardrailTraceAssessment,
        StopReason, TokenUsage,
    },
};
use cueline_ports::{ChatDelta, PortError, PortResult, ToolCall, Usage, finish};
use serde_json::Value;

use super::{json, verdict::traced};

/// An answer as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The tool whose arguments are the answer.
    form: Option<String>,
    /// A guardrail looks at it.
    guarded: bool,
    /// Tools that are being asked for, by block.
    open: BTreeMap<i32, Call>,
    /// Tools that were asked for.
    calls: usize,
    stopped: Option<StopReason>,
    usage: Usage,
    trace: Option<GuardrailTraceAssessment>,
    ended: bool,
}

#[derive(Debug)]
struct Call {
    id: String,
    name: String,
    arguments: String,
}

impl Call {
    fn arguments(&self) -> Option<Value> {
        let arguments = if self.arguments.trim().is_empty() { "{}" } else { self.arguments.as_str() };
        serde_json::from_str(arguments).ok().filter(Value::is_object)
    }
}

impl Answer {
    pub(super) fn new(form: Option<String>, guarded: bool) -> Self {
        Self { form, guarded, ..Self::default() }
    }

    /// The deltas of one event of a stream. The counts come after the reason why it stopped, and end it.
    pub(super) fn hear(&mut self, event: Event) -> PortResult<Vec<ChatDelta>> {
        match event {
            Event::ContentBlockStart(start) => {
                if let Some(ContentBlockStart::ToolUse(tool)) = start.start {
                    let call = Call { id: tool.tool_use_id, name: tool.name, arguments: String::new() };
                    self.open.insert(start.content_block_index, call);
                }
                Ok(Vec::new())
            }
            Event::ContentBlockDelta(delta) => match delta.delta {
                Some(ContentBlockDelta::Text(text)) if !text.is_empty() => Ok(vec![ChatDelta::Text(text)]),
                Some(ContentBlockDelta::ToolUse(more)) => Ok(self.more(delta.content_block_index, more.input)),
                // What the model thinks to itself, and kinds of content that nobody asked for.
                _ => Ok(Vec::new()),
            },
            // What is broken stays open: whether it was cut off by the limit of the answer is told at the end.
            Event::ContentBlockStop(stop) => match self.open.entry(stop.content_block_index) {
                Entry::Occupied(open) if open.get().arguments().is_some() => {
                    let call = open.remove();
                    Ok(self.called(call)?.into_iter().collect())
                }
                _ => Ok(Vec::new()),
            },
            Event::MessageStop(stop) => {
                self.stopped = Some(stop.stop_reason);
                // Some say where a block begins and not where it ends.
                let mut deltas = Vec::new();
                for call in std::mem::take(&mut self.open).into_values() {
                    deltas.extend(self.called(call)?);
                }
                Ok(deltas)
            }
            Event::Metadata(metadata) => {
                self.usage = metadata.usage.as_ref().map_or_else(Usage::default, counted);
                self.trace = metadata.trace.and_then(|trace| trace.guardrail);
                if self.stopped.is_some() { Ok(vec![self.end()?]) } else { Ok(Vec::new()) }
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The stream is over: fine after the reason, a cut before it.
    pub(super) fn over(&mut self) -> PortResult<Option<ChatDelta>> {
        match (self.ended, self.stopped.is_some()) {
            (true, _) => Ok(None),
            (false, true) => self.end().map(Some),
            (false, false) => Err(PortError::unavailable("model_stream_cut: the answer ended before its last word")),
        }
    }

    /// Nothing follows.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// What was counted.
    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// The deltas of an answer that does not stream.
    pub(super) fn whole(&mut self, answer: Whole) -> PortResult<Vec<ChatDelta>> {
        let mut deltas = Vec::new();
        let message = answer.output.and_then(|output| output.as_message().ok().cloned());
        for block in message.map(|message| message.content).unwrap_or_default() {
            match block {
                ContentBlock::Text(text) if !text.is_empty() => deltas.push(ChatDelta::Text(text)),
                ContentBlock::ToolUse(tool) if Some(&tool.name) == self.form.as_ref() => {
                    deltas.push(ChatDelta::Text(json::value(&tool.input).to_string()));
                }
                ContentBlock::ToolUse(tool) => {
                    self.calls += 1;
                    let arguments = json::value(&tool.input);
                    deltas.push(ChatDelta::Call(ToolCall { id: tool.tool_use_id, name: tool.name, arguments }));
                }
                _ => {}
            }
        }
        self.usage = answer.usage.as_ref().map_or_else(Usage::default, counted);
        self.trace = answer.trace.and_then(|trace| trace.guardrail);
        self.stopped = Some(answer.stop_reason);
        deltas.push(self.end()?);
        Ok(deltas)
    }

    fn more(&mut self, at: i32, input: String) -> Vec<ChatDelta> {
        match self.open.get_mut(&at) {
            Some(call) if Some(&call.name) == self.form.as_ref() => vec![ChatDelta::Text(input)],
            Some(call) => {
                call.arguments.push_str(&input);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn called(&mut self, call: Call) -> PortResult<Option<ChatDelta>> {
        if Some(&call.name) == self.form.as_ref() {
            return Ok(None);
        }
        self.calls += 1;
        let Some(arguments) = call.arguments() else {
            // The end will say that it was cut off, and half a call is none.
            return match self.stopped {
                Some(StopReason::MaxTokens | StopReason::ModelContextWindowExceeded) => Ok(None),
                _ => Err(garbled("the arguments of a tool are no JSON object")),
            };
        };
        Ok(Some(ChatDelta::Call(ToolCall { id: call.id, name: call.name, arguments })))
    }

    fn end(&mut self) -> PortResult<ChatDelta> {
        self.ended = true;
        let reason = self.stopped.take().unwrap_or(StopReason::EndTurn);
        let finish_reason = match &reason {
            StopReason::EndTurn => finish::STOP,
            StopReason::StopSequence => finish::STOP_SEQUENCE,
            StopReason::MaxTokens => finish::LENGTH,
            // The answer in its form was asked for as a tool.
            StopReason::ToolUse if self.calls == 0 && self.form.is_some() => finish::STOP,
            StopReason::ToolUse => finish::TOOL_CALLS,
            StopReason::GuardrailIntervened => finish::GUARDRAIL,
            StopReason::ContentFiltered => finish::CONTENT_FILTER,
            StopReason::ModelContextWindowExceeded => finish::CONTEXT_FULL,
            StopReason::MalformedModelOutput => return Err(garbled("the answer does not have the form it should")),
            StopReason::MalformedToolUse => return Err(garbled("the model asked for a tool that is not offered")),
            other => other.as_str(),
        };
        let intervened = reason == StopReason::GuardrailIntervened;
        let verdict = (self.guarded || intervened).then(|| traced(self.trace.as_ref(), intervened));
        Ok(ChatDelta::End { finish_reason: finish_reason.to_owned(), usage: self.usage, verdict })
    }
}

fn garbled(what: &str) -> PortError {
    PortError::unavailable(format!("model_garbled: {what}"))
}

/// Bedrock counts what came from and went into a cache apart from what was read.
fn counted(usage: &TokenUsage) -> Usage {
    let count = |tokens: i32| u64::try_from(tokens).unwrap_or(0);
    let cached_tokens = count(usage.cache_read_input_tokens.unwrap_or(0));
    let cache_written_tokens = count(usage.cache_write_input_tokens.unwrap_or(0));
    Usage {
        input_tokens: count(usage.input_tokens) + cached_tokens + cache_written_tokens,
        output_tokens: count(usage.output_tokens),
        cached_tokens,
        cache_written_tokens,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_bedrockruntime::types::{
        ContentBlockDeltaEvent, ContentBlockStartEvent, ContentBlockStopEvent, ConverseStreamMetadataEvent,
        MessageStopEvent, ToolUseBlockDelta, ToolUseBlockStart,
    };
    use serde_json::json;

    use super::*;

    fn start(at: i32, name: &str) -> Event {
        let tool = ToolUseBlockStart::builder().tool_use_id(format!("id{at}")).name(name).build().unwrap();
        let event = ContentBlockStartEvent::builder().content_block_index(at).start(ContentBlockStart::ToolUse(tool));
        Event::ContentBlockStart(event.build().unwrap())
    }

    fn delta(at: i32, delta: ContentBlockDelta) -> Event {
        let event = ContentBlockDeltaEvent::builder().content_block_index(at).delta(delta);
        Event::ContentBlockDelta(event.build().unwrap())
    }

    fn text(at: i32, text: &str) -> Event {
        delta(at, ContentBlockDelta::Text(text.to_owned()))
    }

    fn input(at: i32, input: &str) -> Event {
        delta(at, ContentBlockDelta::ToolUse(ToolUseBlockDelta::builder().input(input).build().unwrap()))
    }

    fn close(at: i32) -> Event {
        Event::ContentBlockStop(ContentBlockStopEvent::builder().content_block_index(at).build().unwrap())
    }

    fn stop(reason: StopReason) -> Event {
        Event::MessageStop(MessageStopEvent::builder().stop_reason(reason).build().unwrap())
    }

    fn counts() -> Event {
        let usage = TokenUsage::builder().input_tokens(5).output_tokens(2).total_tokens(7).cache_read_input_tokens(11);
        let event = ConverseStreamMetadataEvent::builder().usage(usage.build().unwrap());
        Event::Metadata(event.build())
    }

    fn hear(answer: &mut Answer, events: Vec<Event>) -> PortResult<Vec<ChatDelta>> {
        let mut deltas = Vec::new();
        for event in events {
            deltas.extend(answer.hear(event)?);
        }
        Ok(deltas)
    }

    fn end(reason: &str) -> ChatDelta {
        let usage = Usage { input_tokens: 16, output_tokens: 2, cached_tokens: 11, cache_written_tokens: 0 };
        ChatDelta::End { finish_reason: reason.to_owned(), usage, verdict: None }
    }

    #[test]
    fn text_then_tools_then_one_end_with_counts() {
        let mut answer = Answer::new(None, false);
        let events = vec![
            text(0, "Hm, "),
            text(0, ""),
            text(0, "let me look."),
            close(0),
            start(1, "look"),
            input(1, "{\"at\""),
            input(1, ":1}"),
            close(1),
            start(2, "wait"),
            close(2),
            stop(StopReason::ToolUse),
            counts(),
        ];
        let call = |id: &str, name: &str, arguments| {
            ChatDelta::Call(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments })
        };
        let expected = [
            ChatDelta::Text("Hm, ".into()),
            ChatDelta::Text("let me look.".into()),
            call("id1", "look", json!({ "at": 1 })),
            call("id2", "wait", json!({})),
            end("tool_calls"),
        ];
        assert_eq!(hear(&mut answer, events).unwrap(), expected);
        assert_eq!(answer.over().unwrap(), None);
    }

    #[test]
    fn the_arguments_of_the_form_are_the_text() {
        let mut answer = Answer::new(Some("answer".into()), false);
        let events = vec![
            start(0, "answer"),
            input(0, "{\"a\""),
            input(0, ":1}"),
            close(0),
            stop(StopReason::ToolUse),
            counts(),
        ];
        let expected = [ChatDelta::Text("{\"a\"".into()), ChatDelta::Text(":1}".into()), end("stop")];
        assert_eq!(hear(&mut answer, events).unwrap(), expected);
    }

    #[test]
    fn every_reason_to_stop_has_a_word() {
        let cases = [
            (StopReason::EndTurn, "stop"),
            (StopReason::StopSequence, "stop_sequence"),
            (StopReason::MaxTokens, "length"),
            (StopReason::ToolUse, "tool_calls"),
            (StopReason::ContentFiltered, "content_filter"),
            (StopReason::ModelContextWindowExceeded, "context_full"),
            (StopReason::from("something_new"), "something_new"),
        ];
        for (reason, word) in cases {
            let deltas = hear(&mut Answer::new(None, false), vec![stop(reason), counts()]).unwrap();
            assert_eq!(deltas, [end(word)]);
        }
        for reason in [StopReason::MalformedModelOutput, StopReason::MalformedToolUse] {
            let error = hear(&mut Answer::new(None, false), vec![stop(reason), counts()]).unwrap_err();
            assert!(error.is_transient() && error.message.starts_with("model_garbled"), "{error}");
        }
        let deltas = hear(&mut Answer::new(None, true), vec![stop(StopReason::GuardrailIntervened), counts()]).unwrap();
        let [ChatDelta::End { finish_reason, verdict: Some(verdict), .. }] = deltas.as_slice() else {
            panic!("one end: {deltas:?}");
        };
        assert_eq!((finish_reason.as_str(), verdict.passed()), ("guardrail", false));
    }

    #[test]
    fn a_stream_that_ends_before_its_reason_was_cut() {
        let mut answer = Answer::new(None, false);
        hear(&mut answer, vec![text(0, "Hel")]).unwrap();
        let error = answer.over().unwrap_err();
        assert!(error.is_transient() && error.message.starts_with("model_stream_cut"), "{error}");
        let mut answer = Answer::new(None, false);
        hear(&mut answer, vec![text(0, "Hello"), stop(StopReason::EndTurn)]).unwrap();
        let end = answer.over().unwrap();
        assert!(matches!(end, Some(ChatDelta::End { .. })), "without counts it is complete: {end:?}");
        assert_eq!(answer.over().unwrap(), None);
    }

    #[test]
    fn half_a_call_is_none() {
        let half = || vec![start(0, "look"), input(0, "{\"a"), close(0)];
        let mut events = half();
        events.extend([stop(StopReason::MaxTokens), counts()]);
        assert_eq!(hear(&mut Answer::new(None, false), events).unwrap(), [end("length")]);
        let mut events = half();
        events.extend([stop(StopReason::ToolUse), counts()]);
        assert!(hear(&mut Answer::new(None, false), events).is_err());
    }
}
