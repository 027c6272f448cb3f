//! What an execution asks of AWS.
//!
//! One append is one item: a commit of `c` bytes and, every 16 commits and at the end, a snapshot of `s` bytes beside it. With `u(x)`
//! the write units of `x` bytes, one per begun KB, and `r` the row of lists, which the index holds, too:
//!
//! ```text
//!  start   2·u(c) + 2·u(r) + u(r)        a transaction is billed double; the index gets the row
//!  middle  u(c), with a snapshot u(c+s)
//!  end     2·u(c+s) + 2·u(r) + 2·u(r)    the index takes the row from one partition and puts it into another
//! ```
//!
//! A cue is a message: sent, received, deleted, each in a request that it shares with others, and extended twice per lease while
//! its body runs. A payload that does not fit its commit is written once and read once.

/// Commits between two snapshots.
pub const SNAPSHOT_EVERY: u64 = 16;
/// Names, keys and token of a journal item, without the id of its execution.
const ITEM_BYTES: u64 = 96;
/// Most bytes of an item; what is larger lies in the object store.
const ITEM_LIMIT: u64 = 350 * 1024;
/// Bytes that one request of a queue may have before it is billed as two.
const QUEUE_CHUNK: f64 = 65_536.0;
/// Requests of a message: sent, received, deleted.
const PER_MESSAGE: f64 = 3.0;
/// How often the lease of a running body is extended, in milliseconds.
pub const EXTEND_EVERY_MS: i64 = 15_000;

/// Figures that were measured and are not derived: 64 concurrent executions of ten steps, counted on the wire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Messages that share a request; 1 when there is little to do.
    pub messages_per_request: f64,
    /// Read units of a step.
    pub read_units_per_step: f64,
}

/// As measured on 28 November 2026: 2.00 write units, 0.65 read units and 0.40 queue requests a step. Starts and ends that are
/// written together are fewer requests and the same units.
pub const MEASURED: Measured = Measured { messages_per_request: 7.5, read_units_per_step: 0.65 };

/// Requests, as they are billed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Requests {
    /// Write request units of DynamoDB.
    pub write_units: f64,
    /// Read request units of DynamoDB.
    pub read_units: f64,
    /// Requests of SQS.
    pub queue: f64,
    /// Objects written.
    pub object_writes: f64,
    /// Objects read.
    pub object_reads: f64,
    /// Events on the bus.
    pub events: f64,
    /// Alarms of long rests.
    pub alarms: f64,
    /// Calls of functions.
    pub functions: f64,
}

impl Requests {
    /// So many times as many.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            write_units: self.write_units * factor,
            read_units: self.read_units * factor,
            queue: self.queue * factor,
            object_writes: self.object_writes * factor,
            object_reads: self.object_reads * factor,
            events: self.events * factor,
            alarms: self.alarms * factor,
            functions: self.functions * factor,
        }
    }
}

/// An execution as its journal tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    /// Characters of its id.
    pub id_bytes: u64,
    /// Bytes of each commit, in order.
    pub commits: Vec<u64>,
    /// Bytes of its last snapshot.
    pub snapshot: u64,
    /// Bytes of its row in lists.
    pub row: u64,
    /// It has ended.
    pub has_ended: bool,
    /// Cues that were sent, repeated ones too.
    pub cues: u64,
    /// Bytes of an average cue.
    pub cue_bytes: u64,
    /// How often leases were extended while bodies ran.
    pub extensions: u64,
    /// Payloads that lie in the object store.
    pub payloads: u64,
    /// Events that it published.
    pub events: u64,
    /// Rests of more than a minute.
    pub long_rests: u64,
    /// Functions that it called.
    pub functions: u64,
}

impl Recorded {
    /// What it asked of AWS, with as much sharing of requests as was measured.
    pub fn requests(&self, measured: &Measured) -> Requests {
        let steps = self.commits.len().saturating_sub(1) as f64;
        let large = self.commits.iter().filter(|bytes| **bytes > ITEM_LIMIT).count() as f64;
        Requests {
            write_units: self.write_units(),
            read_units: steps * measured.read_units_per_step,
            queue: message_requests(self.cues as f64, self.cue_bytes as f64, measured)
                // Each of them names one message: they share nothing.
                + self.extensions as f64,
            object_writes: self.payloads as f64 + large,
            object_reads: self.payloads as f64,
            events: self.events as f64,
            alarms: self.long_rests as f64,
            functions: self.functions as f64,
        }
    }

    fn write_units(&self) -> f64 {
        let last = self.commits.len();
        let (row, overhead) = (units(self.row + self.id_bytes), ITEM_BYTES + self.id_bytes);
        let item = |at: usize, bytes: u64| {
            let is_end = self.has_ended && at == last;
            let with_snapshot = is_end || (at as u64).is_multiple_of(SNAPSHOT_EVERY);
            let body = bytes + if with_snapshot { self.snapshot } else { 0 };
            // What is too large lies elsewhere, and the item only names it.
            let body = if body > ITEM_LIMIT { 0 } else { body };
            let own = units(body + overhead);
            match (at, is_end) {
                (1, _) => 2 * own + 3 * row,
                (_, true) => 2 * own + 4 * row,
                (_, false) => own,
            }
        };
        self.commits.iter().enumerate().map(|(at, bytes)| item(at + 1, *bytes)).sum::<u64>() as f64
    }
}

/// Write units of an item.
pub(super) fn units(bytes: u64) -> u64 {
    bytes.div_ceil(1_024).max(1)
}

/// Requests of so many messages of so many bytes, as base64.
pub(super) fn message_requests(messages: f64, bytes: f64, measured: &Measured) -> f64 {
    let together = measured.messages_per_request.max(1.0);
    let chunks = (bytes * 4.0 / 3.0 * together / QUEUE_CHUNK).ceil().max(1.0);
    // A message that is deleted is named only.
    messages / together * (chunks * (PER_MESSAGE - 1.0) + 1.0)
}
