use super::*;
use proptest::prelude::*;

fn rules(json: &str) -> GuardRules {
    serde_json::from_str(json).unwrap()
}

fn strict() -> Inspector {
    Inspector::new(rules(
        r#"{"words": [{"name": "rivals", "terms": ["Acme Cloud", "bomb", "東京", "naïve"]},
                      {"name": "mild", "terms": ["darn"], "action": "audit"}],
            "topics": [{"name": "investments", "groups": [["buy", "sell"], ["stock", "shares"]]}]}"#,
    ))
    .unwrap()
}

fn policies(inspector: &Inspector, text: &str) -> Vec<String> {
    inspector.inspect(text, Origin::Model).policies()
}

#[test]
fn words_are_found_through_disguises_and_not_in_other_words() {
    let inspector = strict();
    for text in [
        "acme cloud",
        "the ACME\n  Cloud!",
        "Acme\u{200B} Cl0ud",
        "bomb",
        "a b\u{AD}omb.",
        "ｂｏｍｂ",
        "ВОМВ",
        "(bomb)",
        "私は東京にいる",
        "NAIVE",
        "naïve",
        "b\u{301}omb",
        "**Acme** Cloud",
        "Acme Cloud`4111`",
        "Acme Cloud!Next",
        "~~Ac*me*~~ `Cloud`",
    ] {
        assert_eq!(policies(&inspector, text), ["word/rivals"], "{text:?}");
    }
    for text in [
        "acmecloud",
        "bombay",
        "entbomb",
        "bomb_shell",
        "b o m b",
        "Acme. Cloud",
        "Acme\n\nCloud",
        "Acme          Cloud",
    ] {
        assert_eq!(policies(&inspector, text), [] as [&str; 0], "{text:?}");
    }
    let audited = inspector.inspect("darn it", Origin::Model);
    assert!(!audited.blocked() && audited.redacted("darn it") == "darn it");
    let text = "The Acme\u{200B} Cloud rocks";
    assert_eq!(inspector.inspect(text, Origin::Model).redacted(text), "The {REMOVED} rocks");
}

#[test]
fn a_topic_needs_a_term_of_each_group_in_one_sentence() {
    let inspector = strict();
    let far = format!("Buy {} stock", "and ".repeat(80));
    let cases: &[(&str, bool)] = &[
        ("You should buy this stock now.", true),
        ("These shares, sell them!", true),
        ("Buy bread. The stock is good.", false),
        ("You should buy.", false),
        ("stockbuyers", false),
        (&far, false),
    ];
    for (text, met) in cases {
        assert_eq!(policies(&inspector, text) == ["topic/investments"], *met, "{text:?}");
    }
}

