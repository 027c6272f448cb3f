//! The laws of operators and pipelines, over all ways to cut a text into deltas.

mod guard;

use super::*;
use crate::guarding::{GuardRules, Inspector};
use proptest::prelude::*;
use std::sync::Arc;

/// Text and marks at their places, with neighbouring text joined: what must not depend on the cuts.
type Shown = Vec<(u64, Piece)>;

fn shown(released: Vec<Released>) -> Shown {
    let mut all: Shown = Vec::new();
    for Released { at, piece } in released {
        match (all.last_mut(), piece) {
            (Some((_, Piece::Text(last))), Piece::Text(text)) => last.push_str(&text),
            (_, piece) => all.push((at.bytes, piece)),
        }
    }
    all
}

fn words(shown: &Shown) -> String {
    let text = |(_, piece): &(u64, Piece)| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Mark(_) => None,
    };
    shown.iter().filter_map(text).collect()
}

/// Runs a pipeline over a text that comes in parts, and holds what must hold all the time.
fn run(pipeline: &mut Pipeline, parts: &[&str], ending: Ending) -> Shown {
    let mut released = Vec::new();
    for part in parts {
        released.extend(pipeline.push(part));
        assert!(pipeline.held() <= pipeline.most_held(), "{} of {}", pipeline.held(), pipeline.most_held());
    }
    released.extend(pipeline.end(ending));
    assert_eq!(pipeline.held(), 0);
    let mut at = Position::default();
    for Released { at: place, piece } in &released {
        assert_eq!(*place, at, "positions count what the client saw");
        if let Piece::Text(text) = piece {
            assert!(!text.is_empty());
            at = at.behind(text);
        }
    }
    assert_eq!(pipeline.seen(), at);
    shown(released)
}

/// `text` cut at characters, where `cuts` say.
fn parts<'a>(text: &'a str, cuts: &[usize]) -> Vec<&'a str> {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut places: Vec<usize> = cuts.iter().map(|cut| ends[cut % ends.len()]).collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

fn inspector() -> Arc<Inspector> {
    let mut rules: GuardRules = serde_json::from_str(
        r#"{"words": [{"name": "rivals", "terms": ["Acme Cloud", "bomb"]}],
            "topics": [{"name": "investments", "groups": [["buy", "sell"], ["stock", "shares"]]}]}"#,
    )
    .unwrap();
    let default = GuardRules::default();
    (rules.pii, rules.secrets) = (default.pii, default.secrets);
    Arc::new(Inspector::new(rules).unwrap())
}

struct EvenSources;

impl Supports for EvenSources {
    fn sources(&self) -> usize {
        4
    }

    fn supports(&self, source: usize, sentence: &str) -> bool {
        (source + sentence.len()).is_multiple_of(2)
    }
}

fn hosts() -> AllowedHosts {
    AllowedHosts::new(&["good.example"], true).unwrap()
}

type Make = Box<dyn Fn() -> Pipeline>;

/// Every operator alone, and all of them together.
fn pipelines() -> Vec<(&'static str, Make)> {
    fn guard(mode: Mode) -> Make {
        let inspector = inspector();
        Box::new(move || Pipeline::new(vec![Box::new(Guardrail::new(inspector.clone(), mode, 0))]))
    }
    let together = inspector();
    vec![
        ("sentences", Box::new(|| Pipeline::new(vec![Box::new(Sentences::new(64))]))),
        ("markdown", Box::new(|| Pipeline::new(vec![Box::new(Markdown::new())]))),
        ("links", Box::new(|| Pipeline::new(vec![Box::new(Links::new(hosts()))]))),
        ("citations", Box::new(|| Pipeline::new(vec![Box::new(Citations::new(Box::new(EvenSources)))]))),
        ("block", guard(Mode::Block)),
        ("redact", guard(Mode::Redact)),
        ("audit", guard(Mode::Audit)),
        (
            "all",
            Box::new(move || {
                Pipeline::new(vec![
                    Box::new(Guardrail::new(together.clone(), Mode::Audit, 0)),
                    Box::new(Links::new(hosts())),
                    Box::new(Citations::new(Box::new(EvenSources))),
                    Box::new(Guardrail::new(together.clone(), Mode::Block, 0)),
                    Box::new(Markdown::new()),
                    Box::new(Sentences::new(256)),
                ])
            }),
        ),
    ]
}

