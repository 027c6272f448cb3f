//! Quiet, rising or firing: where a rule stands for one subject, and when that changes.

/// What the windows say at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    /// Nothing was observed.
    Nothing,
    /// Too little to say anything.
    TooFew,
    /// Something.
    Value {
        /// In the unit of the rule.
        measured: f64,
        /// Worth an alert.
        is_beyond: bool,
        /// Good enough for the end of one.
        is_calm: bool,
    },
}

/// Where it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Level {
    /// Nothing to say.
    #[default]
    Quiet,
    /// Beyond, not yet long enough.
    Rising {
        /// The first look that saw it.
        since_ms: i64,
    },
    /// An alert stands.
    Firing {
        /// The first look that saw it rise.
        since_ms: i64,
        /// The first look that saw it calm, of those that did without a break.
        calm_ms: Option<i64>,
    },
}

/// What a look changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// An alert begins.
    Fires {
        /// When it began to rise.
        since_ms: i64,
    },
    /// It ends.
    Clears {
        /// When it had begun to rise.
        since_ms: i64,
    },
}

impl Level {
    /// Goes on with what a look at `now_ms` read; either way it must hold for `for_ms`.
    pub(super) fn step(&mut self, reading: Reading, now_ms: i64, for_ms: i64) -> Option<Turn> {
        let (is_beyond, is_calm) = match reading {
            Reading::Nothing => (false, true),
            Reading::TooFew => (false, false),
            Reading::Value { is_beyond, is_calm, .. } => (is_beyond, is_calm),
        };
        let held = |since_ms: i64| now_ms.saturating_sub(since_ms) >= for_ms;
        match *self {
            Self::Quiet | Self::Rising { .. } if !is_beyond => {
                *self = Self::Quiet;
                None
            }
            Self::Quiet if !held(now_ms) => {
                *self = Self::Rising { since_ms: now_ms };
                None
            }
            Self::Rising { since_ms } if !held(since_ms) => None,
            Self::Quiet => Some(self.fire(now_ms)),
            Self::Rising { since_ms } => Some(self.fire(since_ms)),
            Self::Firing { since_ms, calm_ms } => {
                let calm_ms = is_calm.then(|| calm_ms.unwrap_or(now_ms));
                let ends = calm_ms.is_some_and(held);
                *self = if ends { Self::Quiet } else { Self::Firing { since_ms, calm_ms } };
                ends.then_some(Turn::Clears { since_ms })
            }
        }
    }

    fn fire(&mut self, since_ms: i64) -> Turn {
        *self = Self::Firing { since_ms, calm_ms: None };
        Turn::Fires { since_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One look each ten milliseconds; above 20 fires, at most 10 is calm, `?` is too few and `-` is nothing.
    fn turns(readings: &str, for_ms: i64) -> String {
        let mut level = Level::default();
        let mut turns = String::new();
        for (at, word) in (0_i64..).zip(readings.split_whitespace()) {
            let reading = match word {
                "-" => Reading::Nothing,
                "?" => Reading::TooFew,
                number => {
                    let measured: f64 = number.parse().unwrap();
                    Reading::Value { measured, is_beyond: measured > 20.0, is_calm: measured <= 10.0 }
                }
            };
            match level.step(reading, at * 10, for_ms) {
                Some(Turn::Fires { since_ms }) => turns.push_str(&format!("+{at}({since_ms})")),
                Some(Turn::Clears { since_ms }) => turns.push_str(&format!("-{at}({since_ms})")),
                None => {}
            }
        }
        turns
    }

    #[test]
    fn it_changes_only_when_it_holds() {
        for (readings, for_ms, expected) in [
            ("5 25 25 5 5", 0, "+1(10)-3(10)"),
            ("5 25 15 25 11 25 21 19 20", 0, "+1(10)"),
            ("25 25 25", 20, "+2(0)"),
            ("25 25 15 25 25 25", 20, "+5(30)"),
            ("25 25 ? 25 25 25", 20, "+5(30)"),
            ("25 25 25 5 5 15 5 5 5 5", 20, "+2(0)-8(0)"),
            ("25 ? ? ? - -", 0, "+0(0)-4(0)"),
            ("25 25 25 - ? - - -", 20, "+2(0)-7(0)"),
            ("- ? - 20", 0, ""),
        ] {
            assert_eq!(turns(readings, for_ms), expected, "{readings}");
        }
    }
}
