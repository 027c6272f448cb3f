//! From glyphs to lines of text, by geometry.
//!
//! The order in which a producer draws is mostly the reading order of columns and cells, so it is kept between lines;
//! within a line only the place of a glyph counts.

use super::bidi;
use super::glyphs::Glyph;

/// A gap wider than this share of the font size separates words.
const WORD_GAP: f64 = 0.2;
/// Glyphs this far apart are not drawn as one piece.
const PIECE_GAP: f64 = 1.2;
/// How many lines back a late piece (bold words drawn in a second pass) may still join.
const LOOK_BACK: usize = 200;

/// One line as read.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) angle: i32,
    pub(super) u0: f64,
    pub(super) u1: f64,
    pub(super) v: f64,
    pub(super) size: f64,
    pub(super) artifact: bool,
    pub(super) bold: bool,
    /// Most of its letters are read from the right.
    pub(super) rtl: bool,
}

impl Line {
    /// Where reading begins, growing in reading direction.
    pub(super) fn start(&self) -> f64 {
        if self.rtl { -self.u1 } else { self.u0 }
    }

    /// Where reading ends.
    pub(super) fn end(&self) -> f64 {
        if self.rtl { -self.u0 } else { self.u1 }
    }
}

/// Glyphs drawn one after the other on one base line.
struct Piece {
    glyphs: Vec<Glyph>,
    angle: i32,
    u0: f64,
    u1: f64,
    v: f64,
    size: f64,
}

impl Piece {
    fn new(glyph: Glyph) -> Self {
        Self { angle: glyph.angle, u0: glyph.u0, u1: glyph.u1, v: glyph.v, size: glyph.size, glyphs: vec![glyph] }
    }

    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        let raised = (glyph.v - self.v).abs();
        // A smaller glyph may be a superscript or a footnote mark.
        let reach = if glyph.size < self.size * 0.85 { 0.55 } else { 0.3 };
        self.angle == glyph.angle && raised <= reach * size && self.distance(glyph.u0, glyph.u1) <= PIECE_GAP * size
    }

    /// Free space between this piece and an interval; 0 when they overlap.
    fn distance(&self, u0: f64, u1: f64) -> f64 {
        (u0 - self.u1).max(self.u0 - u1).max(0.0)
    }

    fn push(&mut self, glyph: Glyph) {
        self.u0 = self.u0.min(glyph.u0);
        self.u1 = self.u1.max(glyph.u1);
        if glyph.size > self.size {
            (self.size, self.v) = (glyph.size, glyph.v);
        }
        self.glyphs.push(glyph);
    }

    fn same_line(&self, other: &Self) -> bool {
        let size = self.size.min(other.size);
        self.angle == other.angle && (self.v - other.v).abs() <= 0.3 * size
    }

    fn absorb(&mut self, other: Self) {
        for glyph in other.glyphs {
            self.push(glyph);
        }
    }
}

/// The lines of a page in drawing order.
pub(super) fn lines(glyphs: Vec<Glyph>) -> Vec<Line> {
    let (rtl, ltr) = glyphs.iter().flat_map(|glyph| glyph.text.chars()).fold((0_usize, 0_usize), |(rtl, ltr), c| {
        (rtl + usize::from(bidi::is_rtl(c)), ltr + usize::from(bidi::is_ltr(c)))
    });
    join(pieces(glyphs)).into_iter().filter_map(|piece| read(piece, rtl > ltr)).collect()
}

fn pieces(glyphs: Vec<Glyph>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for glyph in glyphs {
        match pieces.last_mut().filter(|piece| piece.takes(&glyph)) {
            Some(piece) => piece.push(glyph),
            None => pieces.push(Piece::new(glyph)),
        }
    }
    pieces
}

/// Pieces on one base line belong together when drawn one after the other (cells of a row, justified words), or when
/// they touch (words drawn later).
fn join(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut lines: Vec<Piece> = Vec::new();
    for piece in pieces {
        if piece.glyphs.iter().all(|glyph| glyph.text.trim().is_empty()) {
            continue;
        }
        if let Some(last) = lines.last_mut().filter(|last| last.same_line(&piece)) {
            last.absorb(piece);
            continue;
        }
        let near = lines.iter().rev().take(LOOK_BACK).position(|line| {
            line.same_line(&piece) && line.distance(piece.u0, piece.u1) <= 0.5 * line.size.min(piece.size)
        });
        match near {
            Some(back) => {
                let at = lines.len() - 1 - back;
                lines[at].absorb(piece);
            }
            None => lines.push(piece),
        }
    }
    lines
}

/// Sorts the glyphs of a line as seen, finds the word gaps, and turns it into reading order.
fn read(mut piece: Piece, rtl_page: bool) -> Option<Line> {
    let marks = take_marks(&mut piece.glyphs);
    piece.glyphs.sort_by(|a, b| a.u0.total_cmp(&b.u0));
    let mut clusters: Vec<String> = Vec::with_capacity(piece.glyphs.len());
    let mut places: Vec<(f64, f64, usize)> = Vec::with_capacity(piece.glyphs.len());
    let mut end = f64::NEG_INFINITY;
    for glyph in &piece.glyphs {
        let space = glyph.text.trim().is_empty();
        let after_space = clusters.last().is_none_or(|last| last == " ");
        if space {
            // A space glyph stretched under the neighbouring letters separates nothing that its place does not show.
            if !after_space {
                clusters.push(" ".to_owned());
            }
            end = end.max(glyph.u1);
            continue;
        }
        let gap = glyph.u0 - end > WORD_GAP * piece.size.min(glyph.size);
        if !after_space && (gap || clusters.last().is_some_and(|last| bidi::change_script(last, &glyph.text))) {
            clusters.push(" ".to_owned());
        }
        places.push((glyph.u0, glyph.u1, clusters.len()));
        clusters.push(glyph.text.to_string());
        end = end.max(glyph.u1);
    }
    for mark in marks {
        set_mark(&mut clusters, &places, &mark);
    }
    let text = crate::text::one_line(&crate::text::clean(&bidi::logical(&clusters, rtl_page)));
    let artifact = piece.glyphs.iter().all(|glyph| glyph.artifact);
    let bold = piece.glyphs.iter().all(|glyph| glyph.bold || glyph.text.trim().is_empty());
    let rtl = text.chars().filter(|c| bidi::is_rtl(*c)).count() > text.chars().filter(|c| bidi::is_ltr(*c)).count();
    (!text.is_empty()).then_some(Line {
        text,
        angle: piece.angle,
        u0: piece.u0,
        u1: piece.u1,
        v: piece.v,
        size: piece.size,
        artifact,
        bold,
        rtl,
    })
}

fn take_marks(glyphs: &mut Vec<Glyph>) -> Vec<Glyph> {
    let is_mark = |glyph: &Glyph| glyph.text.chars().all(bidi::is_mark);
    if !glyphs.iter().any(is_mark) {
        return Vec::new();
    }
    let (marks, letters) = std::mem::take(glyphs).into_iter().partition(is_mark);
    *glyphs = letters;
    marks
}

/// A mark follows the letter it is drawn over.
fn set_mark(clusters: &mut Vec<String>, places: &[(f64, f64, usize)], mark: &Glyph) {
    let center = (mark.u0 + mark.u1) / 2.0;
    let first_right = places.partition_point(|(u0, _, _)| *u0 <= center);
    let over = places[..first_right].last().or(places.first());
    match over {
        Some((_, _, cluster)) => clusters[*cluster].push_str(&mark.text),
        None => clusters.push(mark.text.to_string()),
    }
}
