//! `If-Match` and its sisters: whether an operation takes place on what is there now.

use cueline_ports::{ObjectMeta, PutCondition};
use s3s::{
    S3ErrorCode, S3Result,
    dto::{ETagCondition, Timestamp},
};

use super::{moment, problem::problem, shown};

/// Whether a condition names what is there.
fn names(condition: &ETagCondition, there: Option<&ObjectMeta>) -> bool {
    match (condition, there) {
        (_, None) => false,
        (ETagCondition::Any, Some(_)) => true,
        (ETagCondition::ETag(etag), Some(meta)) => etag.value() == shown(&meta.etag).value(),
    }
}

/// How a write may take place.
pub(super) fn of_write(
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
    there: Option<&ObjectMeta>,
) -> S3Result<PutCondition> {
    if let Some(condition) = if_match {
        if there.is_none() {
            return Err(problem(S3ErrorCode::NoSuchKey, "If-Match: there is no such object"));
        }
        if !names(condition, there) {
            return Err(problem(S3ErrorCode::PreconditionFailed, "If-Match: the object has another ETag"));
        }
    }
    if let Some(condition) = if_none_match {
        if names(condition, there) {
            return Err(problem(S3ErrorCode::PreconditionFailed, "If-None-Match: there is such an object"));
        }
        // Somebody may put a file there meanwhile: the store looks again.
        return Ok(if there.is_none() { PutCondition::Absent } else { PutCondition::Any });
    }
    Ok(PutCondition::Any)
}

/// What a read depends on.
#[derive(Default)]
pub(super) struct OfRead<'a> {
    pub(super) if_match: Option<&'a ETagCondition>,
    pub(super) if_none_match: Option<&'a ETagCondition>,
    pub(super) if_modified_since: Option<&'a Timestamp>,
    pub(super) if_unmodified_since: Option<&'a Timestamp>,
}

impl OfRead<'_> {
    /// `not_modified` is what S3 answers when the reader has it already: 304, and 412 for the source of a copy.
    pub(super) fn check(&self, there: &ObjectMeta, not_modified: S3ErrorCode) -> S3Result<()> {
        let changed_after = |moment_of: &Timestamp| {
            let seconds = |at: &Timestamp| time::OffsetDateTime::from(at.clone()).unix_timestamp();
            seconds(&moment(there.modified_ms)) > seconds(moment_of)
        };
        let failed = |what: &str| Err(problem(S3ErrorCode::PreconditionFailed, format!("{what} does not hold")));
        match self.if_match {
            Some(condition) if !names(condition, Some(there)) => return failed("If-Match"),
            // An ETag that matches outweighs a time.
            None if self.if_unmodified_since.is_some_and(changed_after) => return failed("If-Unmodified-Since"),
            _ => {}
        }
        let has_it = match self.if_none_match {
            Some(condition) => names(condition, Some(there)),
            None => self.if_modified_since.is_some_and(|since| !changed_after(since)),
        };
        if has_it { Err(problem(not_modified, "the object is as it was")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(etag: &str) -> ObjectMeta {
        ObjectMeta { key: "k".into(), size: 1, etag: etag.into(), modified_ms: 10_500 }
    }

    fn etag(text: &str) -> ETagCondition {
        ETagCondition::ETag(shown(text))
    }

    #[test]
    fn writes_depend_on_what_is_there() {
        let one = there("one");
        let code = |outcome: S3Result<PutCondition>| outcome.map_err(|error| error.code().clone());
        let (precondition, missing) = (S3ErrorCode::PreconditionFailed, S3ErrorCode::NoSuchKey);
        let cases = [
            (None, None, Some(&one), Ok(PutCondition::Any)),
            (None, Some(ETagCondition::Any), None, Ok(PutCondition::Absent)),
            (None, Some(ETagCondition::Any), Some(&one), Err(precondition.clone())),
            (Some(etag("one")), None, Some(&one), Ok(PutCondition::Any)),
            (Some(etag("two")), None, Some(&one), Err(precondition.clone())),
            (Some(ETagCondition::Any), None, None, Err(missing)),
            (None, Some(etag("two")), Some(&one), Ok(PutCondition::Any)),
            (None, Some(etag("one")), Some(&one), Err(precondition)),
        ];
        for (if_match, if_none_match, there, expected) in cases {
            assert_eq!(code(of_write(if_match.as_ref(), if_none_match.as_ref(), there)), expected);
        }
    }

    #[test]
    fn reads_depend_on_etag_and_time() {
        let at = |seconds: i64| moment(seconds * 1_000);
        let check =
            |of: OfRead<'_>| of.check(&there("one"), S3ErrorCode::NotModified).map_err(|error| error.code().clone());
        let (early, late) = (at(5), at(10));
        let (one, two) = (etag("one"), etag("two"));
        assert_eq!(check(OfRead::default()), Ok(()));
        assert_eq!(check(OfRead { if_none_match: Some(&one), ..OfRead::default() }), Err(S3ErrorCode::NotModified));
        assert_eq!(check(OfRead { if_match: Some(&two), ..OfRead::default() }), Err(S3ErrorCode::PreconditionFailed));
        assert_eq!(
            check(OfRead { if_modified_since: Some(&late), ..OfRead::default() }),
            Err(S3ErrorCode::NotModified)
        );
        assert_eq!(check(OfRead { if_modified_since: Some(&early), ..OfRead::default() }), Ok(()));
        let unmodified = OfRead { if_unmodified_since: Some(&early), ..OfRead::default() };
        assert_eq!(check(unmodified), Err(S3ErrorCode::PreconditionFailed));
        let both = OfRead { if_match: Some(&one), if_unmodified_since: Some(&early), ..OfRead::default() };
        assert_eq!(check(both), Ok(()));
    }
}
