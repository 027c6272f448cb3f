//! Dollars in millionths: adding them up loses nothing.

use std::{fmt, iter::Sum, ops::Add};

use serde::{Deserialize, Serialize};

/// An amount of money, never negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(u64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many millionths of a dollar.
    pub const fn micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Dollars, rounded up to the next millionth: a bill is never too small. What is no amount is nothing.
    pub fn from_dollars(dollars: f64) -> Self {
        if !dollars.is_finite() || dollars <= 0.0 {
            return Self::ZERO;
        }
        // Not for what a sum of floats is off by.
        let micros = (dollars * 1e6 - 1e-6).ceil().max(0.0);
        Self(if micros >= u64::MAX as f64 { u64::MAX } else { micros as u64 })
    }

    /// In millionths of a dollar.
    pub const fn in_micros(self) -> u64 {
        self.0
    }

    /// In dollars.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// What is left after taking `other` away; nothing when there was not so much.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_never_too_small_and_never_no_number() {
        for (dollars, micros) in
            [(0.0, 0), (-1.0, 0), (f64::NAN, 0), (f64::INFINITY, 0), (1e-9, 1), (0.1 + 0.2, 300_000), (1.5, 1_500_000)]
        {
            assert_eq!(Money::from_dollars(dollars), Money::micros(micros), "{dollars}");
        }
        assert_eq!(Money::from_dollars(1e300), Money::micros(u64::MAX));
        assert_eq!(Money::micros(1_000_005).to_string(), "$1.000005");
        assert_eq!(Money::micros(3).less(Money::micros(5)), Money::ZERO);
    }
}
