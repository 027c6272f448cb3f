//! What targets have shown: learned from a file, and from feedback where that is switched on.
//!
//! What feedback taught is kept beside the file, as `FILE.online`. A file that was trained anew replaces it: whoever trains knows
//! more than the answers of this process.

use std::{
    path::{Path, PathBuf},
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use cueline_domain::routing::{
    decide::Records,
    model::{Model, Outcome},
};

use crate::eval::routing::{Learned, LearnedError};

/// How far one outcome moves the model. A hundred outcomes that agree move a prediction most of the way.
const RATE: f32 = 0.02;

/// An answer and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lesson {
    pub(super) prompt: String,
    pub(super) task_type: String,
    pub(super) target: String,
    pub(super) score: f64,
    pub(super) cost: f64,
    pub(super) output_tokens: f64,
}

/// Knows, and learns if told to.
#[derive(Default)]
pub struct Learner {
    known: RwLock<Known>,
    /// Where what was learned online is kept; none: nothing is.
    kept: Option<PathBuf>,
    is_newer: AtomicBool,
}

#[derive(Default)]
struct Known {
    model: Option<Model>,
    records: Records,
}

impl From<Learned> for Known {
    fn from(Learned { model, records }: Learned) -> Self {
        Self { model: Some(model), records }
    }
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".online");
    name.into()
}

impl Learner {
    /// From a file of `cueline router train`.
    pub fn read(file: &Path, is_online: bool) -> Result<Self, LearnedError> {
        let learned = Learned::read(file)?;
        if !is_online {
            return Ok(Self { known: RwLock::new(learned.into()), ..Self::default() });
        }
        let kept = beside(file);
        let written = |path: &Path| std::fs::metadata(path).and_then(|of| of.modified()).ok();
        let learned = match Learned::read(&kept) {
            Ok(newer) if written(&kept) > written(file) => newer,
            _ => learned,
        };
        Ok(Self { known: RwLock::new(learned.into()), kept: Some(kept), is_newer: AtomicBool::new(false) })
    }

    /// Looks at what is known.
    pub(super) fn with<T>(&self, look: impl FnOnce(Option<&Model>, &Records) -> T) -> T {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        look(known.model.as_ref(), &known.records)
    }

    /// Whether feedback changes what is known.
    pub(super) fn is_online(&self) -> bool {
        self.kept.is_some()
    }

    /// Takes a lesson in.
    pub(super) fn learn(&self, lesson: &Lesson) {
        if !self.is_online() {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.records.add(&lesson.target, &lesson.task_type, lesson.score, lesson.cost, lesson.output_tokens);
        if let Some(model) = &mut known.model
            && let Some(target) = model.targets().iter().position(|target| target.name == lesson.target)
        {
            let outcome = Outcome { target, quality: lesson.score, output_tokens: lesson.output_tokens, weight: 1.0 };
            model.learn(&lesson.prompt, &outcome, RATE);
        }
        drop(known);
        self.is_newer.store(true, Ordering::Release);
    }

    /// Keeps what was learned since the last time. Blocks: a file is written.
    pub fn keep(&self) -> std::io::Result<()> {
        let Some(kept) = &self.kept else { return Ok(()) };
        if !self.is_newer.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let learned = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known.model.clone().map(|model| Learned { model, records: known.records.clone() })
        };
        let written = learned.map_or(Ok(()), |learned| learned.write(kept));
        if written.is_err() {
            self.is_newer.store(true, Ordering::Release);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use cueline_domain::routing::model::{Example, TrainOptions, train};

    use super::*;

    fn lesson(target: &str, score: f64) -> Lesson {
        Lesson {
            prompt: "Prove that there are infinitely many primes.".into(),
            task_type: "math".into(),
            target: target.into(),
            score,
            cost: 0.001,
            output_tokens: 50.0,
        }
    }

    fn learned() -> Learned {
        let targets = ["large".to_owned(), "small".to_owned()];
        let prompts = ["Write a poem.", "Prove a theorem.", "Sum the list.", "Name a city."];
        let outcome = |target| Outcome { target, quality: 0.5, output_tokens: 40.0, weight: 1.0 };
        let examples: Vec<Example<'_>> =
            prompts.iter().map(|prompt| Example { prompt, outcomes: vec![outcome(0), outcome(1)] }).collect();
        Learned { model: train(&targets, &examples, &TrainOptions::default()).unwrap(), records: Records::default() }
    }

    fn expected(learner: &Learner, target: usize) -> f64 {
        learner.with(|model, _| model.unwrap().predict(&lesson("", 0.0).prompt)[target].unwrap().quality)
    }

    #[test]
    fn feedback_moves_what_is_expected_and_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("my.router");
        learned().write(&file).unwrap();
        let fixed = Learner::read(&file, false).unwrap();
        fixed.learn(&lesson("small", 0.0));
        let before = expected(&fixed, 1);
        let online = Learner::read(&file, true).unwrap();
        assert_eq!(expected(&online, 1), before, "what is not online does not learn");
        (0..100).for_each(|_| online.learn(&lesson("small", 0.0)));
        assert!(expected(&online, 1) < before - 0.1, "{} from {before}", expected(&online, 1));
        assert!((expected(&online, 0) - before).abs() < 0.1, "of the target that it is about");
        online.learn(&lesson("nobody", 1.0));
        online.keep().unwrap();
        let again = Learner::read(&file, true).unwrap();
        assert_eq!(expected(&again, 1), expected(&online, 1));
        assert_eq!(again.with(|_, records| records.overall["small"].outcomes), 100);
        // Trained anew: newer than what was kept.
        let past = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
        std::fs::File::open(beside(&file)).unwrap().set_modified(past).unwrap();
        learned().write(&file).unwrap();
        assert_eq!(expected(&Learner::read(&file, true).unwrap(), 1), before);
    }
}
