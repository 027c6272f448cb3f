//! Files that are wrong, hostile or mislabelled end in a named refusal or in what they really are.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly and say why it is skipped")]

mod common;

use common::{check_invariants, docx, pdf, zip};
use cueline_documents::{Hints, Limits, Refusal, RefusalCode, parse};
use cueline_domain::document::Document;

fn read(bytes: &[u8], name: &str) -> Result<Document, Refusal> {
    let result = parse(bytes, &Hints { name, media_type: None }, &Limits::default());
    if let Ok(document) = &result {
        check_invariants(document, name);
    }
    result
}

fn refused(bytes: &[u8], name: &str) -> RefusalCode {
    read(bytes, name).expect_err("a refusal").code
}

const HELLO: &str = "BT /F1 12 Tf 72 700 Td (Hello from page) Tj ET";

#[test]
fn file_without_bytes_or_without_text_is_empty() {
    assert_eq!(refused(b"", "a.txt"), RefusalCode::Empty);
    assert_eq!(refused(b" \n\t\r\n ", "a.txt"), RefusalCode::Empty);
    assert_eq!(refused(b"<html><body><script>x()</script></body></html>", "a.html"), RefusalCode::Empty);
    assert_eq!(refused(&docx(""), "a.docx"), RefusalCode::Empty);
}

#[test]
fn random_and_nul_bytes_are_unsupported_whatever_their_name() {
    let mut dice = common::Dice(7);
    let random: Vec<u8> = (0..10_000).map(|_| dice.roll(256) as u8).collect();
    for name in ["a.docx", "a.pdf", "a.txt", "a.csv", "a"] {
        assert_eq!(refused(&random, name), RefusalCode::Unsupported, "{name}");
        assert_eq!(refused(&[0; 5000], name), RefusalCode::Unsupported, "{name}");
    }
}

#[test]
fn pictures_and_archives_are_refused_with_advice() {
    let refusal = read(b"\x89PNG\r\n\x1a\n....", "scan.pdf").unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Unsupported);
    assert!(refusal.message.contains("OCR"), "{refusal}");
    assert_eq!(refused(&zip(&[("xl/workbook.xml", b"<x/>")]), "a.xlsx"), RefusalCode::Unsupported);
}

#[test]
fn mislabelled_file_is_read_as_what_it_is_with_a_warning() {
    let document = read(&pdf(&[HELLO]), "notes.txt").unwrap();
    assert_eq!(document.media_type, "application/pdf");
    assert!(document.warnings[0].contains("text/plain"), "{:?}", document.warnings);
    let document = read(b"<!doctype html><p>Hello <b>there</b>", "report.pdf").unwrap();
    assert_eq!((document.media_type.as_str(), document.text.as_str()), ("text/html", "Hello there\n"));
    assert_eq!(document.warnings.len(), 1);
    let document = read(b"Just a sentence.", "report.docx").unwrap();
    assert_eq!(document.media_type, "text/plain");
}

#[test]
fn protected_pdf_is_refused_and_owner_password_alone_is_not_protection() {
    let folder = common::own_data().join("protected");
    let locked = std::fs::read(folder.join("needs-password.pdf")).unwrap();
    assert_eq!(refused(&locked, "a.pdf"), RefusalCode::Encrypted);
    let open = std::fs::read(folder.join("owner-password.pdf")).unwrap();
    assert_eq!(read(&open, "a.pdf").unwrap().text, "The secret plan is lunch.\n");
}

#[test]
fn protected_office_file_is_refused() {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.extend([0; 600]);
    assert_eq!(refused(&bytes, "old.doc"), RefusalCode::Unsupported);
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(refused(&bytes, "new.docx"), RefusalCode::Encrypted);
}

#[test]
fn scan_without_text_layer_is_refused_and_a_scanned_page_is_reported() {
    assert_eq!(refused(&pdf(&["q 600 0 0 700 0 0 cm /Im1 Do Q"]), "scan.pdf"), RefusalCode::NoTextLayer);
    let document = read(&pdf(&[HELLO, "/Im1 Do"]), "mixed.pdf").unwrap();
    assert_eq!(document.warnings, ["page 2 has no text layer; it needs OCR"]);
}

