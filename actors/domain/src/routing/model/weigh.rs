//! From counts to the numbers that a head is multiplied with.

use super::Weighting;
use crate::routing::features::{Counts, SHAPES};

/// Positions of the dense numbers after the slots: the shape, then the constant 1.
pub(super) const DENSE: usize = SHAPES + 1;

/// One prompt as a sparse vector over the slots and the dense numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) places: Vec<u32>,
    pub(super) values: Vec<f32>,
}

impl Row {
    pub(super) fn of(counts: &Counts, rarity: impl Fn(u32) -> f32, slots: usize, weighting: Weighting) -> Self {
        let mut row = Self::default();
        for (part, length) in [(&counts.words, 1.0), (&counts.chars, weighting.chars)] {
            let from = row.values.len();
            let mut squares = 0.0_f32;
            for (slot, count) in part {
                let rarity = rarity(*slot);
                if rarity > 0.0 {
                    let value = damped(*count) * rarity;
                    squares += value * value;
                    row.places.push(*slot);
                    row.values.push(value);
                }
            }
            if squares > 0.0 {
                let scale = length / squares.sqrt();
                row.values[from..].iter_mut().for_each(|value| *value *= scale);
            }
        }
        for (place, value) in dense(&counts.shape, weighting.shapes).into_iter().enumerate() {
            row.places.push((slots + place) as u32);
            row.values.push(value);
        }
        row
    }

    pub(super) fn dot(&self, weights: &[f32]) -> f32 {
        self.places.iter().zip(&self.values).map(|(place, value)| weights[*place as usize] * value).sum()
    }

    pub(super) fn add_to(&self, weights: &mut [f32], times: f32) {
        for (place, value) in self.places.iter().zip(&self.values) {
            weights[*place as usize] += times * value;
        }
    }

    pub(super) fn squared_length(&self) -> f32 {
        self.values.iter().map(|value| value * value).sum()
    }
}

/// The dense numbers of a shape.
pub(super) fn dense(shape: &[f32; SHAPES], scale: f32) -> [f32; DENSE] {
    let mut dense = [1.0; DENSE];
    for (number, shape) in dense.iter_mut().zip(shape) {
        *number = shape * scale;
    }
    dense
}

/// The tenth repetition says less than the first: `1 + ln count`.
pub(super) fn damped(count: u16) -> f32 {
    if count == 1 { 1.0 } else { 1.0 + f32::from(count).ln() }
}