const PIECES: &[&str] = &[
    "The refunds take long",
    " [1]",
    " [2]",
    "[9]",
    "[1, 3]",
    ". ",
    "! ",
    "\n\n",
    "\n",
    " ",
    "word ",
    "é",
    "漢字。",
    "\u{200B}",
    "\u{301}",
    "`",
    "```\n",
    "**",
    "*",
    "_",
    "~~",
    "[a](https://good.example/x)",
    "[a](https://evil.test/x)",
    "![i](//evil.test/?d=1)",
    "https://evil.test/p ",
    "https://",
    "www.",
    "<img src=x>",
    "<b>",
    "&amp;",
    "](",
    "]:",
    "[",
    ")",
    "!",
    "\\",
    "jane.roe@example.com",
    "jane.roe@",
    "4111 1111 1111 1111",
    "4111 ",
    "1111 ",
    "AKIAIOSFODNN7EXAMPLE",
    "sk-Ab3dEf6hIj9lMn2pQr5tUv8x",
    "password = hunter2!x ",
    "Acme",
    "Ac[9]me [9] Cl",
    "oud",
    "Acme Cloud",
    "b\u{200B}omb",
    "buy ",
    "the stock ",
    "eyJhbGciOi.eyJzdWIiOi",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n",
    "-----END PRIVATE KEY-----",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "\u{E0041}\u{E0042}\u{E0043}",
];

fn text() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![6 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => "[a-z ]{0,12}", 1 => "\\PC{0,3}"];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Text without an end of a sentence, longer than any window.
fn endless() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => prop::sample::select(PIECES).prop_map(str::to_owned),
        3 => "[a-z ]{0,40}",
        1 => (1_usize..600).prop_map(|count| "y".repeat(count)),
        1 => (1_usize..300).prop_map(|count| "no end ".repeat(count)),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| {
        let text = pieces.concat();
        text.replace(". ", " ").replace("! ", " ").replace('\n', " ").replace('。', "")
    })
}

impl Pipeline {
    fn most_held(&self) -> usize {
        self.operators().iter().map(|operator| operator.most_held()).sum()
    }
}

/// A guard before the one that blocks is not asked to stop in the middle of a delta, so its verdict may know a little more
/// of what nobody saw: the one thing that depends on the cuts.
fn without_onlookers(mut shown: Shown) -> Shown {
    shown.retain(|(_, piece)| match piece {
        Piece::Mark(Mark::Verdict(verdict)) => verdict.ending != Ending::Blocked || verdict.blocked.is_some(),
        _ => true,
    });
    shown
}

