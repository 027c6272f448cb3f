//! E-mail: who wrote what to whom and when, the body, and the names of what was attached.

use crate::builder::Builder;
use crate::{Limits, MediaType, Refusal, html, txt};
use cueline_domain::document::{BlockKind, Document};
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};

pub(crate) const PARSER: &str = "eml/1";

pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| Refusal::malformed("an e-mail", "it has no header lines"))?;
    write(&mut builder, &message, 1, limits)?;
    builder.finish(&MediaType::Email, PARSER)
}

fn write(builder: &mut Builder<'_>, message: &Message<'_>, level: u8, limits: &Limits) -> Result<(), Refusal> {
    if let Some(subject) = message.subject() {
        builder.heading(level, subject)?;
    }
    let mut lines = Vec::new();
    for (label, list) in [("From", message.from()), ("To", message.to()), ("Cc", message.cc())] {
        if let Some(people) = list.map(people).filter(|people| !people.is_empty()) {
            lines.push(format!("{label}: {people}"));
        }
    }
    if let Some(date) = message.date() {
        lines.push(format!("Date: {}", date.to_rfc3339()));
    }
    builder.push(BlockKind::Aside, &lines.join("\n"))?;
    body(builder, message, limits)?;
    attachments(builder, message, level, limits)
}

/// The plain text when there is one; people read the same words in both.
fn body(builder: &mut Builder<'_>, message: &Message<'_>, limits: &Limits) -> Result<(), Refusal> {
    let mut written = false;
    for part in message.text_bodies() {
        if let PartType::Text(text) = &part.body {
            written |= !text.trim().is_empty();
            txt::paragraphs(builder, &crate::text::clean(text))?;
        }
    }
    if written {
        return Ok(());
    }
    for part in message.html_bodies() {
        if let PartType::Html(source) = &part.body {
            html::write_fragment(builder, source, limits)?;
        }
    }
    Ok(())
}

fn attachments(builder: &mut Builder<'_>, message: &Message<'_>, level: u8, limits: &Limits) -> Result<(), Refusal> {
    let mut names = 0_usize;
    for part in message.attachments() {
        if let PartType::Message(forwarded) = &part.body
            && level < 6
        {
            write(builder, forwarded, level + 1, limits)?;
            continue;
        }
        let name = part.attachment_name().unwrap_or("without a name");
        builder.push(BlockKind::Aside, &format!("Attachment: {}", crate::text::one_line(name)))?;
        names += 1;
    }
    if names > 0 {
        builder.warn(format!("{names} attachment(s) are listed by name; their contents were not read"));
    }
    Ok(())
}

fn people(list: &Address<'_>) -> String {
    let mut people = Vec::new();
    for mailbox in list.iter() {
        people.push(match (mailbox.name(), mailbox.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => continue,
        });
    }
    people.join(", ")
}
