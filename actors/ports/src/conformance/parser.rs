//! What every parser promises; which formats it reads is not a matter of the port.

use std::sync::Arc;

use bytes::Bytes;
use cueline_domain::document::DOCUMENT_FORMAT;
use futures::future::join_all;

use crate::{ParseFailure, Parser};

/// Checks every promise of [`Parser`], each on a fresh one. It must read plain text.
pub async fn parser_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Parser>>,
{
    plain_text_becomes_a_document(&*fresh().await).await;
    the_same_bytes_give_the_same_document(&*fresh().await).await;
    what_cannot_be_read_is_refused_with_a_code(&*fresh().await).await;
    documents_do_not_mix(&*fresh().await).await;
}

const TEXT: &str = "Cueline runs workflows.\n\nEach step is recorded.\n";
/// Starts like a PDF and is none.
const BROKEN: &[u8] = b"%PDF-1.7\n\xff\xfe\x00 this is not the rest of a PDF";

async fn plain_text_becomes_a_document(parser: &dyn Parser) {
    assert!(!parser.version().is_empty(), "a parser has a version");
    let document = parser.parse("notes.txt", Bytes::from_static(TEXT.as_bytes())).await.expect("text can be read");
    assert_eq!(document.format, DOCUMENT_FORMAT, "a document is of the current format");
    assert!(document.text.contains("Each step is recorded."), "the text is in it");
    assert!(!document.blocks.is_empty(), "it has blocks");
    for block in &document.blocks {
        assert!(document.text.get(block.start..block.end).is_some(), "a block is a range of the text");
    }
}

async fn the_same_bytes_give_the_same_document(parser: &dyn Parser) {
    let first = parser.parse("notes.txt", Bytes::from_static(TEXT.as_bytes())).await;
    let second = parser.parse("notes.txt", Bytes::from_static(TEXT.as_bytes())).await;
    assert!(first.is_ok() && first == second, "the same bytes give the same document");
}

async fn what_cannot_be_read_is_refused_with_a_code(parser: &dyn Parser) {
    let failure = parser.parse("broken.pdf", Bytes::from_static(BROKEN)).await.expect_err("this is no PDF");
    let ParseFailure::Refused { code, message } = &failure else {
        unreachable!("the file is at fault, not the world: {failure}")
    };
    assert!(!message.is_empty(), "a refusal has words for people");
    let stable = code.starts_with(|c: char| c.is_ascii_lowercase())
        && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    assert!(stable, "a refusal has a code: {code:?}");
    let again = parser.parse("broken.pdf", Bytes::from_static(BROKEN)).await.expect_err("this is still no PDF");
    assert_eq!(again, failure, "the same bytes are refused again in the same way");
    parser.parse("notes.txt", Bytes::from_static(TEXT.as_bytes())).await.expect("a refusal spoils nothing");
}

async fn documents_do_not_mix(parser: &dyn Parser) {
    let parses = (0..24).map(|n| async move {
        let text = format!("This is text number {n}.");
        let parsed = parser.parse(&format!("{n}.txt"), Bytes::from(text.clone())).await;
        let found = parsed.expect("text can be read").text;
        assert!(found.contains(&text), "{found:?} is the document of its own bytes");
        if n % 4 == 0 {
            let broken = parser.parse("broken.pdf", Bytes::from_static(BROKEN)).await;
            assert!(broken.is_err(), "a broken file among others is refused");
        }
    });
    join_all(parses).await;
}
