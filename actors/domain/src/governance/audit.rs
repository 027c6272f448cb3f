//! A chain of records: each holds the hash of the one before, so that none can be changed or left out unseen.

use serde::{Deserialize, Serialize};

/// What is written down of one answer: nothing of what was asked or answered, unless that is wanted.
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
    /// What came of it: `done`, `cached`, or the code of the error.
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
    /// What each call came to, in order; of an answer that was given again, the target that once gave it. Records of older versions
    /// have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<AuditAttempt>,
    /// What was asked, where that is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub question: String,
    /// What was answered, where that is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// Hash of the record before; empty for the first.
    pub before: String,
    /// Hash of this record with everything above.
    pub hash: String,
}

/// One call of a target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAttempt {
    /// Who was called.
    pub target: String,
    /// What came of it: `done`, `cached`, `hedged`, or the code of the error.
    pub outcome: String,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Millionths of a dollar.
    pub cost_micros: u64,
}

/// Outcome of an answer that was given again: nobody was called.
pub const CACHED: &str = "cached";

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
    /// Whether whoever asked was given an answer.
    pub fn is_answered(&self) -> bool {
        matches!(&*self.outcome, "done" | CACHED)
    }

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

    /// Chains of older versions must hold for ever: what is new is left out where there is nothing to say.
    #[test]
    fn a_record_of_an_older_version_has_the_hash_that_it_had() {
        let old = r#"{"number":1,"at_ms":5,"execution":"e","tenant":"t","key":"","targets":["a"],"outcome":"done",
            "input_tokens":1,"output_tokens":2,"cost_micros":3,"decision":"{}","before":"","hash":""}"#;
        let hash = {
            let body = old.replace(['\n', ' '], "");
            blake3::Hasher::new_derive_key("cueline 2026 audit record").update(body.as_bytes()).finalize().to_hex()
        };
        let record: AuditRecord =
            serde_json::from_str(&old.replace("\"hash\":\"\"", &format!("\"hash\":\"{hash}\""))).unwrap();
        assert_eq!(verify(None, [&record]).unwrap().unwrap().number, 1);
        let attempts = vec![AuditAttempt { target: "a".into(), ..AuditAttempt::default() }];
        for forged in [
            AuditRecord { attempts, ..record.clone() },
            AuditRecord { question: "?".into(), ..record.clone() },
            AuditRecord { answer: "!".into(), ..record.clone() },
        ] {
            assert_eq!(verify(None, [&forged]), Err(Broken::Changed(1)));
        }
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
