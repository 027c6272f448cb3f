use super::*;
use proptest::prelude::*;

const CONFIG: &str = "config-1";

fn key() -> ObjectKey {
    ObjectKey::parse("a.md").unwrap()
}

fn put(sequence: u64, etag: &str) -> Notification {
    Notification {
        key: key(),
        sequence: Sequence::from_number(sequence),
        observation: Observation::Put { etag: Some(etag.to_owned()) },
    }
}

fn removed(sequence: u64) -> Notification {
    Notification { key: key(), sequence: Sequence::from_number(sequence), observation: Observation::Removed }
}

/// What a test sees of a row: etag, state, etag of the live version.
fn seen(row: &Option<LedgerRow>) -> (Option<&str>, &str, Option<&str>) {
    let row = row.as_ref().unwrap();
    let state = match &row.state {
        DocumentState::Discovered => "discovered",
        DocumentState::Searchable => "searchable",
        DocumentState::Deleted => "deleted",
        DocumentState::Failed { .. } => "failed",
        DocumentState::Refused { .. } => "refused",
        _ => "on the way",
    };
    (row.version.as_ref().and_then(|v| v.etag.as_deref()), state, row.live.as_ref().and_then(|v| v.etag.as_deref()))
}

fn tell(row: &mut Option<LedgerRow>, notification: &Notification) -> Decision {
    let decision = observe(row.as_ref(), notification, CONFIG);
    if let Some(new) = decision.row() {
        *row = Some(new.clone());
    }
    decision
}

fn report(row: &mut Option<LedgerRow>, version: u64, progress: Progress) -> Transition {
    let transition = advance(row.as_ref(), &Sequence::from_number(version), &progress);
    if let Transition::Applied { row: new, .. } = &transition {
        *row = Some(new.clone());
    }
    transition
}

fn fail() -> Progress {
    Progress::Failed { code: "embedder_unavailable".into(), message: "timed out".into() }
}

fn refuse() -> Progress {
    Progress::Refused { code: "no_text_layer".into(), message: "12 pages of pictures".into() }
}

#[test]
fn an_object_whose_name_cannot_be_a_document_has_a_row_that_says_so() {
    let put = |etag: &str| Observation::Put { etag: Some(etag.to_owned()) };
    let refuse = |row: Option<&LedgerRow>, found: Option<&Observation>| {
        super::refuse(row, &key(), found, "collection_name_invalid", "rename the folder")
    };
    let first = refuse(None, Some(&put("A")));
    let row = first.row().unwrap().clone();
    assert_eq!(seen(&Some(row.clone())), (Some("A"), "refused", None));
    assert_eq!(refuse(Some(&row), Some(&put("B"))), Decision::Ignore { reason: IgnoreReason::InAgreement });
    let gone = refuse(Some(&row), None);
    assert!(matches!(gone, Decision::Tombstone { .. }), "{gone:?}");
    assert!(matches!(refuse(gone.row(), Some(&put("A"))), Decision::StartVersion { .. }));
    assert_eq!(refuse(None, None), Decision::Ignore { reason: IgnoreReason::InAgreement });
}

#[test]
fn a_delete_that_overtakes_its_create_stays_deleted() {
    let mut row = None;
    assert!(matches!(tell(&mut row, &removed(2)), Decision::Tombstone { hides: None, .. }));
    assert_eq!(tell(&mut row, &put(1, "A")), Decision::Ignore { reason: IgnoreReason::Stale });
    assert_eq!(seen(&row), (None, "deleted", None));
}

#[test]
fn an_unchanged_put_is_remembered_so_that_an_older_delete_cannot_win() {
    // Found on paper: put 1, delete 2, put 3 of equal content, delivered as 1, 3, 2.
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    assert!(matches!(tell(&mut row, &put(3, "A")), Decision::Confirm { .. }));
    assert_eq!(tell(&mut row, &removed(2)), Decision::Ignore { reason: IgnoreReason::Stale });
    assert_eq!(seen(&row), (Some("A"), "discovered", None));
    assert!(
        matches!(report(&mut row, 1, Progress::Searchable), Transition::Applied { .. }),
        "the version keeps its id"
    );
}

