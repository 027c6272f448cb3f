//! A property over many seeds.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

use super::Tally;

/// Checks a property for many seeds, on as many threads as there are cores.
///
/// `CUELINE_SEEDS` is the number of seeds of the whole suite, of which this property takes `share` of a hundred;
/// `CUELINE_SEED` runs one seed only; `CUELINE_FIRST_SEED` moves the range, for fresh seeds every night.
///
/// # Panics
/// When the property does not hold for a seed; the message says how to run that seed again.
#[expect(clippy::print_stderr, clippy::panic, reason = "a report is what this is for")]
pub fn for_each_seed(test: &str, share: u64, property: impl Fn(u64) -> Tally + Sync) {
    let read = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = read("CUELINE_SEED") {
        eprintln!("{test}: seed {seed}: {:?}", property(seed));
        return;
    }
    let all = read("CUELINE_SEEDS").unwrap_or(1_000);
    let count = (all * share).div_ceil(100).max(1);
    let first = read("CUELINE_FIRST_SEED").unwrap_or(1);
    let next = AtomicU64::new(first);
    let failed: Mutex<Vec<(u64, String)>> = Mutex::default();
    let sum: Mutex<Tally> = Mutex::default();
    let began = Instant::now();
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                return;
            }
            match catch_unwind(AssertUnwindSafe(|| property(seed))) {
                Ok(tally) => *sum.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) += tally,
                Err(panic) => {
                    let mut failed = failed.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    failed.push((seed, words(panic.as_ref())));
                    if failed.len() >= 5 {
                        next.store(first + count, Ordering::Relaxed);
                    }
                }
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count as usize);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let seconds = began.elapsed().as_secs_f64();
    let Tally { calls, faults, crashes, again } = sum.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    eprintln!("{test}: {count} seeds from {first} in {seconds:.1} s, {:.1} a second", count as f64 / seconds);
    eprintln!("{test}: {calls} calls, {faults} faults, {crashes} crashes, {again} task bodies ran again");
    let failed = failed.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some((seed, _)) = failed.first() {
        let list: Vec<String> = failed.iter().map(|(seed, what)| format!("seed {seed}: {what}")).collect();
        let again = format!("CUELINE_SEED={seed} cargo test --release -p cueline-tests {test} -- --nocapture");
        panic!("{test} does not hold\n{}\nrun it again: {again}", list.join("\n"));
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}
