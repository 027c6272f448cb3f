//! Whoever follows a log: from the memory of the process that writes it, or from the table.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use cueline_ports::{Condition, ExecutionStatus, Key, PortResult, Write};
use cueline_protocol::ids::ExecutionId;

use super::{
    log::{Frame, NewFrame, READ, Room, StreamLog},
    written::{ERROR, error_frame},
};

/// Between two looks at a log that another process writes.
const LOOK: Duration = Duration::from_millis(50);
/// The longest pause between two of them.
const SELDOM: Duration = Duration::from_millis(1_000);
/// After a pause as long as this it is asked whether the answer goes on at all.
const DOUBT: Duration = Duration::from_millis(400);
/// An answer whose execution is not there after so many looks was removed.
const MISSING: u32 = 10;
/// How often a reader elsewhere says that it reads.
const SAID_MS: i64 = 60_000;

impl StreamLog {
    /// Follows a log from after `offset`.
    pub fn reader(&self, stream: &str, after: u64) -> Reader {
        let room = self.room(stream);
        room.readers.fetch_add(1, Ordering::AcqRel);
        Reader {
            log: self.clone(),
            stream: stream.to_owned(),
            room,
            after,
            // A client may have seen half of what was appended together.
            is_aligned: after == 0,
            over: false,
            pause: LOOK,
            missing: 0,
            said_ms: 0,
        }
    }

    /// What follows in the log of an answer that may have ended: its last frames, and if it has none, an error.
    async fn end_of(&self, stream: &str, after: u64) -> PortResult<End> {
        let Ok(execution) = ExecutionId::new(stream) else { return Ok(End::GoesOn) };
        let Some(summary) = self.journal.summary(&execution).await? else { return Ok(End::Unknown) };
        if summary.ended_ms == 0 {
            return Ok(End::GoesOn);
        }
        // Its last words may have come between the two looks.
        let frames = self.read(stream, 0).await?;
        if frames.last().is_some_and(|frame| frame.last) {
            return Ok(End::Frames(frames.into_iter().filter(|frame| frame.offset > after).collect()));
        }
        let (code, message, status) = match summary.status {
            ExecutionStatus::Aborted => ("answer_cancelled", "the answer was cancelled", 499),
            _ if frames.is_empty() => {
                ("stream_forgotten", "the log of this answer is not kept any more; its execution has the answer", 410)
            }
            _ => ("answer_lost", "the answer ended without its last words", 502),
        };
        let offset = frames.last().map_or(0, |frame| frame.offset).max(after) + 1;
        Ok(End::Frames(vec![ended(offset, code, message, status)]))
    }
}

/// The last frame of an answer that has none in its log.
fn ended(offset: u64, code: &str, message: &str, status: u16) -> Frame {
    let NewFrame { head, data, .. } = error_frame(code, message, status, None);
    Frame { offset, event: ERROR.to_owned(), head, data, last: true }
}

/// Whoever follows.
pub struct Reader {
    log: StreamLog,
    stream: String,
    room: Arc<Room>,
    after: u64,
    /// What follows is the beginning of an append.
    is_aligned: bool,
    over: bool,
    pause: Duration,
    /// Looks at which its execution was not there.
    missing: u32,
    /// When it last said that it reads.
    said_ms: i64,
}

/// Whether anything can follow.
enum End {
    /// These, and nothing after them.
    Frames(Vec<Frame>),
    GoesOn,
    /// There is no such answer: it is not written down yet, or was removed.
    Unknown,
}

/// What a room has for a reader.
enum Look {
    Frames(Vec<Frame>),
    /// In the table, if anywhere.
    Elsewhere,
    Wait,
}

impl Reader {
    /// The next frames; empty: nothing follows. Waits as long as there is nothing new, if need be for ever: whoever cannot
    /// wait drops the future, which loses nothing.
    pub async fn next(&mut self) -> PortResult<Vec<Frame>> {
        if self.over {
            return Ok(Vec::new());
        }
        loop {
            let room = self.room.clone();
            let changed = room.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.look() {
                Look::Frames(frames) => return Ok(self.given(frames)),
                Look::Wait => changed.await,
                Look::Elsewhere => {
                    let frames = match self.is_aligned {
                        true => self.log.appended(&self.stream, self.after + 1).await?,
                        false => self.log.read(&self.stream, self.after).await?,
                    };
                    if !frames.is_empty() {
                        self.pause = LOOK;
                        return Ok(self.given(frames));
                    }
                    if self.pause >= DOUBT {
                        if let Some(frames) = self.ended().await? {
                            self.over = frames.is_empty();
                            return Ok(self.given(frames));
                        }
                        self.say().await?;
                    }
                    let pause = self.pause;
                    self.pause = (pause * 2).min(SELDOM);
                    tokio::select! {
                        () = changed => self.pause = LOOK,
                        () = self.log.clock.sleep(pause) => {}
                    }
                }
            }
        }
    }

    /// What is left of an answer that has ended, or was removed.
    async fn ended(&mut self) -> PortResult<Option<Vec<Frame>>> {
        self.missing = match self.log.end_of(&self.stream, self.after).await? {
            End::Frames(frames) => return Ok(Some(frames)),
            End::Unknown => self.missing + 1,
            End::GoesOn => 0,
        };
        let gone = || ended(self.after + 1, "answer_gone", "the answer is not there any more", 410);
        Ok((self.missing >= MISSING).then(|| vec![gone()]))
    }

    /// Says that somebody reads along, to whoever writes in another process.
    async fn say(&mut self) -> PortResult<()> {
        let now_ms = self.log.clock.now_ms();
        if now_ms - self.said_ms < SAID_MS {
            return Ok(());
        }
        let key = Key::new(READ, &self.stream);
        let body = now_ms.to_string().into();
        self.log.table.transact(vec![Write::Put { key, body, condition: Condition::Any }]).await?;
        self.said_ms = now_ms;
        Ok(())
    }

    fn look(&self) -> Look {
        let kept = self.room.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.end > self.after {
            return match kept.frames.front() {
                Some(front) if front.offset <= self.after + 1 => {
                    let skip = (self.after + 1 - front.offset) as usize;
                    Look::Frames(kept.frames.iter().skip(skip).cloned().collect())
                }
                _ => Look::Elsewhere,
            };
        }
        if kept.is_written { Look::Wait } else { Look::Elsewhere }
    }

    fn given(&mut self, frames: Vec<Frame>) -> Vec<Frame> {
        if let Some(last) = frames.last() {
            (self.after, self.over, self.is_aligned) = (last.offset, last.last, true);
        }
        frames
    }

    /// Offset of the last frame that was given.
    pub fn after(&self) -> u64 {
        self.after
    }

    /// The last frame was given.
    pub fn is_over(&self) -> bool {
        self.over
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.room.left_ms.store(self.log.clock.now_ms(), Ordering::Release);
        self.room.readers.fetch_sub(1, Ordering::AcqRel);
        self.log.leave(&self.stream, &self.room);
    }
}
