//! One log per answer: frames with offsets, kept before they are shown, read by any number of readers in any process.
//!
//! ```text
//!   Writer ─ append (conditional: nobody else writes here) ─► table: stream#ID, offset of the first frame
//!     └─ then ─► the room of this process: frames in memory, readers are woken
//!   Reader ─ in the same process: from the room    ─ elsewhere, or later: from the table, looked at again and again
//! ```
//!
//! A frame that a reader has seen is on the disk: whoever comes back with its offset gets what follows, after `kill -9` too. Who
//! follows a log that has no end, of an answer that has ended, is told an error instead of waiting for ever.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use cueline_ports::{Clock, Condition, Journal, Key, PortError, PortErrorKind, PortResult, Row, Table, Write};
use cueline_protocol::v1::{StreamFrame, StreamFrames};
use cueline_runtime::World;
use prost::Message;
use serde_json::Value;
use tokio::sync::Notify;

/// The partition of all logs, by the time when they began.
const STREAMS: &str = "streams";
/// When a log was last read in a process that does not write it, by stream.
pub(super) const READ: &str = "streams-read";
/// Rows that are read at once.
const PAGE: usize = 64;
/// Bytes of frames that a room keeps in memory; who reads further back reads the table.
const ROOM_BYTES: usize = 4 << 20;

/// A frame and its offset, from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its place.
    pub offset: u64,
    /// Empty for a piece; `error`, `end`.
    pub event: String,
    /// How its JSON begins: shared by most frames of an answer.
    pub head: Bytes,
    /// The rest of its JSON.
    pub data: Bytes,
    /// Nothing follows.
    pub last: bool,
}

impl Frame {
    /// What it says; null where that is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.whole()).unwrap_or_default()
    }

    /// Its JSON.
    pub fn whole(&self) -> Bytes {
        whole(&self.head, &self.data)
    }
}

fn whole(head: &Bytes, data: &Bytes) -> Bytes {
    if head.is_empty() { data.clone() } else { [head.as_ref(), data.as_ref()].concat().into() }
}

/// A frame that is to be appended.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFrame {
    /// Empty for a piece; `error`, `end`.
    pub event: &'static str,
    /// How its JSON begins.
    pub head: Bytes,
    /// The rest of its JSON.
    pub data: Bytes,
    /// Nothing follows.
    pub last: bool,
}

impl NewFrame {
    /// Its JSON.
    pub(super) fn whole(&self) -> Bytes {
        whole(&self.head, &self.data)
    }
}

/// Frames as a row keeps them: each head once.
fn encoded(frames: &[NewFrame]) -> Bytes {
    let mut heads: Vec<Bytes> = Vec::new();
    let mut frame = |frame: &NewFrame| {
        let place = heads.iter().rposition(|head| *head == frame.head);
        let head = match (frame.head.is_empty(), place) {
            (true, _) => 0,
            (false, Some(place)) => place + 1,
            (false, None) => {
                heads.push(frame.head.clone());
                heads.len()
            }
        };
        let head = u32::try_from(head).unwrap_or_default();
        StreamFrame { event: frame.event.to_owned(), data: frame.data.clone(), last: frame.last, head }
    };
    let frames = frames.iter().map(&mut frame).collect();
    StreamFrames { frames, heads }.encode_to_vec().into()
}

/// The frames of a row; `None` when one names a head that is not there.
fn decoded(first: u64, row: StreamFrames) -> Option<Vec<Frame>> {
    let StreamFrames { frames, heads } = row;
    let frame = |(offset, of): (u64, StreamFrame)| {
        let head = match of.head as usize {
            0 => Bytes::new(),
            place => heads.get(place - 1)?.clone(),
        };
        Some(Frame { offset, event: of.event, head, data: of.data, last: of.last })
    };
    (first..).zip(frames).map(frame).collect()
}

