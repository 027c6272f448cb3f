//! The laws of the guard on a stream: what is forbidden never gets out, not even in part.

use super::*;
use crate::guarding::sentence_end::sentence_ranges;
use crate::guarding::{Action, Origin};

/// Whether every sentence is judged as a whole, and nothing invisible is shortened.
fn fits_windows(text: &str) -> bool {
    let invisible: Vec<bool> = text.chars().map(crate::guarding::is_ignorable).collect();
    sentence_ranges(text).iter().all(|range| range.len() < 640)
        && !invisible.windows(9).any(|run| run.iter().all(|is| *is))
}

/// How often `part` stands in `text`, overlapping places included.
fn count(text: &str, part: &str) -> usize {
    text.char_indices().filter(|(at, _)| text[*at..].starts_with(part)).count()
}

proptest! {
    /// The text that leaves in mode *block* is what stands before the sentence with the first forbidden thing, redacted; of a
    /// sentence that is longer than the window, windows without it may leave.
    #[test]
    fn what_is_blocked_never_gets_out(text in text(), cuts in prop::collection::vec(0_usize..10_000, 0..12)) {
        let inspector = inspector();
        let mut pipeline = Pipeline::new(vec![Box::new(Guardrail::new(inspector.clone(), Mode::Block, 0))]);
        let out = run(&mut pipeline, &parts(&text, &cuts), Ending::Complete);
        let first = inspector.inspect(&text, Origin::Model).found.into_iter()
            .find(|finding| finding.action == Action::Block);
        let blocked = out.iter().any(|(_, piece)| matches!(piece, Piece::Mark(Mark::Blocked { .. })));
        prop_assert_eq!(blocked, first.is_some());
        if let Some(first) = first {
            let sentence = sentence_ranges(&text).into_iter().find(|range| range.end > first.range.start).unwrap();
            let before = &text[..sentence.start];
            let allowed = inspector.inspect(before, Origin::Model).redacted(before);
            let part = &text[first.range.clone()];
            if fits_windows(&text) {
                prop_assert_eq!(words(&out), allowed);
            } else {
                // Windows of the same sentence may have gone before it.
                let before = &text[..first.range.start];
                prop_assert!(count(&words(&out), part) <= count(before, part), "{:?} left: {:?}", part, words(&out));
            }
        }
        let verdicts = out.iter().filter(|(_, piece)| matches!(piece, Piece::Mark(Mark::Verdict(_)))).count();
        prop_assert_eq!(verdicts, 1);
    }

    /// While sentences fit the window, a stream is redacted exactly as the whole text is.
    #[test]
    fn a_stream_is_redacted_like_its_text(text in text(), cuts in prop::collection::vec(0_usize..10_000, 0..12)) {
        let text = text.replace("-----BEGIN", "");
        prop_assume!(fits_windows(&text));
        let mut pipeline = Pipeline::new(vec![Box::new(Guardrail::new(inspector(), Mode::Redact, 0))]);
        let out = run(&mut pipeline, &parts(&text, &cuts), Ending::Complete);
        prop_assert_eq!(words(&out), inspector().inspect(&text, Origin::Model).redacted(&text));
    }

    /// What operators before the guard take out cannot put a forbidden word together.
    #[test]
    fn what_a_pipeline_shows_has_no_forbidden_word(text in text(), cuts in prop::collection::vec(0_usize..10_000, 0..6)) {
        for (name, pipeline) in pipelines() {
            if ["all", "block", "redact"].contains(&name) {
                let shown = words(&run(&mut pipeline(), &parts(&text, &cuts), Ending::Complete));
                let policies = inspector().inspect(&shown, Origin::Model).policies();
                prop_assert!(!policies.iter().any(|policy| policy.starts_with("word/")), "{}: {:?}", name, shown);
            }
        }
    }

    /// Also where nothing ends: windows are released, and nothing that is forbidden in the text is in them.
    #[test]
    fn nothing_forbidden_leaves_a_text_without_ends(text in endless(), cuts in prop::collection::vec(0_usize..10_000, 0..6)) {
        let findings = inspector().inspect(&text, Origin::Model);
        let redacted = findings.redacted(&text);
        for mode in [Mode::Block, Mode::Redact] {
            let mut pipeline = Pipeline::new(vec![Box::new(Guardrail::new(inspector(), mode, 0))]);
            let out = run(&mut pipeline, &parts(&text, &cuts), Ending::Cut);
            let shown = words(&out);
            for finding in findings.found.iter().filter(|finding| finding.action >= Action::Redact) {
                // The same characters may be harmless elsewhere in the text, e.g. as part of a longer word.
                let part = &text[finding.range.clone()];
                let left = count(&shown, part) > count(&redacted, part);
                prop_assert!(!left, "{:?} left in {:?} mode: {:?}", part, mode, shown);
            }
        }
    }

    #[test]
    fn a_cut_stream_has_a_verdict_for_what_was_said(
        text in text(),
        end in 0_usize..10_000,
        cuts in prop::collection::vec(0_usize..10_000, 0..6),
    ) {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let text = &text[..places[end % places.len()]];
        for mode in [Mode::Block, Mode::Redact, Mode::Audit] {
            let mut pipeline = Pipeline::new(vec![Box::new(Guardrail::new(inspector(), mode, 0))]);
            let out = run(&mut pipeline, &parts(text, &cuts), Ending::Cut);
            let verdicts: Vec<&Verdict> = out.iter().filter_map(|(_, piece)| match piece {
                Piece::Mark(Mark::Verdict(verdict)) => Some(verdict),
                _ => None,
            }).collect();
            prop_assert_eq!(verdicts.len(), 1);
            let found = inspector().inspect(text, Origin::Model);
            prop_assert_eq!(verdicts[0].passed(), found.found.is_empty());
            let blocked = verdicts[0].blocked.is_some();
            if mode != Mode::Block && fits_windows(text) {
                prop_assert_eq!(verdicts[0].counts.values().sum::<u64>(), found.found.len() as u64);
                let places: Vec<u64> = verdicts[0].incidents.iter().map(|incident| incident.start).collect();
                let expected: Vec<u64> = found.found.iter().map(|finding| finding.range.start as u64).take(64).collect();
                prop_assert_eq!(places, expected);
            }
            prop_assert_eq!(verdicts[0].ending, if blocked { Ending::Blocked } else { Ending::Cut });
        }
    }
}

