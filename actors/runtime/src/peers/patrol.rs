//! The patrol: one process at a time walks every open execution, so that what a dead one held is taken up.
//!
//! To look at an execution is to read it: what somebody should be working on then stays in memory, where the sweep looks
//! for lost cues and children; of what only waits, the timer is set.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use cueline_protocol::ids::ExecutionId;
use futures::{StreamExt, stream};
use ractor::{Actor, ActorProcessingErr, ActorRef};

use super::{lease, mark};
use crate::{EngineError, engine::Core};

/// Executions that are looked at at once.
const AT_ONCE: usize = 16;
/// Ids that are listed at once.
const PAGE: usize = 1_000;
/// What never moves is looked at this often all the same: whoever would have moved it may have died.
const SELDOM: Duration = Duration::from_secs(600);

/// The actor that patrols.
pub struct Patrol;

/// Walk.
pub struct Walk;

/// What a patrol remembers.
pub struct Seen {
    core: Arc<Core>,
    executions: HashMap<ExecutionId, Look>,
    walks: u64,
}

/// A look at one execution.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    version: u64,
    /// When it was first seen in that version.
    since_ms: i64,
    again_ms: i64,
    /// The walk that last met it.
    walk: u64,
}

impl Actor for Patrol {
    type Msg = Walk;
    type State = Seen;
    type Arguments = Weak<Core>;

    async fn pre_start(&self, myself: ActorRef<Walk>, core: Weak<Core>) -> Result<Seen, ActorProcessingErr> {
        myself.cast(Walk)?;
        let core = core.upgrade().ok_or("the engine is gone")?;
        Ok(Seen { core, executions: HashMap::new(), walks: 0 })
    }

    async fn handle(&self, myself: ActorRef<Walk>, _: Walk, seen: &mut Seen) -> Result<(), ActorProcessingErr> {
        let core = seen.core.clone();
        // There is a patrol only where it has something to do.
        let Some(every) = core.options.peers.and_then(|peers| peers.patrol_every) else { return Ok(()) };
        core.world.clock.sleep(every).await;
        match seen.walk(every).await {
            Ok(()) => {}
            Err(error) => tracing::warn!(error = %error, code = error.code(), "failed to walk the open executions"),
        }
        myself.cast(Walk)?;
        Ok(())
    }
}

impl Seen {
    async fn walk(&mut self, every: Duration) -> Result<(), EngineError> {
        if !lease::hold(&self.core, "patrol", every * 3).await? {
            // Another process patrols; should it die, everything is news here.
            self.executions.clear();
            return Ok(());
        }
        self.walks += 1;
        mark::clean(&self.core.world).await?;
        let mut cursor = None;
        loop {
            let page = self.core.world.journal.open(cursor, PAGE).await?;
            self.look_at(page.items, every).await;
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
            // A long walk must not look like a death.
            lease::hold(&self.core, "patrol", every * 3).await?;
        }
        self.executions.retain(|_, look| look.walk == self.walks);
        Ok(())
    }

    async fn look_at(&mut self, executions: Vec<ExecutionId>, every: Duration) {
        let now_ms = self.core.world.clock.now_ms();
        let mut due = Vec::new();
        for execution in executions {
            let look = self.executions.entry(execution.clone()).or_default();
            look.walk = self.walks;
            if look.again_ms <= now_ms {
                due.push(execution);
            }
        }
        let core = &self.core;
        let looks = stream::iter(due).map(|execution| async move { (core.version(&execution).await, execution) });
        let mut looks = looks.buffer_unordered(AT_ONCE);
        while let Some((version, execution)) = looks.next().await {
            match (version, self.executions.get_mut(&execution)) {
                (Ok(version), Some(look)) => look.found(version, core.world.clock.now_ms(), every),
                // It may have ended and been removed since it was listed.
                (Err(EngineError::NotFound { .. }), _) | (Ok(_), None) => {}
                (Err(error), _) => {
                    tracing::warn!(execution = %execution, code = error.code(), error = %error, "failed to look at an execution");
                }
            }
        }
    }
}

impl Look {
    /// The longer it has not moved, the later it is looked at again.
    fn found(&mut self, version: u64, now_ms: i64, every: Duration) {
        if version != self.version {
            (self.version, self.since_ms) = (version, now_ms);
        }
        let still_ms = now_ms.saturating_sub(self.since_ms);
        let (soonest, latest) = (every.as_millis() as i64, SELDOM.as_millis() as i64);
        self.again_ms = now_ms.saturating_add((still_ms / 4).clamp(soonest.min(latest), latest));
    }
}

/// Looks at executions that a part of this process held that died.
pub(crate) async fn look_at(core: &Arc<Core>, executions: Vec<ExecutionId>) {
    stream::iter(executions)
        .for_each_concurrent(AT_ONCE, |execution| async move {
            // What cannot be read now is found by the patrol.
            let _ = core.version(&execution).await;
        })
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_move_is_looked_at_less_and_less() {
        let every = Duration::from_secs(20);
        let mut look = Look::default();
        let mut waits = Vec::new();
        let mut now_ms = 1_000_000;
        for _ in 0..30 {
            look.found(3, now_ms, every);
            waits.push((look.again_ms - now_ms) / 1_000);
            now_ms = look.again_ms;
        }
        assert_eq!(waits.first(), Some(&20));
        assert!(waits.is_sorted(), "{waits:?}");
        assert_eq!(waits.last(), Some(&600));
        look.found(4, now_ms, every);
        assert_eq!((look.again_ms - now_ms) / 1_000, 20, "it moved");
    }
}