proptest! {
    #[test]
    fn the_output_does_not_depend_on_the_cuts(text in text(), cuts in prop::collection::vec(0_usize..10_000, 0..12)) {
        for (name, pipeline) in pipelines() {
            let shown = |cuts: &[usize]| without_onlookers(run(&mut pipeline(), &parts(&text, cuts), Ending::Complete));
            let whole = shown(&[]);
            prop_assert_eq!(&whole, &shown(&cuts), "{}", name);
            let characters: Vec<usize> = (0..text.chars().count()).collect();
            prop_assert_eq!(&whole, &shown(&characters), "{}", name);
        }
    }

    #[test]
    fn operators_that_only_wait_change_nothing(text in text()) {
        for (name, pipeline) in pipelines() {
            if ["sentences", "markdown", "audit"].contains(&name) {
                prop_assert_eq!(words(&run(&mut pipeline(), &[&text], Ending::Complete)), text.clone(), "{}", name);
            }
        }
    }

    #[test]
    fn every_guard_tells_its_verdict_once(text in text(), cuts in prop::collection::vec(0_usize..10_000, 0..6)) {
        for (name, pipeline) in pipelines() {
            for ending in [Ending::Complete, Ending::Cut, Ending::Blocked] {
                let mut pipeline = pipeline();
                let out = run(&mut pipeline, &parts(&text, &cuts), ending);
                let verdicts = out.iter().filter(|(_, piece)| matches!(piece, Piece::Mark(Mark::Verdict(_)))).count();
                let guards = match name { "all" => 2, "block" | "redact" | "audit" => 1, _ => 0 };
                prop_assert_eq!(verdicts, guards, "{}", name);
                prop_assert!(pipeline.is_closed() && pipeline.push("more").is_empty() && pipeline.end(ending).is_empty());
            }
        }
    }

    #[test]
    fn no_address_of_an_unknown_host_gets_out(text in text(), cuts in prop::collection::vec(0_usize..10_000, 0..12)) {
        let mut pipeline = Pipeline::new(vec![Box::new(Links::new(hosts()))]);
        let out = words(&run(&mut pipeline, &parts(&text, &cuts), Ending::Complete)).to_ascii_lowercase();
        for bad in ["](//", "]://evil", "https://evil", "<img", "://evil"] {
            prop_assert!(!out.contains(bad), "{:?} in {:?}", bad, out);
        }
    }

    #[test]
    fn marks_of_one_operator_keep_their_place_through_the_next(text in text()) {
        let alone = run(&mut Pipeline::new(vec![Box::new(Citations::new(Box::new(EvenSources)))]), &[&text], Ending::Complete);
        let waiting: Vec<Box<dyn Operator>> = vec![
            Box::new(Citations::new(Box::new(EvenSources))),
            Box::new(Markdown::new()),
            Box::new(Sentences::new(64)),
        ];
        prop_assert_eq!(alone, run(&mut Pipeline::new(waiting), &[&text], Ending::Complete));
    }
}

/// All cuts into two, of texts where a cut could do harm.
#[test]
fn every_single_cut_of_dangerous_texts() {
    let long = format!("{} Acme Cloud {}", "no end here ".repeat(120), "and on ".repeat(200));
    let token = format!("key sk-{} and on", "Ab3dEf6hIj9lMn2pQr5tUv8x".repeat(60));
    let key = format!(
        "-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY----- ok",
        "MIIEvQIBADANBgkqhkiG9w0BAQEF\n".repeat(60)
    );
    let texts = [
        "Fine so far. Write to jane.roe@example.com, card 4111 1111 1111 1111. Acme\u{200B} Cloud is better. Never seen.",
        "See ![x](https://evil.test/?q=1) and [1], https://evil.test/a.",
        &long,
        &token,
        &key,
    ];
    for text in texts {
        for (name, pipeline) in pipelines() {
            let whole = run(&mut pipeline(), &[text], Ending::Complete);
            for (at, _) in text.char_indices().step_by(if text.len() > 500 { 7 } else { 1 }) {
                let cut = run(&mut pipeline(), &[&text[..at], &text[at..]], Ending::Complete);
                assert_eq!(without_onlookers(whole.clone()), without_onlookers(cut), "{name} at {at} of {text:?}");
            }
            let out = words(&whole);
            match name {
                "block" | "all" => assert!(!out.contains("Acme") && !out.contains("jane") && !out.contains("MIIE")),
                "redact" => assert!(!["Acme", "jane", "Ab3d", "MIIE"].iter().any(|part| out.contains(part)), "{out}"),
                "links" => assert!(!out.contains("evil.test")),
                _ => {}
            }
        }
    }
    let redacted = run(
        &mut Pipeline::new(vec![Box::new(Guardrail::new(inspector(), Mode::Redact, 0))]),
        &[&token],
        Ending::Complete,
    );
    assert_eq!(words(&redacted), "key {MODEL_KEY} and on");
    let redacted = run(
        &mut Pipeline::new(vec![Box::new(Guardrail::new(inspector(), Mode::Redact, 0))]),
        &[&key],
        Ending::Complete,
    );
    assert_eq!(words(&redacted), "{PRIVATE_KEY} ok");
}
