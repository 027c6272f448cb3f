//! CSV and its relatives: the delimiter is found, ragged rows are kept and reported.

use crate::builder::Builder;
use crate::{Limits, MediaType, Refusal, txt};
use cueline_domain::document::{BlockKind, Document};

pub(crate) const PARSER: &str = "csv/1";

/// Rows that decide about the delimiter.
const SAMPLE_ROWS: usize = 50;

pub(crate) fn parse(bytes: &[u8], media_type: &MediaType, limits: &Limits) -> Result<Document, Refusal> {
    let mut builder = Builder::new(limits);
    let text = txt::read(bytes, limits, &mut builder)?;
    let delimiter = delimiter(crate::text::cut(&text, 256 * 1024));
    let mut rows = reader(&text, delimiter);
    let mut record = csv::StringRecord::new();
    let (mut width, mut ragged, mut number) = (0, 0_usize, 0_usize);
    while rows.read_record(&mut record).map_err(|error| Refusal::malformed("a table", error))? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if number == 0 {
            width = cells.len();
            let header = format!("{}\n{}", crate::text::row(&cells, width), crate::text::rule(width));
            builder.push(BlockKind::TableHeader, &header)?;
        } else {
            ragged += usize::from(cells.len() != width);
            builder.push(BlockKind::TableRow, &crate::text::row(&cells, width.max(cells.len())))?;
        }
        number += 1;
    }
    if ragged > 0 {
        builder.warn(format!("{ragged} row(s) do not have the {width} columns of the header"));
    }
    builder.finish(media_type, PARSER)
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// The delimiter that cuts the most rows into the same number of columns; a comma when none does.
pub(crate) fn delimiter(text: &str) -> u8 {
    best(text).map_or(b',', |(delimiter, _, _)| delimiter)
}

/// The delimiter of a text that is a table beyond doubt: three rows or more, all of one width.
pub(crate) fn table_like(text: &str) -> Option<u8> {
    let (delimiter, regular, rows) = best(text)?;
    let prose = text.lines().take(SAMPLE_ROWS).any(|line| line.len() > 400 || line.trim().is_empty());
    (rows >= 3 && regular == rows && !prose).then_some(delimiter)
}

/// Delimiter, rows of its usual width, and rows in all.
fn best(text: &str) -> Option<(u8, usize, usize)> {
    let mut best: Option<(u8, usize, usize)> = None;
    for delimiter in [b',', b';', b'\t', b'|'] {
        let widths: Vec<usize> =
            reader(text, delimiter).into_records().take(SAMPLE_ROWS).flatten().map(|row| row.len()).collect();
        let usual = most_common(&widths);
        let regular = widths.iter().filter(|width| **width == usual).count();
        if usual > 1 && best.is_none_or(|(_, before, _)| regular > before) {
            best = Some((delimiter, regular, widths.len()));
        }
    }
    best
}

fn most_common(widths: &[usize]) -> usize {
    let times = |width: usize| widths.iter().filter(|other| **other == width).count();
    widths.iter().copied().max_by_key(|width| times(*width)).unwrap_or(0)
}
