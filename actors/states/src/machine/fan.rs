//! Branches and items at work: begin more of them while there is room, and go on when all of them ended.

use super::{map, parallel, run::Run, trouble::Trouble};
use crate::definition::scope::{Kind, StateDef};

pub(super) fn proceed<'a>(run: &mut Run<'a>, frame: u32, def: &'a StateDef) -> Result<(), Trouble> {
    let Some(fan) = run.state.thread(frame)?.fan() else { return Ok(()) };
    let done = fan.succeeded + fan.failed >= fan.total;
    match &def.kind {
        Kind::Parallel(state) if done => parallel::finish(run, frame, def, state),
        Kind::Map(state) => {
            map::check_tolerance(run, frame)?;
            if done { map::finish(run, frame, def, state) } else { map::begin_items(run, frame, def, state) }
        }
        _ => Ok(()),
    }
}
