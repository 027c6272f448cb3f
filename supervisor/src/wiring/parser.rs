//! Parsing behind walls, in children of this process.

use std::{
    io::{Read, Write},
    sync::Arc,
};

use cueline_documents::{Hints, Limits};
use cueline_embedded::{ChildProcessParser, ParserOptions, serve_child};
use cueline_ports::{Parser, PortError, PortResult};

use crate::config::Config;

/// Changes whenever the same bytes may give another document: documents are then parsed again.
const PARSERS: &str = "parsers/1";

pub(super) fn parser(config: &Config) -> PortResult<Arc<dyn Parser>> {
    Ok(Arc::new(ChildProcessParser::new(parser_options(config)?)))
}

fn parser_options(config: &Config) -> PortResult<ParserOptions> {
    let program = std::env::current_exe()
        .map_err(|error| PortError::unavailable("failed to find the path of this program").with_source(error))?;
    let mut options = ParserOptions::new(program, ["parse-document"], PARSERS);
    options.memory = config.parser.memory;
    options.wall = config.parser.wall;
    options.children = config.parser.children.unwrap_or(options.children);
    Ok(options)
}

/// The life of a parser child: documents come in on `stdin`, answers leave on `stdout`.
pub fn parse_documents(stdin: impl Read, stdout: impl Write) -> std::io::Result<()> {
    let limits = Limits::default();
    let parse = |name: &str, bytes: &[u8]| {
        cueline_documents::parse(bytes, &Hints { name, media_type: None }, &limits)
            .map_err(|refusal| (refusal.code.as_str().to_owned(), refusal.message))
    };
    serve_child(parse, stdin, stdout)
}
