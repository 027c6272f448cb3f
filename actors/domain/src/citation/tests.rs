use super::*;
use crate::document::{Block, BlockKind, DOCUMENT_FORMAT};
use crate::source::source_for_tests;
use proptest::prelude::*;

const REFUNDS: &str =
    "Refunds are paid within 14 days. The customer must send the goods back first. Shipping is not refunded.";
const WARRANTY: &str = "The warranty lasts two years. It does not cover batteries.";

fn sources() -> Vec<Source> {
    vec![source_for_tests("refunds.md", 1_000, REFUNDS), source_for_tests("warranty.md", 0, WARRANTY)]
}

/// `(sentence, quotes)`.
fn quotes(answer: &CitedAnswer) -> Vec<(&str, Vec<&str>)> {
    answer
        .sentences
        .iter()
        .map(|sentence| {
            let quotes = sentence.citations.iter().map(|citation| citation.quote.as_str()).collect();
            (&answer.text[sentence.range.clone()], quotes)
        })
        .collect()
}

#[test]
fn a_marker_becomes_the_sentence_that_says_so() {
    let answer = resolve("You get your refund within 14 days [1]. The warranty is 2 years. [2] Enjoy!", &sources());
    assert_eq!(
        quotes(&answer),
        [
            ("You get your refund within 14 days.", vec!["Refunds are paid within 14 days."]),
            ("The warranty is 2 years.", vec!["The warranty lasts two years."]),
            ("Enjoy!", vec![]),
        ]
    );
    assert_eq!(answer.dropped, []);
    let citation = answer.citations().next().unwrap();
    assert_eq!((citation.document.as_str(), citation.start, citation.end), ("refunds.md", 1_000, 1_032));
}

#[test]
fn a_sentence_made_of_two_is_quoted_as_two() {
    let answer = resolve("Refunds are paid within 14 days after the customer sends the goods back [1].", &sources());
    let expected = "Refunds are paid within 14 days. The customer must send the goods back first.";
    assert_eq!(answer.citations().map(|citation| citation.quote.as_str()).collect::<Vec<_>>(), [expected]);
}

#[test]
fn markers_that_do_not_hold_are_dropped_and_counted() {
    let answer = resolve(
        "Refunds are paid within 30 days [1]. Batteries are covered by insurance in Spain [1]. The warranty lasts two years [7][0]. Yes [2].",
        &sources(),
    );
    let dropped: Vec<(usize, usize, DropReason)> =
        answer.dropped.iter().map(|marker| (marker.number, marker.sentence, marker.reason)).collect();
    assert_eq!(
        dropped,
        [
            (1, 0, DropReason::NumberMissing),
            (1, 1, DropReason::Unsupported),
            (7, 2, DropReason::NoSuchSource),
            (0, 2, DropReason::NoSuchSource),
            (2, 3, DropReason::Unsupported),
        ]
    );
    assert_eq!(answer.citations().count(), 0);
}

#[test]
fn numbers_of_list_items_are_no_figures() {
    let answer = resolve("1. Send the goods back first [1].\n2) Refunds are paid [1].", &sources());
    assert_eq!(answer.dropped, []);
    assert_eq!(answer.citations().count(), 2);
}

#[test]
fn a_marker_at_the_start_of_a_line_speaks_of_what_follows() {
    let answer = resolve("[1] Shipping is not refunded.\n[2] Batteries are not covered.", &sources());
    assert_eq!(
        quotes(&answer),
        [
            ("Shipping is not refunded.", vec!["Shipping is not refunded."]),
            ("Batteries are not covered.", vec!["It does not cover batteries."]),
        ]
    );
}

#[test]
fn a_citation_is_checked_by_slicing() {
    let text = format!("{}{REFUNDS}", "é".repeat(500));
    let good = Citation::of(&sources()[0], 0..32).unwrap();
    assert_eq!(verify(&good, &text), Ok(()));
    let cases = [
        (Citation { start: 0, end: 32, ..good.clone() }, "text at 0..32 is not the quote"),
        (Citation { start: 1, end: 33, ..good.clone() }, "range 1..33 does not lie in the text of 1103 bytes"),
        (
            Citation { start: 1_032, end: 1_000, ..good.clone() },
            "range 1032..1000 does not lie in the text of 1103 bytes",
        ),
        (Citation { end: 9_999, ..good.clone() }, "range 1000..9999 does not lie in the text of 1103 bytes"),
        (
            Citation { start: 5, end: 5, quote: String::new(), ..good },
            "range 5..5 does not lie in the text of 1103 bytes",
        ),
    ];
    for (citation, message) in cases {
        assert_eq!(verify(&citation, &text).unwrap_err().to_string(), message);
    }
}

#[test]
fn the_page_is_that_of_the_quote_or_none() {
    let mut source = source_for_tests("a.pdf", 0, "One. Two.");
    (source.chunk.page_start, source.chunk.page_end) = (Some(3), Some(4));
    let mut citation = Citation::of(&source, 5..9).unwrap();
    assert_eq!(citation.page, None);
    let block = |start, end, page| Block {
        kind: BlockKind::Paragraph,
        start,
        end,
        page: Some(page),
        headings: vec!["H".into()],
    };
    citation.locate(&Document {
        format: DOCUMENT_FORMAT,
        media_type: "application/pdf".into(),
        parser: "test/1".into(),
        title: None,
        text: source.text,
        blocks: vec![block(0, 4, 3), block(5, 9, 4)],
        pages: Some(4),
        warnings: vec![],
    });
    assert_eq!((citation.page, citation.headings), (Some(4), vec!["H".to_owned()]));
}

proptest! {
    #[test]
    fn every_citation_holds_in_its_source(answer in "((refunds|warranty|14|days|goods|lasts|two|years|cover|\\[1\\]|\\[2\\]|\\[3\\]|\\.|\n) ){0,40}") {
        let found = resolve(&answer, &sources());
        let refunds = format!("{}{REFUNDS}", " ".repeat(1_000));
        for citation in found.citations() {
            let text = if citation.document == "refunds.md" { refunds.as_str() } else { WARRANTY };
            prop_assert_eq!(verify(citation, text), Ok(()));
        }
    }
}
