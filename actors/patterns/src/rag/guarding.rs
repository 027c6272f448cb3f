//! The guard of a collection: a question is looked at before a model reads it, an answer before a person does.
//!
//! Everything of an answer that holds words goes through it, the quotes of its citations too. A guard that is named and not
//! there, or that cannot be asked, lets nothing pass.

use cueline_ports::{Direction, Guard, Intervention, Verdict};
use cueline_protocol::v1::AnswerReply;
use cueline_runtime::{TaskError, World};

/// Said where a guard has no words of its own.
const REFUSED: &str = "This cannot be answered here: it is against the rules of the collection.";
/// Stands between texts that are looked at together, and in none of them.
const BETWEEN: &str = "\n\u{241E}\n";

/// What may be asked, or the reply instead of an answer.
pub(super) async fn question(
    world: &World,
    guard: &str,
    question: &str,
) -> Result<Result<String, AnswerReply>, TaskError> {
    match named(world, guard)?.check(Direction::Input, question).await? {
        Verdict::Passed => Ok(Ok(question.to_owned())),
        Verdict::Intervened(Intervention { masked: Some(masked), .. }) => Ok(Ok(masked)),
        Verdict::Intervened(intervention) => Ok(Err(refused("the question", &intervention, AnswerReply::default()))),
    }
}

/// The reply as it may be shown.
pub(super) async fn reply(world: &World, guard: &str, reply: AnswerReply) -> Result<AnswerReply, TaskError> {
    let texts = texts(&reply);
    let verdict = named(world, guard)?.check(Direction::Output, &texts.join(BETWEEN)).await?;
    Ok(shown(reply, &verdict))
}

fn named<'a>(world: &'a World, name: &str) -> Result<&'a dyn Guard, TaskError> {
    let guard = world.guards.get(name).ok_or_else(|| {
        let known = world.guards.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        TaskError::invalid(format!("guard is {name:?}; configured are {known}"))
    })?;
    Ok(guard.as_ref())
}

/// Everything in a reply that holds words.
fn texts(reply: &AnswerReply) -> Vec<&str> {
    let quotes = reply.citations.iter().map(|citation| citation.quote.as_str());
    let excerpts = reply.closest.iter().map(|passage| passage.excerpt.as_str());
    [reply.text.as_str()].into_iter().chain(quotes).chain(excerpts).collect()
}

fn shown(mut reply: AnswerReply, verdict: &Verdict) -> AnswerReply {
    let Verdict::Intervened(intervention) = verdict else { return reply };
    let count = texts(&reply).len();
    let masked: Option<Vec<&str>> = intervention.masked.as_ref().map(|masked| masked.split(BETWEEN).collect());
    let Some(masked) = masked.filter(|masked| masked.len() == count) else {
        return refused("the answer", intervention, reply);
    };
    let mut masked = masked.into_iter().map(str::to_owned);
    let text = masked.next().unwrap_or_default();
    if text != reply.text {
        // The places of sentences have moved.
        reply.untraced.clear();
        reply.text = text;
    }
    let quotes = reply.citations.iter_mut().map(|citation| &mut citation.quote);
    let excerpts = reply.closest.iter_mut().map(|passage| &mut passage.excerpt);
    quotes.chain(excerpts).zip(masked).for_each(|(place, masked)| *place = masked);
    reply.notes.push(note("masked", "the answer", intervention));
    reply
}

/// What is said instead. Of the answer only what it cost is left.
fn refused(what: &str, intervention: &Intervention, reply: AnswerReply) -> AnswerReply {
    AnswerReply {
        text: intervention.message.clone().unwrap_or_else(|| REFUSED.to_owned()),
        model: reply.model,
        input_tokens: reply.input_tokens,
        output_tokens: reply.output_tokens,
        notes: vec![note("refused", what, intervention)],
        ..AnswerReply::default()
    }
}

fn note(done: &str, what: &str, intervention: &Intervention) -> String {
    format!("guard_intervened: {what} was {done}: {}", intervention.policies.join(", "))
}

#[cfg(test)]
mod tests {
    use cueline_protocol::v1::{CitationEntry, ClosePassage, TextRange};

    use super::*;

    fn reply() -> AnswerReply {
        AnswerReply {
            text: "Ask circe [1]. Or not.".into(),
            citations: vec![CitationEntry { number: 1, quote: "circe knows".into(), ..Default::default() }],
            closest: vec![ClosePassage { excerpt: "an island".into(), ..Default::default() }],
            untraced: vec![TextRange { start: 15, end: 22 }],
            model: "m".into(),
            input_tokens: 5,
            ..Default::default()
        }
    }

    fn intervened(masked: Option<String>) -> Verdict {
        Verdict::Intervened(Intervention { policies: vec!["pii/NAME".into()], masked, message: None })
    }

    #[test]
    fn what_passes_stays_as_it_is() {
        assert_eq!(shown(reply(), &Verdict::Passed), reply());
    }

    #[test]
    fn everything_that_holds_words_is_masked() {
        let masked = texts(&reply()).join(BETWEEN).replace("circe", "{NAME}");
        let shown = shown(reply(), &intervened(Some(masked)));
        assert_eq!(texts(&shown), ["Ask {NAME} [1]. Or not.", "{NAME} knows", "an island"]);
        assert!(shown.untraced.is_empty(), "its places have moved");
        assert_eq!(shown.notes, ["guard_intervened: the answer was masked: pii/NAME"]);
    }

    #[test]
    fn nothing_is_left_of_what_is_blocked() {
        for verdict in [intervened(None), intervened(Some("one text where there were three".into()))] {
            let shown = shown(reply(), &verdict);
            let notes = vec!["guard_intervened: the answer was refused: pii/NAME".to_owned()];
            let expected =
                AnswerReply { text: REFUSED.into(), model: "m".into(), input_tokens: 5, notes, ..Default::default() };
            assert_eq!(shown, expected);
        }
    }
}
