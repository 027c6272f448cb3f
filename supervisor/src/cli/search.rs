//! `cueline search`.

use super::{
    args::{Everywhere, Search as Args},
    ask::place,
    client::Client,
    failure::Failure,
    input, output,
};
use crate::api::{Found, PassageView, Search};

/// Characters of a passage in the list.
const SHOWN: usize = 160;

pub(super) async fn run(everywhere: &Everywhere, args: &Args) -> Result<(), Failure> {
    let filter = args.filter.as_deref().map(|filter| input::json("--filter", filter)).transpose()?;
    let search = Search {
        question: args.question.clone(),
        collection: args.collection.clone(),
        groups: args.groups.clone(),
        filter,
        limit: args.limit,
        mode: args.mode.clone(),
    };
    let found = find(&Client::connect(everywhere)?, &search).await?;
    if everywhere.json {
        output::json(&found);
        return Ok(());
    }
    print(&found.passages);
    for note in &found.notes {
        tell!("note: {note}");
    }
    tell!("{} passages by {} search in execution {}", found.passages.len(), found.mode, found.execution);
    Ok(())
}

pub(super) async fn find(client: &Client, search: &Search) -> Result<Found, Failure> {
    client.post("/admin/v1/search", search).await
}

/// Best first, each with its score, its place and how it begins.
pub(super) fn print(passages: &[PassageView]) {
    for passage in passages {
        let place = place(&passage.document, &passage.title, passage.page, &passage.headings);
        say!("{:.3}  {place}\n       {}", passage.score, beginning(&passage.text));
    }
}

fn beginning(text: &str) -> String {
    let words = output::plain(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    match words.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_shown_on_one_line() {
        assert_eq!(beginning(" a\n\tb\u{1b}[31m "), "a b\\u{1b}[31m");
        assert_eq!(beginning(&"x".repeat(500)).chars().count(), SHOWN + 1);
    }
}
