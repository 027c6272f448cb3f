//! Parallel: every branch begins with the same input.

use super::{finish, run::Run, task, trouble::Trouble, view::View};
use crate::{
    Entry,
    definition::{fan::Parallel, scope::StateDef},
};

pub(super) fn proceed(run: &mut Run<'_>, frame: u32, def: &StateDef, parallel: &Parallel) -> Result<(), Trouble> {
    let view = View::new(run, frame, def)?;
    let eval = view.eval();
    let input = eval.select(&parallel.flow.input_path, &view.data)?;
    let input = task::arguments(&eval, parallel.flow.parameters.as_ref(), &input)?;
    let input = run.name_data(frame, input)?;
    let branches = parallel.branches.len() as u32;
    run.record(Entry::ParallelStarted { frame, branches, input })?;
    for index in 0..branches {
        let opened = run.state.next_frame;
        run.record(Entry::FrameOpened { frame: opened, parent: frame, index, input: None })?;
        run.wake(opened);
    }
    Ok(())
}

/// Every branch ended.
pub(super) fn finish(run: &mut Run<'_>, frame: u32, def: &StateDef, parallel: &Parallel) -> Result<(), Trouble> {
    let Some(results) = run.state.thread(frame)?.fan().map(|fan| fan.gathered()) else { return Ok(()) };
    finish::with_result(run, frame, def, &parallel.flow, results)
}
