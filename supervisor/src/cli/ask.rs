//! `cueline ask`.

use super::{args::Ask, client::Client, failure::Failure, input, output};
use crate::api::{Answer, Citation, Question};

pub(super) async fn run(args: &Ask) -> Result<(), Failure> {
    let filter = args.filter.as_deref().map(|filter| input::json("--filter", filter)).transpose()?;
    let question = Question {
        question: args.question.clone(),
        collection: args.collection.clone(),
        groups: args.groups.clone(),
        filter,
        limit: args.limit,
        model: args.model.clone(),
        mode: args.mode.clone(),
    };
    let answer: Answer = Client::connect(&args.place)?.post("/admin/v1/ask", &question).await?;
    if args.json {
        output::json(&answer);
    } else {
        print(&answer);
    }
    Ok(())
}

fn print(answer: &Answer) {
    println!("{}", answer.text);
    if !answer.citations.is_empty() {
        println!();
    }
    for citation in &answer.citations {
        println!(
            "[{}] {}\n    “{}”",
            citation.number,
            place(citation),
            citation.quote.split_whitespace().collect::<Vec<_>>().join(" ")
        );
    }
    for note in &answer.notes {
        eprintln!("note: {note}");
    }
    eprintln!("answered by {} in execution {}", answer.model, answer.execution);
}

fn place(citation: &Citation) -> String {
    let mut place = citation.document.clone();
    if !citation.title.is_empty() && citation.title != citation.document {
        place.push_str(&format!(" ({})", citation.title));
    }
    if let Some(page) = citation.page {
        place.push_str(&format!(", page {page}"));
    }
    if !citation.headings.is_empty() {
        place.push_str(&format!(", {}", citation.headings.join(" › ")));
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_what_is_known_of_it() {
        let citation = Citation {
            number: 1,
            document: "hr/a.pdf".into(),
            version: "v".into(),
            title: "Handbook".into(),
            headings: vec!["Leave".into(), "Notice".into()],
            page: Some(3),
            start: 0,
            end: 1,
            quote: "q".into(),
        };
        assert_eq!(place(&citation), "hr/a.pdf (Handbook), page 3, Leave › Notice");
    }
}