#[test]
fn repetition_is_ignored() {
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    assert_eq!(tell(&mut row, &put(1, "A")), Decision::Ignore { reason: IgnoreReason::Repeated });
    assert!(matches!(report(&mut row, 1, Progress::Parsed), Transition::Applied { .. }));
    assert_eq!(report(&mut row, 1, Progress::Parsed), Transition::Unchanged);
    assert_eq!(report(&mut row, 1, Progress::Fetched { content: "h".into() }), Transition::Unchanged);
}

#[test]
fn the_predecessor_is_shown_until_the_new_version_can_be_found() {
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    report(&mut row, 1, Progress::Searchable);
    assert!(matches!(tell(&mut row, &put(2, "B")), Decision::StartVersion { cancels: None, .. }));
    assert_eq!(seen(&row), (Some("B"), "discovered", Some("A")));
    assert!(row.as_ref().unwrap().shows(&Sequence::from_number(1)));
    let Transition::Applied { retires, .. } = report(&mut row, 2, Progress::KeywordSearchable) else { panic!() };
    assert_eq!(retires.unwrap().etag.as_deref(), Some("A"));
    assert_eq!(seen(&row), (Some("B"), "on the way", Some("B")));
    assert!(matches!(report(&mut row, 2, Progress::Searchable), Transition::Applied { retires: None, .. }));
}

#[test]
fn refused_content_hides_the_predecessor_and_a_failure_of_ours_does_not() {
    for (progress, expected) in [(refuse(), (Some("B"), "refused", None)), (fail(), (Some("B"), "failed", Some("A")))] {
        let mut row = None;
        tell(&mut row, &put(1, "A"));
        report(&mut row, 1, Progress::Searchable);
        tell(&mut row, &put(2, "B"));
        report(&mut row, 2, progress);
        assert_eq!(seen(&row), expected);
    }
}

#[test]
fn a_failed_version_is_tried_again_when_announced_again_and_a_refused_one_is_not() {
    for (progress, again) in [(fail(), true), (refuse(), false)] {
        let mut row = None;
        tell(&mut row, &put(1, "A"));
        report(&mut row, 1, progress);
        assert_eq!(matches!(tell(&mut row, &put(2, "A")), Decision::StartVersion { .. }), again);
    }
}

#[test]
fn a_late_success_counts_and_a_late_failure_does_not() {
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    report(&mut row, 1, fail());
    assert!(matches!(report(&mut row, 1, Progress::Searchable), Transition::Applied { .. }));
    assert_eq!(report(&mut row, 1, fail()), Transition::Unchanged);
    assert_eq!(report(&mut row, 1, refuse()), Transition::Unchanged);
    assert_eq!(seen(&row), (Some("A"), "searchable", Some("A")));
}

#[test]
fn work_on_a_version_without_future_is_abandoned() {
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    let Decision::StartVersion { cancels, .. } = tell(&mut row, &put(2, "B")) else { panic!() };
    assert_eq!(cancels.unwrap().etag.as_deref(), Some("A"));
    assert_eq!(report(&mut row, 1, Progress::Searchable), Transition::Abandon { reason: AbandonReason::Superseded });
    tell(&mut row, &removed(3));
    assert_eq!(report(&mut row, 2, Progress::Searchable), Transition::Abandon { reason: AbandonReason::Deleted });
    assert_eq!(report(&mut None, 2, Progress::Parsed), Transition::Abandon { reason: AbandonReason::Unknown });
}

#[test]
fn an_object_that_vanished_before_it_was_fetched_is_deleted_and_may_come_back() {
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    report(&mut row, 1, Progress::Missing);
    assert_eq!(seen(&row), (Some("A"), "deleted", None));
    assert!(matches!(tell(&mut row, &put(3, "A")), Decision::StartVersion { .. }));
}

#[test]
fn a_changed_configuration_starts_a_version_and_an_unchanged_one_does_not() {
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    report(&mut row, 1, Progress::Searchable);
    let found = Observation::Put { etag: Some("A".into()) };
    let agreement = Decision::Ignore { reason: IgnoreReason::InAgreement };
    assert_eq!(reconcile(row.as_ref(), &key(), Some(&found), CONFIG), agreement);
    let Decision::StartVersion { row: new, .. } = reconcile(row.as_ref(), &key(), Some(&found), "config-2") else {
        panic!()
    };
    assert_eq!(new.live.unwrap().fingerprint, CONFIG);
    assert!(new.observed < Sequence::from_number(2), "real news still wins");
}

