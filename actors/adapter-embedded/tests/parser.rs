//! The parser in child processes: the suite of the port, and files that do what files do to parsers.
//!
//! The child is this test binary again. What the test harness prints before the child says that it is ready is what a
//! wrapper script might print, and is skipped.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use cueline_domain::document::{Block, BlockKind, DOCUMENT_FORMAT, Document};
use cueline_embedded::{ChildProcessParser, ParserOptions, Refusal, serve_child};
use cueline_ports::{ParseFailure, Parser, conformance::parser_suite};

/// The child. Ignored as a test: it only means something when a parent starts it.
#[test]
#[ignore = "the child of the other tests"]
fn child() {
    serve_child(parse, io::stdin(), io::stdout()).unwrap();
    // Before the harness writes to the pipe that is the protocol.
    std::process::exit(0);
}

/// Plain text, and words that make it misbehave.
fn parse(name: &str, bytes: &[u8]) -> Result<Document, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| ("document_not_text".to_owned(), "not UTF-8".to_owned()))?;
    match text {
        "panic" => panic!("on purpose"),
        "abort" => std::process::abort(),
        "overflow" => drop(recurse(1)),
        "memory" => drop(std::hint::black_box(vec![1_u8; 8 << 30])),
        "hang" => std::thread::sleep(Duration::from_secs(3_600)),
        "exit" => std::process::exit(0),
        _ => {}
    }
    let title = if text == "environment" {
        Some(std::env::vars().map(|(name, _)| name).collect::<Vec<_>>().join(" "))
    } else {
        Some(format!("{name} by {}", std::process::id()))
    };
    let blocks = vec![Block { kind: BlockKind::Paragraph, start: 0, end: text.len(), page: None, headings: vec![] }];
    let media_type = "text/plain".to_owned();
    let parser = "test/1".to_owned();
    Ok(Document {
        format: DOCUMENT_FORMAT,
        media_type,
        parser,
        title,
        text: text.to_owned(),
        blocks,
        pages: None,
        warnings: vec![],
    })
}

fn recurse(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 1_000]);
    if depth == 0 { 0 } else { recurse(depth + 1) + room[7] }
}

fn options() -> ParserOptions {
    let args = ["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"];
    ParserOptions::new(std::env::current_exe().unwrap(), args, "test/1")
}

fn parser(change: impl FnOnce(&mut ParserOptions)) -> ChildProcessParser {
    let mut options = options();
    change(&mut options);
    ChildProcessParser::new(options)
}

async fn title(parser: &ChildProcessParser, text: &str) -> String {
    parser.parse("name", Bytes::copy_from_slice(text.as_bytes())).await.unwrap().title.unwrap()
}

async fn refusal(parser: &ChildProcessParser, text: &str) -> String {
    match parser.parse("name", Bytes::copy_from_slice(text.as_bytes())).await {
        Err(ParseFailure::Refused { code, .. }) => code,
        other => panic!("{text} is not refused: {other:?}"),
    }
}

#[tokio::test]
async fn child_process_parser_is_a_parser() {
    let one_child = async || Arc::new(parser(|options| options.children = 1)) as Arc<dyn Parser>;
    parser_suite(one_child).await;
    parser_suite(async || Arc::new(ChildProcessParser::new(options())) as Arc<dyn Parser>).await;
}

#[tokio::test]
async fn a_child_parses_many_documents_and_is_then_replaced() {
    let parser = parser(|options| (options.children, options.recycle_after) = (1, 3));
    let mut children = Vec::new();
    for _ in 0..7 {
        children.push(title(&parser, "text").await);
    }
    assert!(children[0] == children[1] && children[1] == children[2], "{children:?}");
    assert_ne!(children[2], children[3]);
    children.dedup();
    assert_eq!(children.len(), 3);
}

#[tokio::test]
async fn what_a_file_does_to_its_parser_is_its_own_affair() {
    let parser = parser(|options| {
        options.children = 2;
        options.memory = 1 << 30;
    });
    for (text, code) in [
        ("panic", "document_crashes_parser"),
        ("abort", "document_crashes_parser"),
        ("overflow", "document_crashes_parser"),
        ("exit", "document_crashes_parser"),
        ("memory", "document_too_large"),
    ] {
        // Once in a child that has served others, once in a new one.
        title(&parser, "before").await;
        let (first, beside) = tokio::join!(refusal(&parser, text), title(&parser, "beside"));
        assert_eq!((first.as_str(), beside.is_empty()), (code, false), "{text}");
        assert_eq!(refusal(&parser, text).await, code);
        title(&parser, "after").await;
    }
}

#[tokio::test]
async fn a_file_that_takes_for_ever_is_stopped() {
    let parser = parser(|options| (options.children, options.wall) = (1, Duration::from_millis(700)));
    title(&parser, "before").await;
    let started = Instant::now();
    assert_eq!(refusal(&parser, "hang").await, "document_too_slow");
    assert!(started.elapsed() < Duration::from_secs(20));
    title(&parser, "after").await;
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_no_child_behind() {
    let parser = parser(|options| options.children = 1);
    title(&parser, "before").await;
    let hang = parser.parse("name", Bytes::from_static(b"hang"));
    assert!(tokio::time::timeout(Duration::from_millis(200), hang).await.is_err());
    // With one permit this would wait for an hour if the first child still had it.
    tokio::time::timeout(Duration::from_secs(30), title(&parser, "after")).await.unwrap();
}

#[tokio::test]
async fn a_child_knows_no_secrets() {
    // The harness of the parent has variables such as PATH, HOME and those of Cargo.
    let found = title(&parser(|_| ()), "environment").await;
    let known = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"];
    assert!(found.split(' ').all(|name| name.is_empty() || known.contains(&name)), "{found}");
}

#[tokio::test]
async fn a_large_document_goes_both_ways() {
    let text = "0123456789abcdef".repeat(1 << 20);
    let document = parser(|_| ()).parse("large.txt", Bytes::from(text.clone())).await.unwrap();
    assert!(document.text == text);
}

#[tokio::test]
async fn a_program_that_is_no_parser_is_the_worlds_fault() {
    for (exe, args) in [("/no/such/program", vec![]), ("/bin/false", vec![]), ("/bin/echo", vec!["hello"])] {
        let parser = ChildProcessParser::new(ParserOptions::new(exe, args, "test/1"));
        let failure = parser.parse("name", Bytes::from_static(b"text")).await.unwrap_err();
        assert!(matches!(&failure, ParseFailure::Unavailable(message) if message.contains(exe)), "{failure:?}");
    }
}
