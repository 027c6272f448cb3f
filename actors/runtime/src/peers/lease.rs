//! One process at a time, as far as clocks can tell.

use std::time::Duration;

use bytes::Bytes;
use cueline_ports::{Condition, Key, PortErrorKind, PortResult, Write};

use crate::engine::Core;

/// The partition of the table that the rows of this module lie in.
const PARTITION: &str = "peers";

/// Takes the lease of this name, or renews it. False while another process has it. To save work only: a process whose clock
/// is wrong may have it besides.
pub(super) async fn hold(core: &Core, name: &str, lasting: Duration) -> PortResult<bool> {
    let key = Key::new(PARTITION, format!("lease/{name}"));
    let now_ms = core.world.clock.now_ms();
    let held = core.world.table.get(&key).await?;
    let condition = match &held {
        None => Condition::Absent,
        Some(row) => match read(&row.body) {
            Some((until_ms, holder)) if holder != core.process && until_ms > now_ms => return Ok(false),
            _ => Condition::Version(row.version),
        },
    };
    let body = write(now_ms.saturating_add(lasting.as_millis() as i64), &core.process);
    match core.world.table.transact(vec![Write::Put { key, body, condition }]).await {
        Ok(()) => Ok(true),
        Err(error) if error.kind == PortErrorKind::Conflict => Ok(false),
        Err(error) => Err(error),
    }
}

/// Until when, and who.
fn write(until_ms: i64, holder: &str) -> Bytes {
    format!("{until_ms} {holder}").into()
}

/// What cannot be read is nobody's.
fn read(body: &[u8]) -> Option<(i64, &str)> {
    let (until_ms, holder) = std::str::from_utf8(body).ok()?.split_once(' ')?;
    Some((until_ms.parse().ok()?, holder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_says_until_when_and_whose() {
        assert_eq!(read(&write(7, "me")), Some((7, "me")));
        for broken in ["", "7", "x me"] {
            assert_eq!(read(broken.as_bytes()), None, "{broken}");
        }
    }
}
