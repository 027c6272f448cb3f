//! How fast a busy target takes what waits for it.

/// What each new request makes of the ones before: the pace is that of about the last sixteen.
const KEPT: f64 = 15.0 / 16.0;

/// Milliseconds and tokens between requests that went while others waited. Only then is the target what one waits for; a gap
/// in which nobody waited says nothing about it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Pace {
    since_ms: Option<i64>,
    ms: f64,
    tokens: f64,
    requests: f64,
}

impl Pace {
    /// One went; `others_wait` behind it.
    pub(super) fn served(&mut self, now_ms: i64, cost: u64, others_wait: bool) {
        if let Some(since) = self.since_ms {
            self.ms = self.ms * KEPT + now_ms.saturating_sub(since) as f64;
            self.tokens = self.tokens * KEPT + cost as f64;
            self.requests = self.requests * KEPT + 1.0;
        }
        self.since_ms = others_wait.then_some(now_ms);
    }

    /// How long it takes until `tokens` have gone, and one request at least.
    pub(super) fn wait_ms(&self, tokens: f64) -> Option<u64> {
        if self.requests <= 0.0 {
            return None;
        }
        let all = tokens * self.ms / self.tokens;
        Some(all.max(self.ms / self.requests).ceil() as u64)
    }
}
