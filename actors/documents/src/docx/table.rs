//! Tables: every row says everything it needs, so a merged cell is repeated in each place it covers.

use super::body::{Reader, flatten};
use super::xml::{Element, Ns};

/// Spans beyond this are mistakes.
const MAX_SPAN: usize = 64;
/// A merged cell with more text than this is written once.
const MAX_REPEATED: usize = 256;

pub(super) struct Cell<'e> {
    pub(super) element: &'e Element,
    columns: usize,
    /// Covered by the cell above.
    continued: bool,
}

/// The cells of a table, row by row; content controls around rows and cells are looked through.
pub(super) fn cells(table: &Element) -> Vec<Vec<Cell<'_>>> {
    let mut rows = Vec::new();
    below(table, "tr", &mut rows);
    rows.into_iter().map(row).collect()
}

fn row(row: &Element) -> Vec<Cell<'_>> {
    let mut elements = Vec::new();
    below(row, "tc", &mut elements);
    elements.into_iter().map(cell).collect()
}

fn cell(element: &Element) -> Cell<'_> {
    let properties = element.child("tcPr");
    let merge = properties.and_then(|properties| properties.child("vMerge"));
    Cell {
        element,
        columns: properties
            .and_then(|properties| properties.value("gridSpan"))
            .and_then(|span| span.parse().ok())
            .unwrap_or(1)
            .clamp(1, MAX_SPAN),
        continued: merge.is_some_and(|merge| merge.attribute("val") != Some("restart")),
    }
}

/// Rows of this table, or cells of this row: not those of a table inside.
fn below<'e>(element: &'e Element, name: &str, found: &mut Vec<&'e Element>) {
    for child in element.elements() {
        match (child.ns, &*child.name) {
            (Ns::Word, wanted) if wanted == name => found.push(child),
            (Ns::Word, "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo") => below(child, name, found),
            _ => {}
        }
    }
}

/// The table written out, and how many rows at its top are headers.
pub(super) fn write(reader: &mut Reader, table: &Element, cells: &[Vec<Cell<'_>>]) -> (Vec<Vec<String>>, usize) {
    let mut grid: Vec<Vec<String>> = Vec::with_capacity(cells.len());
    for row in cells {
        let mut line: Vec<String> = Vec::new();
        for cell in row {
            let above = grid.last().and_then(|above| above.get(line.len()));
            let text = match above.filter(|_| cell.continued) {
                Some(above) if above.len() <= MAX_REPEATED => above.clone(),
                Some(_) => String::new(),
                None => {
                    let mut pieces = Vec::new();
                    reader.blocks(cell.element, &mut pieces);
                    flatten(pieces)
                }
            };
            let again = if text.len() <= MAX_REPEATED { text.clone() } else { String::new() };
            line.push(text);
            line.extend(std::iter::repeat_n(again, cell.columns - 1));
        }
        grid.push(line);
    }
    (grid, headers(table, cells.len()))
}

/// Rows that Word repeats on every page; the first row otherwise.
fn headers(table: &Element, rows: usize) -> usize {
    let mut elements = Vec::new();
    below(table, "tr", &mut elements);
    let marked = |row: &&&Element| row.child("trPr").is_some_and(|properties| properties.is_on("tblHeader"));
    elements.iter().take_while(marked).count().clamp(1, rows.max(2) - 1)
}
