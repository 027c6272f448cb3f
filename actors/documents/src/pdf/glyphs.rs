//! What a page draws, reduced to letters with a place.

use hayro_cmap::{BfString, WritingMode};
use hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};
use kurbo::{BezPath, Point};
use std::collections::HashSet;

/// More glyphs than any readable page has.
const MAX_GLYPHS: usize = 2_000_000;

/// One drawn character (or ligature) in the coordinates of its own line: `u` runs along the line, `v` upwards.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) text: Box<str>,
    /// Direction of the line in whole degrees.
    pub(super) angle: i32,
    pub(super) u0: f64,
    pub(super) u1: f64,
    pub(super) v: f64,
    pub(super) size: f64,
    /// Marked by the producer as page furniture (running header, page number).
    pub(super) artifact: bool,
    pub(super) bold: bool,
}

/// Collects the glyphs of one page; everything that is not text is only noticed.
#[derive(Default)]
pub(super) struct Collector {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) images: u32,
    /// Glyphs whose character cannot be known.
    pub(super) unmapped: u32,
    pub(super) overflow: bool,
    seen: HashSet<(char, i64, i64)>,
    marks: Vec<bool>,
}

impl Collector {
    fn add(&mut self, drawn: &Drawn<'_>, transform: kurbo::Affine, vertical: bool, bold: bool) {
        let text: Box<str> = match drawn.as_unicode() {
            Some(BfString::Char(character)) => character.to_string().into(),
            Some(BfString::String(text)) => text.into(),
            None => "".into(),
        };
        let Some(first) = text.chars().next().filter(|first| !unusable(*first)) else {
            self.unmapped += 1;
            return;
        };
        let advance = match drawn {
            Drawn::Outline(glyph) => glyph.advance_width(),
            Drawn::Type3(glyph) => glyph.advance_width(),
        };
        let origin = transform * Point::ZERO;
        let along = transform * Point::new(1000.0, 0.0) - origin;
        let up = transform * Point::new(0.0, 1000.0) - origin;
        let size = up.hypot();
        if !(origin.x.is_finite() && origin.y.is_finite() && size.is_finite() && size > 0.01 && size < 1e6) {
            return;
        }
        let direction = if vertical { kurbo::Vec2::new(up.x, up.y) * -1.0 } else { along };
        let width = if vertical { size } else { along.hypot() * f64::from(advance.unwrap_or(500.0)).abs() / 1000.0 };
        let angle = direction.atan2().to_degrees().round() as i32;
        let (sin, cos) = f64::from(angle).to_radians().sin_cos();
        let u0 = origin.x * cos + origin.y * sin;
        let v = -origin.x * sin + origin.y * cos;
        if self.drawn_before(first, u0, v, size) {
            return;
        }
        let artifact = self.marks.iter().any(|artifact| *artifact);
        self.glyphs.push(Glyph { text, angle, u0, u1: u0 + width.min(size * 4.0), v, size, artifact, bold });
    }

    /// Bold is often faked by drawing the same text twice, a hair apart; outlined text is drawn twice in place.
    fn drawn_before(&mut self, character: char, u: f64, v: f64, size: f64) -> bool {
        let bin = size * 0.05;
        let (column, line) = ((u / bin).round() as i64, (v / bin).round() as i64);
        for du in -1..=1 {
            for dv in -1..=1 {
                if self.seen.contains(&(character, column + du, line + dv)) {
                    return true;
                }
            }
        }
        self.seen.insert((character, column, line));
        false
    }
}

/// All glyphs of a run have one font.
fn is_bold(glyph: &Drawn<'_>) -> bool {
    let Drawn::Outline(glyph) = glyph else { return false };
    let Some(font) = glyph.font_data() else { return false };
    let name = font.postscript_name.unwrap_or_default().to_ascii_lowercase();
    ["bold", "black", "heavy"].iter().any(|mark| name.contains(mark)) || font.weight.is_some_and(|weight| weight >= 600)
}

/// Controls, private use and the replacement character say nothing.
fn unusable(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{FFFC}'..='\u{FFFF}' | '\u{F0000}'..)
}

impl<'a> Device<'a> for Collector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let vertical = matches!(run.writing_mode(), WritingMode::Vertical);
        let bold = run.glyphs().first().is_some_and(|glyph| is_bold(glyph));
        for glyph in run.glyphs() {
            if self.glyphs.len() >= MAX_GLYPHS {
                self.overflow = true;
                return;
            }
            self.add(glyph, props.transform * glyph.transform(), vertical, bold);
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.images += 1;
    }

    fn begin_marked_content(&mut self, tag: &[u8], _: Option<&hayro_syntax::object::Dict<'_>>) {
        if self.marks.len() < 1024 {
            self.marks.push(tag == b"Artifact");
        }
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
