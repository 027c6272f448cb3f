//! An account of one period. The worst case is reserved before a call, so that no number of calls at once can spend more than
//! there is; what was used is settled after it.

use serde::{Deserialize, Serialize};

use super::money::Money;

/// How long an account counts before it begins again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// From midnight to midnight, UTC.
    #[default]
    Day,
    /// A month of the calendar, UTC.
    Month,
    /// Once and for all.
    Total,
}

impl Period {
    /// The name of the period that a moment lies in: `2026-11-29`, `2026-11`, `total`.
    pub fn name(self, now_ms: i64) -> String {
        let (year, month, day) = civil(now_ms.div_euclid(86_400_000));
        match self {
            Self::Day => format!("{year:04}-{month:02}-{day:02}"),
            Self::Month => format!("{year:04}-{month:02}"),
            Self::Total => "total".to_owned(),
        }
    }
}

/// Year, month and day of a count of days since 1970. After Howard Hinnant, "chrono-compatible low-level date algorithms".
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// What may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// In each period.
    pub limit: Money,
    /// The period.
    pub per: Period,
}

/// What of it is gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Settled.
    pub spent: Money,
    /// For calls that are on their way.
    pub reserved: Money,
}

/// A reservation that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the budget of {limit} has {left} left; the call may cost up to {wanted}")]
pub struct Exceeded {
    /// The limit of the period.
    pub limit: Money,
    /// What is neither spent nor reserved.
    pub left: Money,
    /// What was to be reserved.
    pub wanted: Money,
}

impl Account {
    /// What is neither spent nor reserved.
    pub fn left(&self, limit: Money) -> Money {
        limit.less(self.spent + self.reserved)
    }

    /// Reserves the worst case.
    pub fn reserve(self, limit: Money, worst: Money) -> Result<Self, Exceeded> {
        let left = self.left(limit);
        if worst > left {
            return Err(Exceeded { limit, left, wanted: worst });
        }
        Ok(Self { reserved: self.reserved + worst, ..self })
    }

    /// Settles a reservation with what was used. More than was reserved can only be used when a price or a count was wrong:
    /// it is spent all the same, and the next reservation finds less.
    #[must_use]
    pub fn settle(self, reserved: Money, used: Money) -> Self {
        Self { spent: self.spent + used, reserved: self.reserved.less(reserved) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn cents(cents: u64) -> Money {
        Money::micros(cents * 10_000)
    }

    #[test]
    fn periods_have_the_names_of_the_calendar() {
        for (ms, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400_000, "2000-02-29"),
            (1_795_916_312_000, "2026-11-29"),
            (4_107_542_400_000, "2100-03-01"),
        ] {
            assert_eq!(Period::Day.name(ms), day);
            assert_eq!(Period::Month.name(ms), day[..7]);
        }
        assert_eq!(Period::Total.name(5), "total");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_numbers() {
        let account = Account { spent: cents(60), reserved: cents(30) };
        let refused = account.reserve(cents(100), cents(11)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the budget of $1.000000 has $0.100000 left; the call may cost up to $0.110000"
        );
        assert!(account.reserve(cents(100), cents(10)).is_ok());
    }

    proptest! {
        /// Whatever happens in whatever order, no more is spent than there was, as long as no call costs more than was reserved.
        #[test]
        fn no_order_of_calls_overspends(steps in prop::collection::vec((1_u64..50, 0_u64..100, any::<bool>()), 1..200)) {
            let limit = Money::micros(1_000);
            let (mut account, mut open) = (Account::default(), Vec::new());
            for (worst, percent, settles) in steps {
                if settles && !open.is_empty() {
                    let reserved: Money = open.remove(percent as usize % open.len());
                    let used = Money::micros((reserved.dollars() * 1e6) as u64 * percent / 100);
                    account = account.settle(reserved, used);
                } else if let Ok(reserved) = account.reserve(limit, Money::micros(worst)) {
                    account = reserved;
                    open.push(Money::micros(worst));
                }
                prop_assert!(account.spent + account.reserved <= limit);
                prop_assert_eq!(account.reserved, open.iter().copied().sum());
            }
        }
    }
}