#[test]
fn a_sweep_finds_what_was_never_announced() {
    let found = Observation::Put { etag: Some("A".into()) };
    let Decision::StartVersion { row, .. } = reconcile(None, &key(), Some(&found), CONFIG) else { panic!() };
    let mut row = Some(row);
    assert!(matches!(tell(&mut row, &put(1, "A")), Decision::Confirm { .. }), "the late announcement is no news");
    assert!(matches!(reconcile(row.as_ref(), &key(), None, CONFIG), Decision::Tombstone { .. }));
    assert_eq!(reconcile(None, &key(), None, CONFIG), Decision::Ignore { reason: IgnoreReason::InAgreement });
}

#[test]
fn equal_content_is_reused_only_under_the_same_configuration() {
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    report(&mut row, 1, Progress::Fetched { content: "hash".into() });
    assert!(!may_reuse(row.as_ref().unwrap(), "hash"), "nothing is live yet");
    report(&mut row, 1, Progress::Searchable);
    tell(&mut row, &put(2, "A-2"));
    assert!(may_reuse(row.as_ref().unwrap(), "hash"));
    assert!(!may_reuse(row.as_ref().unwrap(), "other"));
    let found = Observation::Put { etag: Some("A-2".into()) };
    let decision = reconcile(row.as_ref(), &key(), Some(&found), "config-2");
    assert!(!may_reuse(decision.row().unwrap(), "hash"));
}

#[test]
fn a_row_reads_back_as_it_was_written() {
    let mut row = None;
    tell(&mut row, &put(1, "A"));
    report(&mut row, 1, refuse());
    let json = serde_json::to_value(row.as_ref().unwrap()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "key": "a.md", "observed": "0000000000000001",
            "version": {"id": "0000000000000001", "etag": "A", "fingerprint": "config-1"},
            "state": "refused", "code": "no_text_layer", "message": "12 pages of pictures",
        })
    );
    assert_eq!(serde_json::from_value::<LedgerRow>(json).unwrap(), row.unwrap());
}

#[derive(Debug, Clone)]
enum Event {
    Tell(usize),
    Report(usize, Progress),
}

fn events(real: usize) -> impl Strategy<Value = Vec<Event>> {
    let progress = prop_oneof![
        Just(Progress::Fetched { content: "h".into() }),
        Just(Progress::KeywordSearchable),
        Just(Progress::Searchable),
        Just(fail()),
        Just(refuse()),
    ];
    let extra = prop_oneof![
        (0..real).prop_map(Event::Tell),
        (0..real, progress).prop_map(|(version, progress)| Event::Report(version, progress)),
    ];
    prop::collection::vec(extra, 0..20)
        .prop_map(move |mut events| {
            events.extend((0..real).map(Event::Tell));
            events
        })
        .prop_shuffle()
}

proptest! {
    #[test]
    fn any_order_and_repetition_ends_in_the_last_real_event(
        (history, events) in prop::collection::vec(prop::option::of(0_u8..3), 1..7)
            .prop_flat_map(|history| { let real = history.len(); (Just(history), events(real)) })
    ) {
        let notification = |index: usize| match history[index] {
            Some(content) => put(index as u64 + 1, &format!("etag-{content}")),
            None => removed(index as u64 + 1),
        };
        let mut row = None;
        for event in &events {
            match event {
                Event::Tell(index) => { tell(&mut row, &notification(*index)); }
                Event::Report(version, progress) => { report(&mut row, *version as u64 + 1, progress.clone()); }
            }
            // Whatever happened so far: a deleted document shows nothing.
            if let Some(row) = &row {
                prop_assert!(row.state != DocumentState::Deleted || row.live.is_none());
            }
        }
        let last = history[history.len() - 1];
        let row = row.unwrap();
        prop_assert_eq!(&row.observed, &Sequence::from_number(history.len() as u64));
        prop_assert_eq!(last.is_none(), row.state == DocumentState::Deleted);
        if let Some(content) = last {
            prop_assert_eq!(row.version.as_ref().unwrap().etag.clone(), Some(format!("etag-{content}")));
            // Nothing stands in the way of finishing it.
            if !row.state.is_settled() {
                let version = row.version.clone().unwrap();
                let done = advance(Some(&row), &version.id, &Progress::Searchable);
                let finished = matches!(&done, Transition::Applied { row, .. } if row.live.as_ref() == Some(&version));
                prop_assert!(finished, "{done:?}");
            }
        }
    }
}
