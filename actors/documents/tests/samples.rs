//! Every sample file: blocks slice the text, words are found, refusals are named.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly and say why it is skipped")]

mod common;

use common::{check_invariants, load_manifest, shared_data};
use cueline_documents::evaluation::{Report, evaluate};
use cueline_documents::{Hints, Limits, parse};
use std::path::Path;
use std::time::Instant;

fn report(folder: &Path) -> Report {
    let started = Instant::now();
    let load = |path: &str| std::fs::read(folder.join(path));
    evaluate(&load_manifest(folder), &Limits::default(), load, || started.elapsed()).unwrap()
}

fn blocks_slice_every_document_of(folder: &Path) {
    for row in load_manifest(folder) {
        let bytes = std::fs::read(folder.join(&row.path)).unwrap();
        let hints = Hints { name: &row.path, media_type: None };
        match parse(&bytes, &hints, &Limits::default()) {
            Ok(document) => check_invariants(&document, &row.path),
            Err(refusal) => assert!(refusal.message.len() > 20, "{}: {refusal}", row.path),
        }
        assert_eq!(
            parse(&bytes, &hints, &Limits::default()),
            parse(&bytes, &hints, &Limits::default()),
            "{}: the same bytes give the same answer",
            row.path
        );
    }
}

fn recall_is_kept_on(folder: &Path) {
    let report = report(folder);
    for (format, row) in report.formats.iter().filter(|(_, row)| row.compared > 0) {
        let least = if format == "pdf" { 0.93 } else { 0.95 };
        assert!(row.recall >= least, "{format}: word recall {:.3}", row.recall);
        assert!(row.precision >= 0.9, "{format}: word precision {:.3}", row.precision);
    }
    for file in &report.files {
        assert!(file.refusal.is_none(), "{}: {:?}", file.path, file.refusal);
        assert!(file.recall.is_none_or(|recall| recall >= 0.85), "{}: {:?}", file.path, file.recall);
    }
}

#[test]
fn blocks_of_the_shipped_samples_slice_their_text() {
    blocks_slice_every_document_of(&common::own_data());
}

#[test]
fn words_of_the_shipped_samples_are_found() {
    recall_is_kept_on(&common::own_data());
}

#[test]
fn blocks_of_the_shared_collection_slice_their_text() {
    if let Some(folder) = shared_data() {
        blocks_slice_every_document_of(&folder);
    }
}

#[test]
fn words_of_the_shared_collection_are_found() {
    if let Some(folder) = shared_data() {
        recall_is_kept_on(&folder);
    }
}

#[test]
fn title_in_a_word_file_and_its_numbered_headings_form_the_path() {
    let document = common::parse_sample("files/docx/docling--unit_test_headers_numbered.docx");
    let block = document.blocks.iter().find(|block| document.text[block.start..block.end] == *"Paragraph 1.2.3.1");
    let path = &block.unwrap().headings;
    assert_eq!(path, &["Test Document", "1. Section 1", "1.2. Section 1.2", "1.2.1. Section 1.2.3"]);
}

#[test]
fn strict_and_transitional_word_files_read_alike() {
    let document = common::parse_sample("files/docx/docling--Strict.docx");
    assert_eq!(document.text, "Some text\n");
}

#[test]
fn mail_shows_people_body_and_attachment_names() {
    let document = common::parse_sample("files/eml/docling--eml_with_attachment.eml");
    assert_eq!(document.title.as_deref(), Some("Email with Attachment"));
    let expected = "# Email with Attachment\n\nFrom: Alice Example <alice@example.com>\nTo: Bob Example <bob@example.com>\n\n\
         Hello Bob,\n\nThis email contains an attachment.\n\nBest regards,\nAlice\n\nAttachment: test.txt\n";
    assert_eq!(document.text, expected);
}

#[test]
fn pdf_blocks_know_their_page() {
    let document = common::parse_sample("files/pdf/docling--table_mislabeled_as_picture.pdf");
    let pages = document.pages.unwrap();
    assert!(document.blocks.iter().all(|block| block.page.is_some_and(|page| (1..=pages).contains(&page))));
}
