use super::*;
use proptest::prelude::*;

fn spec() -> FeatureSpec {
    FeatureSpec { seed: 1, bits: 16, word_order: 2, char_from: 3, char_to: 4 }
}

/// Distinct n-grams of words and of characters.
fn sizes(prompt: &str) -> (usize, usize) {
    let counts = spec().count(prompt);
    (counts.words.len(), counts.chars.len())
}

#[test]
fn words_and_characters_are_counted() {
    // " cat sat " has 9 codes: 7 of three and 6 of four; the gap at the beginning and at the end belongs to the words.
    assert_eq!(sizes("cat sat"), (3, 12), "'at ' is there twice");
    assert_eq!(sizes(""), (0, 0));
    let twice = spec().count("cat cat");
    assert_eq!(twice.words.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 1], "cat twice, and the pair");
}

#[test]
fn what_looks_the_same_is_the_same() {
    for (one, other) in [
        ("What IS this?", "what is  this?"),
        ("pay\u{200B}pal", "paypal"),
        ("ＡＢＣ", "abc"),
        ("a\r\n\tb", "a b"),
        ("e\u{301}te\u{301}", "ete"),
    ] {
        let (one, other) = (spec().count(one), spec().count(other));
        assert_eq!((one.words, one.chars), (other.words, other.chars));
    }
    assert_ne!(spec().count("ab c").words, spec().count("a bc").words);
    assert_ne!(spec().count("a b").words, spec().count("b a").words, "pairs have an order");
}

/// A change of the hash would silently make every saved model wrong.
#[test]
fn slots_are_those_of_the_first_version() {
    let counts = FeatureSpec::default().count("Größe 42?");
    let slots = |part: &[(u32, u16)]| part.iter().take(4).map(|(slot, _)| *slot).collect::<Vec<_>>();
    assert_eq!(
        (slots(&counts.words), slots(&counts.chars)),
        (vec![233_485, 56_482], vec![99_653, 75_620, 200_075, 148_268])
    );
}

#[test]
fn an_enormous_prompt_costs_no_more_than_its_window() {
    let long = "🏳️‍🌈 Ünïcødé 文書 ".repeat(1_000_000);
    let counts = spec().count(&long);
    assert!(counts.chars.len() <= 2 * (HEAD_BYTES + TAIL_BYTES));
    let middle = format!("{}{}{}", "a".repeat(HEAD_BYTES), "b".repeat(100_000), "c".repeat(TAIL_BYTES));
    let other = middle.replace('b', "d");
    assert_eq!(spec().count(&middle), spec().count(&other), "the middle is not looked at");
}

proptest! {
    #[test]
    fn any_text_has_sound_features(prompt in any::<String>(), bits in BITS, word_order in 0_u8..=3, char_to in 0_u8..=5) {
        let spec = FeatureSpec { seed: 9, bits, word_order, char_from: char_to.min(2).max(u8::from(char_to > 0)), char_to };
        prop_assert!(spec.is_sound());
        let counts = spec.count(&prompt);
        prop_assert_eq!(&counts, &spec.count(&prompt));
        for (slot, count) in counts.words.iter().chain(&counts.chars) {
            prop_assert!((*slot as usize) < spec.slots() && *count > 0);
        }
        prop_assert!(counts.shape.iter().all(|number| (0.0..=5.0).contains(number)), "{:?}", counts.shape);
    }
}

#[test]
fn a_spec_out_of_bounds_is_unsound() {
    for spec in [
        FeatureSpec { bits: 7, ..spec() },
        FeatureSpec { bits: 19, ..spec() },
        FeatureSpec { word_order: 4, ..spec() },
        FeatureSpec { char_to: 6, ..spec() },
        FeatureSpec { char_from: 5, ..spec() },
        FeatureSpec { char_from: 0, ..spec() },
    ] {
        assert!(!spec.is_sound(), "{spec:?}");
    }
}
