//! Task tokens: how a stranger names a task.

use super::State;

impl State {
    /// The token with which a stranger may answer a task (`$$.Task.Token`): names execution and task, and cannot be
    /// guessed, because it depends on the seed of the first decision.
    pub fn task_token(&self, task: u64) -> String {
        let execution = self.start.as_ref().map_or("", |start| start.execution.as_str());
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"cueline task token");
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(&task.to_le_bytes());
        hasher.update(execution.as_bytes());
        format!("{execution}.{task}.{}", &hasher.finalize().to_hex()[..32])
    }
}

/// What a task token names, without checking it: compare with [`State::task_token`] before believing it.
pub fn read_task_token(token: &str) -> Option<(&str, u64)> {
    let mut parts = token.rsplitn(3, '.');
    let (_, task, execution) = (parts.next()?, parts.next()?, parts.next()?);
    Some((execution, task.parse().ok()?))
}