/// Every log. Cloning gives another handle.
#[derive(Clone)]
pub struct StreamLog {
    pub(super) table: Arc<dyn Table>,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) clock: Arc<dyn Clock>,
    rooms: Arc<Mutex<HashMap<String, Arc<Room>>>>,
}

/// What this process knows of a log that is being written.
pub(super) struct Room {
    pub(super) kept: Mutex<Kept>,
    pub(super) changed: Notify,
    pub(super) readers: AtomicUsize,
    /// When the last reader left.
    pub(super) left_ms: AtomicI64,
}

#[derive(Default)]
pub(super) struct Kept {
    pub(super) frames: VecDeque<Frame>,
    bytes: usize,
    /// Offset of the last durable frame.
    pub(super) end: u64,
    over: bool,
    /// A writer is in this process.
    pub(super) is_written: bool,
}

fn partition(stream: &str) -> String {
    format!("stream#{stream}")
}

fn sort(offset: u64) -> String {
    format!("{offset:012}")
}

impl StreamLog {
    /// The logs of a world.
    pub fn new(world: &World) -> Self {
        let (table, journal, clock) = (world.table.clone(), world.journal.clone(), world.clock.clone());
        Self { table, journal, clock, rooms: Arc::default() }
    }

    pub(super) fn room(&self, stream: &str) -> Arc<Room> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        // Rooms that nobody is in and that nobody writes are not needed.
        if rooms.len() > 1_000 {
            rooms.retain(|_, room| Arc::strong_count(room) > 1);
        }
        let room = rooms.entry(stream.to_owned()).or_insert_with(|| {
            Arc::new(Room {
                kept: Mutex::default(),
                changed: Notify::new(),
                readers: AtomicUsize::new(0),
                left_ms: AtomicI64::new(self.clock.now_ms()),
            })
        });
        room.clone()
    }

    pub(super) fn leave(&self, stream: &str, room: &Arc<Room>) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        // One for the map, one for whoever leaves.
        if rooms.get(stream).is_some_and(|known| Arc::ptr_eq(known, room)) && Arc::strong_count(room) <= 2 {
            rooms.remove(stream);
        }
    }

    /// Reads what there is after `offset`.
    pub async fn read(&self, stream: &str, after: u64) -> PortResult<Vec<Frame>> {
        let mut frames = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.table.query(&partition(stream), "", cursor, PAGE).await?;
            for row in page.items {
                frames.extend(frames_of(stream, row)?.into_iter().filter(|frame| frame.offset > after));
            }
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(frames);
            }
        }
    }

    /// The frames that were appended together from this offset on; none: no append began there.
    pub(super) async fn appended(&self, stream: &str, first: u64) -> PortResult<Vec<Frame>> {
        let row = self.table.get(&Key::new(partition(stream), sort(first))).await?;
        row.map_or_else(|| Ok(Vec::new()), |row| frames_of(stream, row))
    }

    /// Whether the frame at `after` is the last: nothing is left for who has it.
    pub async fn ends_at(&self, stream: &str, after: u64) -> PortResult<bool> {
        let frames = self.read(stream, after.saturating_sub(1)).await?;
        Ok(frames.last().is_some_and(|frame| frame.last && frame.offset <= after))
    }

    /// Takes a log to write it, with what an earlier writer wrote.
    pub async fn writer(&self, stream: &str) -> PortResult<(Writer, Vec<Frame>)> {
        let before = self.read(stream, 0).await?;
        let room = self.room(stream);
        {
            let mut kept = room.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.is_written = true;
            kept.end = before.last().map_or(0, |frame| frame.offset);
            kept.over = before.last().is_some_and(|frame| frame.last);
            kept.frames.clear();
        }
        room.changed.notify_waiters();
        let next = before.last().map_or(1, |frame| frame.offset + 1);
        Ok((Writer { log: self.clone(), stream: stream.to_owned(), room, next, is_listed: false }, before))
    }

    /// Takes a log that nobody can have written yet: its id was made just now. Nothing is read.
    pub fn new_writer(&self, stream: &str) -> Writer {
        let room = self.room(stream);
        room.kept.lock().unwrap_or_else(PoisonError::into_inner).is_written = true;
        room.changed.notify_waiters();
        Writer { log: self.clone(), stream: stream.to_owned(), room, next: 1, is_listed: false }
    }

    /// Ends a log that its writer did not end: somebody cancelled the answer, or nobody goes on with it. What was in it by then;
    /// `None`: it had its end.
    pub async fn close(&self, stream: &str, event: &'static str, data: Bytes) -> PortResult<Option<Vec<Frame>>> {
        for _ in 0..10 {
            let frames = self.read(stream, 0).await?;
            if frames.last().is_some_and(|frame| frame.last) {
                return Ok(None);
            }
            let next = frames.last().map_or(1, |frame| frame.offset + 1);
            let room = self.room(stream);
            let mut writer = Writer { log: self.clone(), stream: stream.to_owned(), room, next, is_listed: false };
            let frame = NewFrame { event, head: Bytes::new(), data: data.clone(), last: true };
            match writer.append(vec![frame]).await {
                Err(error) if error.kind == PortErrorKind::Conflict => {}
                done => return done.map(|_| Some(frames)),
            }
        }
        Err(PortError::unavailable(format!("stream_busy: {stream} is written faster than it can be closed")))
    }

    /// Deletes logs that began before a moment; how many.
    pub async fn forget_before(&self, before_ms: i64) -> PortResult<usize> {
        let mut forgotten = 0;
        loop {
            let page = self.table.query(STREAMS, "", None, 100).await?;
            let old = |row: &cueline_ports::Row| {
                let (began, stream) = row.key.sort.split_once('#')?;
                (began.parse::<i64>().ok()? < before_ms).then(|| (row.key.clone(), stream.to_owned()))
            };
            let old: Vec<(Key, String)> = page.items.iter().map_while(old).collect();
            if old.is_empty() {
                return Ok(forgotten);
            }
            for (key, stream) in old {
                self.forget(&stream).await?;
                let delete = |key| Write::Delete { key, condition: Condition::Any };
                self.table.transact(vec![delete(key), delete(Key::new(READ, stream))]).await?;
                forgotten += 1;
            }
        }
    }

    /// Deletes a log.
    pub async fn forget(&self, stream: &str) -> PortResult<()> {
        loop {
            let page = self.table.query(&partition(stream), "", None, 100).await?;
            if page.items.is_empty() {
                return Ok(());
            }
            let delete = |row: cueline_ports::Row| Write::Delete { key: row.key, condition: Condition::Any };
            self.table.transact(page.items.into_iter().map(delete).collect()).await?;
        }
    }
}

