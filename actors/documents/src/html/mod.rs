//! HTML: the main content of a page; a page without boilerplate keeps everything.

mod blocks;
mod dom;
mod main_content;
mod table;

use crate::builder::Builder;
use crate::{Limits, MediaType, Refusal, encoding};
use cueline_domain::document::Document;

pub(crate) const PARSER: &str = "html/1";

/// Where a page may declare its charset.
const PRESCAN: usize = 4096;

pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    let decoded = encoding::decode(bytes, declared_charset(bytes).as_deref());
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    let page = dom::Page::parse(&decoded.text, limits)?;
    drop(decoded.text);
    if let Some(title) = page.first(dom::ROOT, &|page, id| page.name(id) == "title") {
        let title: String = page.node(title).children.iter().map(|child| page.node(*child).text.as_str()).collect();
        builder.set_title(&title);
    }
    write(&page, &mut builder)?;
    builder.finish(&MediaType::Html, PARSER)
}

/// HTML inside another document (the body of an e-mail).
pub(crate) fn write_fragment(builder: &mut Builder<'_>, source: &str, limits: &Limits) -> Result<(), Refusal> {
    write(&dom::Page::parse(source, limits)?, builder)
}

fn write(page: &dom::Page, builder: &mut Builder<'_>) -> Result<(), Refusal> {
    let content = main_content::find(page);
    if !content.left_out.is_empty() {
        builder.warn("navigation around the main content was left out");
    }
    blocks::Writer::new(page, &content, builder).write()
}

/// `<meta charset="…">` or `<meta http-equiv=… content="…; charset=…">`.
fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN)]).to_ascii_lowercase();
    let meta = head.match_indices("<meta").map(|(at, _)| &head[at..]).find_map(|meta| {
        let tag = &meta[..meta.find('>').unwrap_or(meta.len())];
        tag.find("charset=").map(|at| tag[at + 8..].trim_start_matches(['"', '\'', ' ']).to_owned())
    })?;
    let label: String =
        meta.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')).collect();
    (!label.is_empty()).then_some(label)
}
