//! Records of many chains, newest first, a page at a time.

use std::collections::BTreeMap;

use super::audit::AuditRecord;

/// Which records are wanted; what is left out does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// On whose behalf.
    pub tenant: Option<String>,
    /// The id of the key that asked.
    pub key: Option<String>,
    /// A target that was called, or that once gave an answer that was given again.
    pub target: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Epoch milliseconds, this moment included.
    pub from_ms: Option<i64>,
    /// Epoch milliseconds, this moment left out.
    pub until_ms: Option<i64>,
}

impl AuditFilter {
    /// Whether a record is wanted.
    pub fn takes(&self, record: &AuditRecord) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        let called = |target: &String| {
            record.targets.contains(target) || record.attempts.iter().any(|attempt| attempt.target == *target)
        };
        is(&self.tenant, &record.tenant)
            && is(&self.key, &record.key)
            && is(&self.outcome, &record.outcome)
            && self.target.as_ref().is_none_or(called)
            && self.from_ms.is_none_or(|from| record.at_ms >= from)
            && self.until_ms.is_none_or(|until| record.at_ms < until)
    }
}

/// Where a record stands among those of all chains. As a text it sorts the same way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(String);

impl Place {
    /// Of a record.
    pub fn of(chain: &str, record: &AuditRecord) -> Self {
        Self(format!("{:015}#{chain}#{:012}", record.at_ms.max(0), record.number))
    }

    /// As it was written.
    pub fn read(text: &str) -> Option<Self> {
        let (at, rest) = text.split_once('#')?;
        let (chain, number) = rest.rsplit_once('#')?;
        let is_number = |digits: &str, count| digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit());
        (is_number(at, 15) && is_number(number, 12) && !chain.is_empty()).then(|| Self(text.to_owned()))
    }

    /// To be given back for the next page.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The newest records of those that are offered, in whatever order they come; no more are held than are wanted.
#[derive(Debug)]
pub struct Newest {
    limit: usize,
    before: Option<Place>,
    kept: BTreeMap<Place, AuditRecord>,
    left_out: bool,
}

impl Newest {
    /// At most `limit`, and only what stands before a place, which is where the page before ended.
    pub fn new(limit: usize, before: Option<Place>) -> Self {
        Self { limit: limit.max(1), before, kept: BTreeMap::new(), left_out: false }
    }

    /// Another record.
    pub fn offer(&mut self, chain: &str, record: AuditRecord) {
        let place = Place::of(chain, &record);
        if self.before.as_ref().is_some_and(|before| place >= *before) {
            return;
        }
        self.kept.insert(place, record);
        if self.kept.len() > self.limit {
            self.kept.pop_first();
            self.left_out = true;
        }
    }

    /// Each with its chain, newest first, and where the next page begins, if there is one.
    pub fn finish(self) -> (Vec<(String, AuditRecord)>, Option<Place>) {
        let next = self.kept.first_key_value().filter(|_| self.left_out).map(|(place, _)| place.clone());
        let chain = |place: &Place| place.0.split('#').nth(1).unwrap_or_default().to_owned();
        (self.kept.into_iter().rev().map(|(place, record)| (chain(&place), record)).collect(), next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::audit::AuditAttempt;

    fn record(number: u64, at_ms: i64) -> AuditRecord {
        AuditRecord { number, at_ms, tenant: "t".into(), outcome: "done".into(), ..AuditRecord::default() }
    }

    /// Every page by its cursor, as (chain, number).
    fn pages(limit: usize, records: &[(&str, AuditRecord)]) -> Vec<Vec<(String, u64)>> {
        let (mut pages, mut before) = (Vec::new(), None);
        loop {
            let mut newest = Newest::new(limit, before.take());
            records.iter().for_each(|(chain, record)| newest.offer(chain, record.clone()));
            let (page, next) = newest.finish();
            pages.push(page.into_iter().map(|(chain, record)| (chain, record.number)).collect());
            match next {
                Some(place) => before = Place::read(place.as_str()),
                None => return pages,
            }
            assert!(before.is_some(), "a place can be read again");
        }
    }

    #[test]
    fn pages_go_back_in_time_over_all_chains_and_miss_and_repeat_nothing() {
        let records = [
            ("a", record(1, 10)),
            ("a", record(2, 30)),
            ("b", record(1, 30)),
            ("b", record(2, 40)),
            ("c", record(1, 5)),
        ];
        let all = |chain: &str, number| (chain.to_owned(), number);
        let newest = vec![all("b", 2), all("b", 1), all("a", 2), all("a", 1), all("c", 1)];
        for limit in 1..=6 {
            assert_eq!(pages(limit, &records).concat(), newest, "{limit} at a time");
        }
        assert_eq!(pages(5, &records).len(), 1, "no page that is empty");
        assert_eq!(pages(3, &[]), [Vec::new()]);
    }

    #[test]
    fn what_is_asked_for_is_what_is_given() {
        let attempts = vec![AuditAttempt { target: "old".into(), outcome: "cached".into(), ..AuditAttempt::default() }];
        let record = AuditRecord { key: "k".into(), targets: vec!["x".into()], attempts, ..record(1, 10) };
        let text = |text: &str| Some(text.to_owned());
        for (takes, filter) in [
            (true, AuditFilter::default()),
            (true, AuditFilter { tenant: text("t"), key: text("k"), outcome: text("done"), ..AuditFilter::default() }),
            (true, AuditFilter { target: text("x"), from_ms: Some(10), until_ms: Some(11), ..AuditFilter::default() }),
            (true, AuditFilter { target: text("old"), ..AuditFilter::default() }),
            (false, AuditFilter { tenant: text("other"), ..AuditFilter::default() }),
            (false, AuditFilter { key: text(""), ..AuditFilter::default() }),
            (false, AuditFilter { target: text("y"), ..AuditFilter::default() }),
            (false, AuditFilter { outcome: text("cached"), ..AuditFilter::default() }),
            (false, AuditFilter { until_ms: Some(10), ..AuditFilter::default() }),
            (false, AuditFilter { from_ms: Some(11), ..AuditFilter::default() }),
        ] {
            assert_eq!(filter.takes(&record), takes, "{filter:?}");
        }
    }

    #[test]
    fn a_place_that_was_made_up_is_none() {
        for text in ["", "#", "1#a#1", "000000000000010##000000000001", "00000000000001x#a#000000000001"] {
            assert_eq!(Place::read(text), None, "{text}");
        }
    }
}