fn frames_of(stream: &str, row: Row) -> PortResult<Vec<Frame>> {
    let first: u64 = row.key.sort.parse().map_err(|_| unreadable(stream))?;
    let written = StreamFrames::decode(row.body).map_err(|_| unreadable(stream))?;
    decoded(first, written).ok_or_else(|| unreadable(stream))
}

fn unreadable(stream: &str) -> PortError {
    PortError::corrupt(format!("stream_unreadable: the log {stream} is none of this version"))
}

/// Whoever appends. Two of them exclude each other: the second to write an offset is refused.
pub struct Writer {
    log: StreamLog,
    stream: String,
    room: Arc<Room>,
    next: u64,
    /// It stands among the logs by the time when they began.
    is_listed: bool,
}

impl Writer {
    /// Appends frames; readers see them once this has returned.
    ///
    /// # Errors
    /// `Conflict` when somebody else writes this log.
    pub async fn append(&mut self, frames: Vec<NewFrame>) -> PortResult<u64> {
        let Some(last) = frames.last() else { return Ok(self.next - 1) };
        let (is_over, first) = (last.last, self.next);
        let body = encoded(&frames);
        let key = Key::new(partition(&self.stream), sort(first));
        let mut writes = vec![Write::Put { key, body, condition: Condition::Absent }];
        // Not with the first words, which somebody waits for.
        let lists = !self.is_listed && (first > 1 || is_over);
        if lists {
            let key = Key::new(STREAMS, format!("{:015}#{}", self.log.clock.now_ms().max(0), self.stream));
            writes.push(Write::Put { key, body: Bytes::new(), condition: Condition::Any });
        }
        self.log.table.transact(writes).await?;
        self.next += frames.len() as u64;
        self.is_listed |= lists;
        {
            let mut kept = self.room.kept.lock().unwrap_or_else(PoisonError::into_inner);
            for (offset, frame) in (first..).zip(frames) {
                kept.bytes += frame.data.len();
                let NewFrame { event, head, data, last } = frame;
                kept.frames.push_back(Frame { offset, event: event.to_owned(), head, data, last });
            }
            while kept.bytes > ROOM_BYTES && kept.frames.len() > 1 {
                let gone = kept.frames.pop_front().map_or(0, |frame| frame.data.len());
                kept.bytes -= gone;
            }
            (kept.end, kept.over) = (self.next - 1, is_over);
        }
        self.room.changed.notify_waiters();
        Ok(self.next - 1)
    }

