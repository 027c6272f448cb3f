//! Charts as tables of their numbers, diagrams as lists of their words.

use super::xml::{Element, Ns};

/// A chart part: one row per category, one column per series.
pub(super) fn chart(root: &Element) -> Vec<Vec<String>> {
    let mut series = Vec::new();
    root.all(Ns::Chart, "ser", &mut series);
    let mut header = vec![String::new()];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (column, one) in series.iter().enumerate().take(256) {
        header.push(points(one.child("tx")).join(" "));
        let names = points(one.child("cat").or_else(|| one.child("xVal")));
        let values = points(one.child("val").or_else(|| one.child("yVal")));
        for (row, value) in values.into_iter().enumerate() {
            if rows.len() <= row {
                rows.push(vec![names.get(row).cloned().unwrap_or_default()]);
            }
            rows[row].resize(column + 1, String::new());
            rows[row].push(value);
        }
    }
    if rows.is_empty() {
        return rows;
    }
    rows.insert(0, header);
    rows
}

/// The values that Word cached for a reference.
fn points(reference: Option<&Element>) -> Vec<String> {
    let Some(reference) = reference else { return Vec::new() };
    let mut values = Vec::new();
    reference.all(Ns::Chart, "v", &mut values);
    values.into_iter().map(|value| number(&crate::text::one_line(&value.text()))).collect()
}

/// Word stores `4.4` as `4.4000000000000004`.
fn number(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(value) if text.len() > 12 && value.is_finite() => format!("{:.9}", value).trim_end_matches('0').to_owned(),
        _ => text.to_owned(),
    }
}

/// A diagram (SmartArt) part: its texts, one per row.
pub(super) fn diagram(root: &Element) -> Vec<Vec<String>> {
    let mut paragraphs = Vec::new();
    root.all(Ns::Drawing, "p", &mut paragraphs);
    let mut rows = Vec::new();
    for paragraph in paragraphs {
        let mut texts = Vec::new();
        paragraph.all(Ns::Drawing, "t", &mut texts);
        let text: String = texts.into_iter().map(Element::text).collect();
        if !text.trim().is_empty() {
            rows.push(vec![crate::text::one_line(&text)]);
        }
    }
    rows
}
