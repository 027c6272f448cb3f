//! What a budget holds back for a chain of targets.

use super::usable::Candidate;

/// How often the dearest target of a chain is held back: a seam pays for what was read and written before it once more, and so does
/// a second call beside the first.
pub fn times_reserved(targets: usize, is_hedged: bool) -> u8 {
    1 + u8::from(targets > 1) + u8::from(targets > 1 && is_hedged)
}

/// Whether `left` dollars cover whatever may be asked of `chain`, which are places in `candidates`.
pub(super) fn covers(candidates: &[Candidate], chain: &[usize], left: f64) -> bool {
    let each = || chain.iter().map(|index| &candidates[*index]);
    let dearest = each().map(Candidate::reserved).fold(0.0, f64::max);
    let is_hedged = each().any(|candidate| candidate.target.is_hedged);
    dearest * f64::from(times_reserved(chain.len(), is_hedged)) <= left
}