    /// The clock of its logs.
    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.log.clock
    }

    /// Milliseconds since the last reader left; `None` while there is one.
    pub fn unread_ms(&self) -> Option<i64> {
        let is_read = self.room.readers.load(Ordering::Acquire) > 0;
        (!is_read).then(|| self.log.clock.now_ms() - self.room.left_ms.load(Ordering::Acquire))
    }

    /// Milliseconds since a reader in another process last said that it reads; `None`: there was none.
    pub(super) async fn unread_elsewhere_ms(&self) -> PortResult<Option<i64>> {
        let row = self.log.table.get(&Key::new(READ, &self.stream)).await?;
        let said_ms = row.and_then(|row| std::str::from_utf8(&row.body).ok()?.parse::<i64>().ok());
        Ok(said_ms.map(|said_ms| self.log.clock.now_ms() - said_ms))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.room.kept.lock().unwrap_or_else(PoisonError::into_inner).is_written = false;
        self.room.changed.notify_waiters();
        self.log.leave(&self.stream, &self.room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_kept_once_and_comes_back_with_every_frame() {
        let frame = |event, head: &'static str, data: &'static str| NewFrame {
            event,
            head: Bytes::from_static(head.as_bytes()),
            data: Bytes::from_static(data.as_bytes()),
            last: event == "end",
        };
        let long = r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"a","choices":"#;
        let written = [
            frame("", long, "[1]}"),
            frame("", long, "[2]}"),
            frame("", r#"{"model":"b","choices":"#, "[3]}"),
            frame("", long, "[4]}"),
            frame("end", "", r#"{"usage":null}"#),
        ];
        let body = encoded(&written);
        assert!(body.len() < 200, "{} bytes of {}", body.len(), long.len() * 4);
        let frames = decoded(7, StreamFrames::decode(body).unwrap()).unwrap();
        assert_eq!(frames.iter().map(|frame| frame.offset).collect::<Vec<_>>(), [7, 8, 9, 10, 11]);
        for (frame, written) in frames.iter().zip(&written) {
            assert_eq!(
                (frame.whole(), frame.event.as_str(), frame.last),
                (written.whole(), written.event, written.last)
            );
        }
        assert_eq!(frames[0].json()["choices"], serde_json::json!([1]));
        let damaged =
            StreamFrames { frames: vec![StreamFrame { head: 2, ..StreamFrame::default() }], heads: vec![Bytes::new()] };
        assert_eq!(decoded(1, damaged), None);
    }
}
