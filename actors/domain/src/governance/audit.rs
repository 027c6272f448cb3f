//! A chain of records: each holds the hash of the one before, so that none can be changed or left out unseen.

use serde::{Deserialize, Serialize};

/// What is written down of one call of a model. Nothing of what was asked or answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// Place in the chain, from 1.
    pub number: u64,
    /// Epoch milliseconds.
    pub at_ms: i64,
    /// The execution.
    pub execution: String,
    /// On whose behalf.
    pub tenant: String,
    /// The key that asked; empty where none is needed.
    pub key: String,
    /// Targets that were called, in order.
    pub targets: Vec<String>,
    /// What came of it: `done`, or the code of the error.
    pub outcome: String,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Millionths of a dollar.
    pub cost_micros: u64,
    /// What a guard said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub verdict: String,
    /// Why these targets.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decision: String,
    /// Hash of the record before; empty for the first.
    pub before: String,
    /// Hash of this record with everything above.
    pub hash: String,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The record is not what it was.
    #[error("record {0} was changed")]
    Changed(u64),
    /// One is missing, or one was put in, before it.
    #[error("what was before record {0} is missing or was changed")]
    Gap(u64),
}

impl AuditRecord {
    /// As the next one after `last`.
    #[must_use]
    pub fn after(mut self, last: Option<&Self>) -> Self {
        self.number = last.map_or(1, |last| last.number + 1);
        self.before = last.map(|last| last.hash.clone()).unwrap_or_default();
        self.hash = self.computed();
        self
    }

    fn computed(&self) -> String {
        let without = Self { hash: String::new(), ..self.clone() };
        let body = serde_json::to_vec(&without).unwrap_or_default();
        blake3::Hasher::new_derive_key("cueline 2026 audit record").update(&body).finalize().to_hex().to_string()
    }
}

/// Checks records in their order, from `last` on.
pub fn verify<'a>(
    mut last: Option<AuditRecord>,
    records: impl IntoIterator<Item = &'a AuditRecord>,
) -> Result<Option<AuditRecord>, Broken> {
    for record in records {
        if record.computed() != record.hash {
            return Err(Broken::Changed(record.number));
        }
        let (number, before) = last.as_ref().map_or((1, ""), |last| (last.number + 1, last.hash.as_str()));
        if record.number != number || record.before != before {
            return Err(Broken::Gap(record.number));
        }
        last = Some(record.clone());
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<AuditRecord> {
        let mut records: Vec<AuditRecord> = Vec::new();
        for n in 0..5 {
            let record = AuditRecord { execution: format!("e{n}"), ..AuditRecord::default() };
            records.push(record.after(records.last()));
        }
        records
    }

    #[test]
    fn a_chain_holds_until_somebody_touches_it() {
        let records = chain();
        assert_eq!(verify(None, &records).unwrap().unwrap().number, 5);
        assert_eq!(verify(Some(records[1].clone()), &records[2..]).unwrap().unwrap().number, 5);
        let mut changed = records.clone();
        changed[2].cost_micros = 1;
        assert_eq!(verify(None, &changed), Err(Broken::Changed(3)));
        let mut shorter = records.clone();
        shorter.remove(2);
        assert_eq!(verify(None, &shorter), Err(Broken::Gap(4)));
        let mut forged = records.clone();
        forged[2] = AuditRecord { cost_micros: 1, ..forged[2].clone() }.after(Some(&records[1]));
        assert_eq!(verify(None, &forged), Err(Broken::Gap(4)), "the next one knows");
        assert_eq!(verify(None, &records[1..]), Err(Broken::Gap(2)));
    }
}