#[test]
fn cut_off_files_are_malformed() {
    let word = docx("<w:p><w:r><w:t>Hello</w:t></w:r></w:p>");
    assert_eq!(refused(&word[..word.len() / 2], "a.docx"), RefusalCode::Malformed);
    assert_eq!(refused(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a.pdf"), RefusalCode::Malformed);
    assert_eq!(refused(br#"{"a": [1, 2"#, "a.json"), RefusalCode::Malformed);
}

#[test]
fn long_pdf_is_read_and_a_page_limit_holds() {
    let pages = vec![HELLO; 10_000];
    let bytes = pdf(&pages);
    let document = read(&bytes, "long.pdf").unwrap();
    assert_eq!((document.pages, document.blocks.last().unwrap().page), (Some(10_000), Some(10_000)));
    let limits = Limits { max_pages: 9_999, ..Limits::default() };
    let refusal = parse(&bytes, &Hints::default(), &limits).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::TooManyPages);
}

#[test]
fn zip_bomb_is_refused_by_what_comes_out_of_it() {
    let mut body = String::from("<w:p><w:r><w:t>");
    body.push_str(&"a".repeat(20 << 20));
    body.push_str("</w:t></w:r></w:p>");
    let bytes = docx(&body);
    assert!(bytes.len() < 100_000);
    let limits = Limits { max_expanded_bytes: 10 << 20, ..Limits::default() };
    let refusal = parse(&bytes, &Hints::default(), &limits).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::ExpandsTooMuch);
}

#[test]
fn deep_nesting_is_refused_in_every_format() {
    let html = format!("<html><body>{}deep", "<div>".repeat(100_000));
    assert_eq!(refused(html.as_bytes(), "a.html"), RefusalCode::TooDeep);
    let json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refused(json.as_bytes(), "a.json"), RefusalCode::TooDeep);
    let word = docx(&"<w:sdt><w:sdtContent>".repeat(100_000));
    assert_eq!(refused(&word, "a.docx"), RefusalCode::TooDeep);
    let markdown = format!("{} deep", "> ".repeat(5_000));
    assert_eq!(refused(markdown.as_bytes(), "a.md"), RefusalCode::TooDeep);
}

#[test]
fn nesting_up_to_the_limit_fits_the_stack_of_a_thread() {
    let html = format!("<html><body>{}deep", "<div>".repeat(240));
    assert_eq!(read(html.as_bytes(), "a.html").unwrap().text, "deep\n");
    let tables = format!("{}x{}", "<table><tr><td>".repeat(55), "</td></tr></table>".repeat(55));
    assert!(read(format!("<html>{tables}").as_bytes(), "a.html").is_ok());
    let cell = "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>";
    let word = format!("{}<w:p><w:r><w:t>x</w:t></w:r></w:p>{}", cell.repeat(70), "</w:tc></w:tr></w:tbl>".repeat(70));
    assert!(read(&docx(&word), "a.docx").unwrap().text.contains('x'));
}

#[test]
fn entities_of_a_file_are_not_expanded() {
    let mut dtd = String::from("<!DOCTYPE w [<!ENTITY a0 \"ha\">");
    for level in 1..30 {
        dtd.push_str(&format!("<!ENTITY a{level} \"&a{};&a{};\">", level - 1, level - 1));
    }
    let document = format!(
        "<?xml version=\"1.0\"?>{dtd}]><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body><w:p><w:r><w:t>A &amp; B &#65; &a29;</w:t></w:r></w:p></w:body></w:document>"
    );
    let document = read(&zip(&[("word/document.xml", document.as_bytes())]), "a.docx").unwrap();
    assert_eq!(document.text, "A & B A\n");
}

#[test]
fn huge_single_line_is_read_and_too_much_text_is_refused() {
    let line = "word ".repeat(2 << 20);
    let document = read(line.as_bytes(), "a.txt").unwrap();
    assert_eq!(document.blocks.len(), 1);
    let limits = Limits { max_text_bytes: 1 << 20, ..Limits::default() };
    for name in ["a.txt", "a.md", "a.html", "a.csv"] {
        let refusal = parse(line.as_bytes(), &Hints { name, media_type: None }, &limits).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::TooLarge, "{name}");
    }
    let limits = Limits { max_input_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(parse(line.as_bytes(), &Hints::default(), &limits).unwrap_err().code, RefusalCode::TooLarge);
}

#[test]
fn too_many_blocks_are_refused() {
    let limits = Limits { max_blocks: 100, ..Limits::default() };
    for (name, text) in
        [("a.txt", "x\n\n".repeat(200)), ("a.csv", "a,b\n".repeat(200)), ("a.jsonl", "{\"a\":1}\n".repeat(200))]
    {
        let refusal = parse(text.as_bytes(), &Hints { name, media_type: None }, &limits).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::TooLarge, "{name}");
    }
}

#[test]
fn wrong_bytes_in_a_text_are_replaced_and_reported() {
    let document = read("Grüße aus Köln, schöne Straßen\u{1}".as_bytes(), "a.txt").unwrap();
    assert_eq!(document.text, "Grüße aus Köln, schöne Straßen\n");
    let (latin, _, _) = encoding_latin();
    let document = read(&latin, "a.txt").unwrap();
    assert_eq!(document.text, "Größe, Fuß, Übung, älter, schön, grün\n");
    assert!(document.warnings[0].contains("encoding"), "{:?}", document.warnings);
    let utf16: Vec<u8> = "\u{feff}Zeile eins\r\nZeile zwei".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&utf16, "a.txt").unwrap().text, "Zeile eins\nZeile zwei\n");
    let odd = &utf16[..utf16.len() - 1];
    assert!(read(odd, "a.txt").is_ok());
}

fn encoding_latin() -> (Vec<u8>, (), ()) {
    ("Größe, Fuß, Übung, älter, schön, grün".chars().map(|c| u32::from(c) as u8).collect(), (), ())
}

#[test]
fn csv_with_broken_quotes_and_ragged_rows_keeps_every_cell() {
    let document = read(b"a;b;c\n1;\"2;3\n4;5;6;7\n", "a.csv").unwrap();
    for word in ["a", "1", "2", "3", "4", "7"] {
        assert!(document.text.contains(word), "{word} in {}", document.text);
    }
}

#[test]
fn damaged_line_of_json_lines_costs_that_line() {
    let document = read(b"{\"id\": 1, \"who\": {\"name\": \"Ada\"}}\n{oops\n{\"id\": 2}\n", "a.jsonl").unwrap();
    assert_eq!(document.text, "id: 1; who.name: Ada\nid: 2\n");
    assert_eq!(document.warnings.len(), 1);
}
