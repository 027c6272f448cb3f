//! The durable machinery: conductor, cues, leases, timers, recovery.
