//! How likely it is by chance that one mean lies so far below another.
//!
//! Two tests that know the spread of scores in different ways, and the more doubtful of them: Student's takes the spread of all
//! scores together, Welch's (Biometrika 34, 1947) that of each side. Scores are far from normal, often thumbs. Where most are
//! up, one more thumb down is less of a surprise than Student's thinks; where most are down, some without any thumb up have no
//! spread at all and Welch's takes them for a certainty. Both together keep what they state in either case.

use super::tally::Tally;

/// How likely a drop from `before` to `recent` is at least so large when nothing changed. Both have at least two values.
pub(super) fn chance_of_drop(before: &Tally, recent: &Tally) -> f64 {
    let drop = before.mean() - recent.mean();
    let (one, other) = (Side::of(before), Side::of(recent));
    let freedom = one.freedom + other.freedom;
    let pooled = (one.variance * one.freedom + other.variance * other.freedom) / freedom;
    if pooled <= 0.0 {
        // Neither varies: any difference is one.
        return if drop > 0.0 { 0.0 } else { 1.0 };
    }
    let student = upper_tail(drop / (pooled / one.count + pooled / other.count).sqrt(), freedom);
    let (one_error, other_error) = (one.variance / one.count, other.variance / other.count);
    let error = one_error + other_error;
    let freedom = error * error / (one_error * one_error / one.freedom + other_error * other_error / other.freedom);
    student.max(upper_tail(drop / error.sqrt(), freedom))
}

struct Side {
    count: f64,
    variance: f64,
    freedom: f64,
}

impl Side {
    fn of(tally: &Tally) -> Self {
        let count = tally.count().max(2) as f64;
        Self { count, variance: tally.variance(), freedom: count - 1.0 }
    }
}

/// The chance of more than `t` in Student's distribution.
fn upper_tail(t: f64, freedom: f64) -> f64 {
    let half = 0.5 * incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5);
    if t >= 0.0 { half } else { 1.0 - half }
}

/// The regularised incomplete beta function (Abramowitz and Stegun, 26.5).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    // The fraction converges fast on this side of the mean only.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

/// The continued fraction 26.5.8, from the front (Lentz's way).
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut below = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let (mut above, mut result) = (1.0, below);
    for round in 1..300 {
        let m = f64::from(round);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for part in [even, odd] {
            below = 1.0 / away(1.0 + part * below);
            above = away(1.0 + part / above);
            change = above * below;
            result *= change;
        }
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    result
}

/// The logarithm of the gamma function of what is above 0 (Lanczos, nine terms).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let sum: f64 = (1_u8..).zip(TERMS).map(|(at, term)| term / (x + f64::from(at))).sum();
    let shifted = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * shifted.ln() - shifted + (0.999_999_999_999_809_9 + sum).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(values: impl IntoIterator<Item = f64>) -> Tally {
        let mut tally = Tally::default();
        values.into_iter().for_each(|value| tally.add(value));
        tally
    }

    #[test]
    fn the_tails_are_those_of_the_tables() {
        for (t, freedom, chance) in [
            (0.0, 7.0, 0.5),
            (1.0, 1.0, 0.25),
            (12.7062, 1.0, 0.025),
            (1.8125, 10.0, 0.05),
            (2.7638, 10.0, 0.01),
            (-2.7638, 10.0, 0.99),
            (2.4573, 30.0, 0.01),
            (3.8495, 29.0, 0.0003),
            (1.959_964, 1e7, 0.025),
        ] {
            let found = upper_tail(t, freedom);
            assert!((found - chance).abs() < 2e-5, "{t} with {freedom}: {found}");
        }
    }

    #[test]
    fn a_drop_is_told_from_chance() {
        let good = tally((0..100).map(|n| if n % 10 == 0 { 0.0 } else { 1.0 }));
        for (recent, chance) in [
            (tally((0..20).map(|n| if n % 10 == 0 { 0.0 } else { 1.0 })), 0.4..0.6),
            (tally((0..20).map(|n| if n % 5 == 0 { 0.0 } else { 1.0 })), 0.1..0.2),
            (tally((0..20).map(|n| f64::from(n % 2))), 0.0..0.002),
            (tally([1.0; 20]), 0.99..1.0),
        ] {
            let found = chance_of_drop(&good, &recent);
            assert!(chance.contains(&found), "{found} not in {chance:?}");
        }
        assert_eq!(chance_of_drop(&tally([1.0; 5]), &tally([0.9; 5])), 0.0);
        assert_eq!(chance_of_drop(&tally([1.0; 5]), &tally([1.0; 5])), 1.0);
    }

    /// Thumbs are far from normal; the stated chance holds all the same.
    #[test]
    fn false_alarms_are_no_more_frequent_than_stated() {
        let mut state = 1_u64;
        let mut chance = || {
            // Knuth's MMIX generator; its high bits are good enough here.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for likes in [0.05, 0.2, 0.5, 0.8, 0.95] {
            for (recent, before) in [(20, 50), (20, 200), (50, 500)] {
                for significance in [0.05, 0.01] {
                    let mut thumbs = |count| tally((0..count).map(|_| if chance() < likes { 1.0 } else { 0.0 }));
                    let alarms = (0..2_000).filter(|_| chance_of_drop(&thumbs(before), &thumbs(recent)) < significance);
                    let rate = alarms.count() as f64 / 2_000.0;
                    // Three standard errors of such a rate.
                    let most = significance + 3.0 * (significance * (1.0 - significance) / 2_000.0_f64).sqrt();
                    assert!(rate <= most, "{rate} for {significance}: {likes} of {recent} and {before}");
                }
            }
        }
    }
}
