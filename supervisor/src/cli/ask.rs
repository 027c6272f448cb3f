//! `cueline ask`.

use super::{
    args::{Ask, Everywhere},
    client::Client,
    failure::Failure,
    input, output, search, waiting,
};
use crate::{
    api::{Answer, Citation, Question, Search},
    presence,
};

/// Passages that are shown when nothing answers the question.
const CLOSEST: u32 = 3;

pub(super) async fn run(everywhere: &Everywhere, args: &Ask) -> Result<(), Failure> {
    let filter = args.filter.as_deref().map(|filter| input::json("--filter", filter)).transpose()?;
    // Made here, so that whatever happens to the answer its execution can be named.
    let execution = presence::random_name("ask").map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
    let question = Question {
        question: args.question.clone(),
        collection: args.collection.clone(),
        groups: args.groups.clone(),
        filter,
        limit: args.limit,
        model: args.model.clone(),
        mode: args.mode.clone(),
        execution: Some(execution.clone()),
    };
    let client = Client::connect(everywhere)?;
    let asking = client.post("/admin/v1/ask", &question);
    let answer: Answer = waiting::on_execution(&execution, asking).await?;
    if everywhere.json {
        output::json(&answer);
        return Ok(());
    }
    print(&answer);
    if answer.not_in_documents {
        print_closest(&client, question).await;
    }
    tell!("answered by {} in execution {}", answer.model, answer.execution);
    Ok(())
}

fn print(answer: &Answer) {
    for line in answer.text.lines() {
        say!("{}", output::plain(line));
    }
    if !answer.citations.is_empty() {
        say!();
    }
    for citation in &answer.citations {
        let Citation { number, document, title, page, headings, quote, .. } = citation;
        let quote = output::plain(&quote.split_whitespace().collect::<Vec<_>>().join(" "));
        say!("[{number}] {}\n    “{quote}”", place(document, title, *page, headings));
    }
    for note in &answer.notes {
        tell!("note: {note}");
    }
}

/// A person who asked in other words sees what there is. That it cannot be shown changes nothing about the answer.
async fn print_closest(client: &Client, question: Question) {
    let Question { question, collection, groups, filter, mode, .. } = question;
    let search = Search { question, collection, groups, filter, mode, limit: Some(CLOSEST) };
    let Ok(found) = search::find(client, &search).await else { return };
    if !found.passages.is_empty() {
        say!("\nThe closest passages are:");
        search::print(&found.passages);
    }
}

/// Document, title, page and headings of a place.
pub(super) fn place(document: &str, title: &str, page: Option<u32>, headings: &[String]) -> String {
    let mut place = document.to_owned();
    if !title.is_empty() && title != document {
        place.push_str(&format!(" ({title})"));
    }
    if let Some(page) = page {
        place.push_str(&format!(", page {page}"));
    }
    if !headings.is_empty() {
        place.push_str(&format!(", {}", headings.join(" › ")));
    }
    output::plain(&place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_what_is_known_of_it() {
        let headings = ["Leave".to_owned(), "Notice".to_owned()];
        let full = place("hr/a.pdf", "Handbook", Some(3), &headings);
        assert_eq!(full, "hr/a.pdf (Handbook), page 3, Leave › Notice");
        assert_eq!(place("a.md", "a.md", None, &[]), "a.md");
    }
}