/// At every place of a window: what is forbidden is never shown in part, and what only begins like it is shown whole.
#[test]
fn every_place_in_a_window() {
    let forbidden = [
        "Acme\u{200B} Cloud",
        "bomb",
        "buy and later the stock",
        "jane.roe@example.com",
        "4111 1111 1111 1111",
        "AKIAIOSFODNN7EXAMPLE",
    ];
    let harmless =
        ["Acme Cloudy", "bombay", "buy", "jane.roe@example", "4111 1111 1111 1112", "DE89 3704 0044 0532 0130 01"];
    let filler = "no end ".repeat(120);
    let visible = |text: &str| text.chars().count() - text.matches('\u{200B}').count();
    for before in 0..660 {
        for mode in [Mode::Block, Mode::Redact] {
            let run = |middle: &str| {
                let text = format!("{} {middle} {filler}", &filler[..before]);
                let mut pipeline = Pipeline::new(vec![Box::new(Guardrail::new(inspector(), mode, 0))]);
                (words(&run(&mut pipeline, &[&text], Ending::Complete)), text)
            };
            for middle in forbidden {
                let (shown, _) = run(middle);
                let mut parts =
                    (1..=middle.len()).rev().filter_map(|end| middle.get(..end)).filter(|part| visible(part) >= 4);
                assert_eq!(parts.find(|part| shown.contains(part)), None, "{middle:?} at {before} in {mode:?}");
            }
            for middle in harmless {
                let (shown, text) = run(middle);
                assert_eq!(shown, text, "{middle:?} at {before} in {mode:?}");
            }
        }
    }
}