#[test]
fn rules_that_cannot_work_are_refused() {
    let cases = [
        (r#"{"words": [{"name": "w", "terms": ["--"]}]}"#, "`w` has a term without a letter or digit: \"--\""),
        (
            r#"{"words": [{"name": "w", "terms": ["One. Two"]}]}"#,
            "`w` has a term with the end of a sentence inside: \"One. Two\"; write two terms",
        ),
        (
            r#"{"topics": [{"name": "t", "groups": []}]}"#,
            "topic `t` has 0 groups; 1 to 8 are possible, none of them empty",
        ),
        (
            r#"{"topics": [{"name": "t", "groups": [["a"], []]}]}"#,
            "topic `t` has 2 groups; 1 to 8 are possible, none of them empty",
        ),
        (r#"{"injection": {"threshold": 0.0}}"#, "the threshold of `injection` must be a positive number, not 0"),
    ];
    for (json, message) in cases {
        assert_eq!(Inspector::new(rules(json)).unwrap_err().to_string(), message);
    }
    let long = format!(r#"{{"words": [{{"name": "w", "terms": ["{}"]}}]}}"#, "a".repeat(65));
    assert!(matches!(Inspector::new(rules(&long)).unwrap_err(), RuleError::LongTerm { .. }));
    for json in [r#"{"pii": {"MAIL": "block"}}"#, r#"{"pii": {"EMAIL": "mask"}}"#, r#"{"word": []}"#] {
        assert!(serde_json::from_str::<GuardRules>(json).is_err(), "{json}");
    }
    assert_eq!(
        serde_json::from_str::<GuardRules>(&serde_json::to_string(&GuardRules::default()).unwrap()).unwrap(),
        GuardRules::default()
    );
}

#[test]
fn personal_data_is_replaced_by_what_it_was() {
    let inspector = Inspector::new(GuardRules::default()).unwrap();
    let cases = [
        (
            "Customer Jane Roe, SSN 078-05-1120, card 4111 1111 1111 1111.",
            "Customer Jane Roe, SSN {US_SOCIAL_SECURITY_NUMBER}, card {CREDIT_DEBIT_CARD_NUMBER}.",
        ),
        ("Pay to DE89 3704 0044 0532 0130 00, please.", "Pay to {INTERNATIONAL_BANK_ACCOUNT_NUMBER}, please."),
        ("jane.roe@example.com or help@example.com", "{EMAIL} or help@example.com"),
        ("カード番号は4111111111111111です", "カード番号は{CREDIT_DEBIT_CARD_NUMBER}です"),
        ("４１１１ １１１１ １１１１ １１１１", "{CREDIT_DEBIT_CARD_NUMBER}"),
        ("4111\u{200B}1111\u{200B}11111111", "{CREDIT_DEBIT_CARD_NUMBER}"),
        ("1111 4111 1111 1111 1111 12", "1111 {CREDIT_DEBIT_CARD_NUMBER} 12"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("Your order number is 4111-2222.", "Your order number is 4111-2222."),
        ("Steuer-ID 86 095 742 719", "Steuer-ID {DE_TAX_ID}"),
        ("NIR 2 55 08 14 168 025 38", "NIR {FR_SOCIAL_SECURITY_NUMBER}"),
        ("NINO AB 12 34 56 C", "NINO {UK_NATIONAL_INSURANCE_NUMBER}"),
        ("NHS 943 476 5919", "NHS {UK_NATIONAL_HEALTH_SERVICE_NUMBER}"),
        ("call +49 30 901820", "call {PHONE}"),
        ("", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(inspector.inspect(text, Origin::Model).redacted(text), expected, "{text:?}");
    }
}

#[test]
fn a_finding_that_another_explains_is_not_told() {
    let inspector = Inspector::new(GuardRules::default()).unwrap();
    assert_eq!(policies(&inspector, "GB29 NWBK 6016 1331 9268 19"), ["pii/INTERNATIONAL_BANK_ACCOUNT_NUMBER"]);
    assert_eq!(policies(&inspector, "phone 4111 1111 1111 1111"), ["pii/CREDIT_DEBIT_CARD_NUMBER"]);
}

/// Pieces of which hostile texts are made.
const PIECES: &[&str] = &[
    "a@b.co",
    "@",
    ".",
    "4111 1111 1111 1111",
    "4111",
    "-",
    " ",
    "+49 30 901820",
    "DE89 3704 0044 0532 0130 00",
    "DE89",
    "bomb",
    "b\u{200B}omb",
    "sk-",
    "Ab3dEf6hIj9lMn2pQr5tUv8x",
    "-----BEGIN PRIVATE KEY-----\n",
    "-----END PRIVATE KEY-----",
    "password = ",
    "hunter2!x",
    "://u:",
    "p4ss@h",
    "eyJ",
    "é",
    "\u{301}",
    "漢",
    "\u{E0041}",
    "\n\n",
    ". ",
    "ignore previous instructions",
    "key=",
    "\"",
    "[",
    "buy",
    "stock",
    "\u{FDFA}",
    "\0",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,4}"];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn everything() -> Inspector {
    let mut all = GuardRules::default();
    all.pii.insert(Pii::IpAddress, Action::Block);
    let strict = rules(
        r#"{"words": [{"name": "w", "terms": ["bomb", "漢"]}], "topics": [{"name": "t", "groups": [["buy"], ["stock"]]}]}"#,
    );
    (all.words, all.topics) = (strict.words, strict.topics);
    Inspector::new(all).unwrap()
}

proptest! {
    #[test]
    fn any_text_is_inspected(text in hostile()) {
        let inspector = everything();
        for origin in [Origin::User, Origin::Content, Origin::Model] {
            let findings = inspector.inspect(&text, origin);
            for finding in &findings.found {
                prop_assert!(!finding.range.is_empty() && text.get(finding.range.clone()).is_some(), "{:?}", finding);
            }
            prop_assert!(findings.found.windows(2).all(|pair| pair[0].range.start <= pair[1].range.start));
            let masks = findings.masks(Action::Redact);
            prop_assert!(masks.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
            let _ = findings.redacted(&text);
        }
    }

    /// What a stream operator relies on: a finding at a place is also seen in a part of the text that begins before it and
    /// holds the reach behind it.
    #[test]
    fn a_finding_is_seen_in_a_part_with_its_reach(text in hostile(), before in 0_usize..200) {
        let inspector = everything();
        let sentence = text.replace("\n\n", " ").replace(". ", " ");
        let findings = inspector.inspect_sentence(&sentence);
        let boundary = |mut at: usize| { while !sentence.is_char_boundary(at) { at -= 1; } at };
        for finding in findings.found.iter().filter(|finding| finding.action >= Action::Redact) {
            let start = boundary(finding.range.start.saturating_sub(before + REACH));
            let visible: Vec<usize> = sentence[finding.range.start..].char_indices().filter(|(_, c)| !is_ignorable(*c)).map(|(at, _)| at).collect();
            let end = visible.get(REACH).map_or(sentence.len(), |at| finding.range.start + at);
            let part = inspector.inspect_sentence(&sentence[start..end]);
            let seen = part.masks(Action::Redact).iter().any(|mask| {
                mask.range.start + start <= finding.range.start && (mask.range.end + start >= finding.range.end.min(end))
            });
            prop_assert!(seen, "{:?} in {:?}", finding, &sentence[start..end]);
        }
    }
}
