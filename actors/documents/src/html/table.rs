//! Tables: every row says everything it needs, so a merged cell is repeated in each place it covers.

use super::blocks::{Writer, inline_text, is_invisible};
use super::dom::{Id, Page};
use crate::Refusal;
use cueline_domain::document::BlockKind;

/// Spans beyond this are mistakes.
const MAX_SPAN: usize = 64;
/// A merged cell with more text than this is written once.
const MAX_REPEATED: usize = 256;

struct Row {
    cells: Vec<Id>,
    header: bool,
}

pub(super) fn write(writer: &mut Writer<'_, '_>, table: Id) -> Result<(), Refusal> {
    writer.flush_paragraph()?;
    let page = writer.page;
    if let Some(caption) = page.node(table).children.iter().find(|child| page.name(**child) == "caption") {
        let caption = inline_text(page, *caption);
        writer.builder.push(BlockKind::Aside, &caption)?;
    }
    let rows = rows(page, table);
    let (grid, headers) = grid(page, &rows, writer.builder.room());
    writer.builder.table(&grid, headers.max(1))?;
    Ok(())
}

/// Tables below an element that is written as text.
pub(super) fn inside(page: &Page, root: Id) -> Vec<Id> {
    let mut found = Vec::new();
    let mut open = page.node(root).children.clone();
    while let Some(id) = open.pop() {
        if page.name(id) == "table" {
            found.push(id);
        } else {
            open.extend(&page.node(id).children);
        }
    }
    found
}

/// Rows of this table, not those of a table in a cell.
fn rows(page: &Page, table: Id) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut open: Vec<(Id, bool)> = vec![(table, false)];
    while let Some((id, in_head)) = open.pop() {
        if is_invisible(page, id) {
            continue;
        }
        match page.name(id) {
            "tr" => {
                let is_cell = |id: &&Id| matches!(page.name(**id), "td" | "th");
                let cells: Vec<Id> = page.node(id).children.iter().filter(is_cell).copied().collect();
                let header = in_head || (!cells.is_empty() && cells.iter().all(|cell| page.name(*cell) == "th"));
                rows.push(Row { cells, header });
            }
            "table" | "tbody" | "tfoot" | "thead" => {
                let head = page.name(id) == "thead";
                if page.name(id) != "table" || id == table {
                    open.extend(page.node(id).children.iter().rev().map(|child| (*child, head)));
                }
            }
            _ => {}
        }
    }
    rows
}

/// The table written out, and how many rows at its top are headers.
fn grid(page: &Page, rows: &[Row], room: usize) -> (Vec<Vec<String>>, usize) {
    let mut grid: Vec<Vec<String>> = Vec::with_capacity(rows.len());
    // Per column: rows still covered by a cell above, and its text.
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut written = 0;
    for row in rows {
        let mut line: Vec<String> = Vec::new();
        let mut cells = row.cells.iter();
        loop {
            if let Some((left, text)) = above.get_mut(line.len()).filter(|(left, _)| *left > 0) {
                *left -= 1;
                line.push(text.clone());
                continue;
            }
            let Some(cell) = cells.next() else {
                // A cell from above may still lie further right.
                if above.iter().skip(line.len()).any(|(left, _)| *left > 0) {
                    line.push(String::new());
                    continue;
                }
                break;
            };
            let text = inline_text(page, *cell);
            let columns = page.number(*cell, "colspan").unwrap_or(1).clamp(1, MAX_SPAN);
            let covered = page.number(*cell, "rowspan").unwrap_or(1).clamp(1, MAX_SPAN) - 1;
            let again = if text.len() <= MAX_REPEATED { text.clone() } else { String::new() };
            for column in 0..columns {
                if above.len() <= line.len() {
                    above.resize(line.len() + 1, (0, String::new()));
                }
                above[line.len()] = (covered, again.clone());
                line.push(if column == 0 { text.clone() } else { again.clone() });
            }
        }
        written += line.iter().map(String::len).sum::<usize>();
        grid.push(line);
        if written > room {
            break;
        }
    }
    let headers = rows.iter().take_while(|row| row.header).count();
    (grid, headers.min(rows.len().saturating_sub(1)))
}
