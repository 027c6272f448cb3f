use super::*;

const HARD: [&str; 4] = ["prove the theorem", "derive the integral", "prove the lemma", "derive the bound"];
const EASY: [&str; 4] = ["name the capital", "spell the word", "name the colour", "spell the city"];

fn names() -> Vec<String> {
    vec!["small".to_owned(), "large".to_owned()]
}

fn options() -> TrainOptions {
    let features = FeatureSpec { seed: 3, bits: 10, word_order: 2, char_from: 3, char_to: 4 };
    TrainOptions { features, passes: 20, quality_strength: 3.0, ..TrainOptions::default() }
}

/// The small one fails what is hard; the large one writes ten times as much.
fn examples() -> Vec<Example<'static>> {
    let outcome = |target, quality, output_tokens| Outcome { target, quality, output_tokens, weight: 1.0 };
    let hard = HARD.iter().map(|prompt| (prompt, 0.0, 40.0));
    let easy = EASY.iter().map(|prompt| (prompt, 1.0, 4.0));
    hard.chain(easy)
        .map(|(prompt, small, tokens)| Example {
            prompt,
            outcomes: vec![outcome(0, small, tokens), outcome(1, 1.0, tokens * 10.0)],
        })
        .collect()
}

fn trained() -> Model {
    train(&names(), &examples(), &options()).unwrap()
}

fn predicted(model: &Model, prompt: &str) -> [Prediction; 2] {
    let predictions = model.predict(prompt);
    [predictions[0].unwrap(), predictions[1].unwrap()]
}

#[test]
fn a_model_tells_hard_from_easy_and_long_from_short() {
    let model = trained();
    let (hard, easy) = (predicted(&model, "prove the bound"), predicted(&model, "spell the colour"));
    assert!(hard[0].quality < 0.4 && easy[0].quality > 0.6, "{hard:?} {easy:?}");
    assert!(hard[1].quality > 0.7 && easy[1].quality > 0.7);
    assert!(hard[0].output_tokens > 2.0 * easy[0].output_tokens);
    assert!((5.0..20.0).contains(&(hard[1].output_tokens / hard[0].output_tokens)));
    let summary = &model.targets()[0];
    assert_eq!((summary.outcomes, summary.mean_quality, summary.mean_output_tokens), (8, 0.5, 22.0));
}

#[test]
fn the_same_training_is_the_same_artefact() {
    assert_eq!(trained().to_bytes(), trained().to_bytes());
    let other = train(&names(), &examples(), &TrainOptions { seed: 2, ..options() }).unwrap();
    assert_ne!(trained().id(), other.id());
    assert_eq!(trained().id().len(), 64);
}

#[test]
fn a_target_without_outcomes_is_not_predicted() {
    let mut names = names();
    names.push("new".to_owned());
    let model = train(&names, &examples(), &options()).unwrap();
    assert_eq!(model.predict("prove the bound")[2], None);
    let mut model = model;
    model.learn("prove the bound", &Outcome { target: 2, quality: 1.0, output_tokens: 9.0, weight: 1.0 }, 0.5);
    assert!(model.predict("prove the bound")[2].unwrap().quality > 0.5);
}

#[test]
fn learning_one_outcome_moves_towards_it_and_never_beyond() {
    for (quality, rate) in [(0.0, 0.05), (0.0, 1e6), (1.0, 0.5), (0.3, 10.0)] {
        let mut model = trained();
        let before = predicted(&model, HARD[0]);
        model.learn(HARD[0], &Outcome { target: 1, quality, output_tokens: 1_000.0, weight: 1.0 }, rate);
        let after = predicted(&model, HARD[0]);
        let (was, is) = (before[1].quality, after[1].quality);
        assert!((is - quality).abs() < (was - quality).abs(), "{quality} {rate}: {was} to {is}");
        assert!((was - quality).signum() == (is - quality).signum() || (is - quality).abs() < 0.01);
        assert_eq!(before[0], after[0], "the other target stays");
        assert_eq!(model.summary().updates, 1);
    }
}

#[test]
fn an_outcome_that_makes_no_sense_is_not_learned() {
    let before = trained();
    for (target, quality, tokens, rate) in [
        (2, 1.0, 1.0, 0.1),
        (0, f64::NAN, 1.0, 0.1),
        (0, 1.0, f64::INFINITY, 0.1),
        (0, 1.0, 1.0, -1.0),
        (0, 1.0, 1.0, f32::NAN),
    ] {
        let mut model = before.clone();
        model.learn(HARD[0], &Outcome { target, quality, output_tokens: tokens, weight: 1.0 }, rate);
        assert_eq!(model, before);
    }
}

#[test]
fn training_refuses_nonsense_by_name() {
    let with = |change: fn(&mut Outcome)| {
        let mut examples = examples();
        change(&mut examples[5].outcomes[1]);
        train(&names(), &examples, &options())
    };
    let many: Vec<String> = (0..=MAX_TARGETS).map(|n| n.to_string()).collect();
    for (result, code, text) in [
        (train(&names(), &[], &options()), "router_no_outcomes", "no outcomes"),
        (train(&[], &examples(), &options()), "router_target_count", "0 targets"),
        (train(&many, &examples(), &options()), "router_target_count", "33 targets"),
        (with(|of| of.target = 2), "router_unknown_target", "example 5 has an outcome of target 2"),
        (with(|of| of.quality = 1.5), "router_bad_outcome", "example 5: quality is 1.5"),
        (with(|of| of.quality = f64::NAN), "router_bad_outcome", "quality is NaN"),
        (with(|of| of.output_tokens = -1.0), "router_bad_outcome", "output_tokens is -1"),
        (with(|of| of.weight = f64::INFINITY), "router_bad_outcome", "weight is inf"),
        (
            train(&names(), &examples(), &TrainOptions { quality_strength: 0.0, ..options() }),
            "router_bad_option",
            "quality_strength",
        ),
        (
            train(
                &names(),
                &examples(),
                &TrainOptions { features: FeatureSpec { bits: 40, ..options().features }, ..options() },
            ),
            "router_bad_option",
            "features",
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn an_artefact_reads_back_as_it_was() {
    let mut model = trained();
    let read = Model::from_bytes(&model.to_bytes()).unwrap();
    assert_eq!(read, model);
    model.learn(HARD[1], &Outcome { target: 0, quality: 1.0, output_tokens: 5.0, weight: 1.0 }, 0.1);
    let learned = Model::from_bytes(&model.to_bytes()).unwrap();
    assert_ne!(learned.id(), model.id(), "saving names what was learned since");
    assert_eq!(learned.predict(HARD[0]), model.predict(HARD[0]));
}

/// The first line with a text in it exchanged, and the rest as it was.
fn with_header(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let line = String::from_utf8(bytes[..end].to_vec()).unwrap();
    assert!(line.contains(from), "{line}");
    [line.replacen(from, to, 1).as_bytes(), &bytes[end..]].concat()
}

#[test]
fn a_broken_artefact_is_refused_by_name() {
    let bytes = trained().to_bytes();
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        bytes
    };
    let extended = [bytes.as_slice(), &[0]].concat();
    for (bytes, code) in [
        (Vec::new(), "router_artefact_format"),
        (b"{}\n".to_vec(), "router_artefact_format"),
        (vec![0xFF; 1_000_000], "router_artefact_format"),
        (with_header(&bytes, "cueline-router", "somebody-else"), "router_artefact_format"),
        (with_header(&bytes, r#""version":1"#, r#""version":2,"new":[]"#), "router_artefact_version"),
        (with_header(&bytes, r#""version":1"#, r#""version":0"#), "router_artefact_version"),
        (with_header(&bytes, r#""bits":10"#, r#""bits":99"#), "router_artefact_header"),
        (with_header(&bytes, r#""bits":10"#, r#""bits":"ten""#), "router_artefact_header"),
        (with_header(&bytes, r#""slots":1024"#, r#""slots":2048"#), "router_artefact_dimension"),
        (with_header(&bytes, r#""shapes":20"#, r#""shapes":21"#), "router_artefact_dimension"),
        (with_header(&bytes, r#""passes":20"#, r#""passes":21"#), "router_artefact_changed"),
        (bytes[..bytes.len() - 1].to_vec(), "router_artefact_length"),
        (extended, "router_artefact_length"),
        (flipped(bytes.len() - 1), "router_artefact_changed"),
    ] {
        assert_eq!(Model::from_bytes(&bytes).unwrap_err().code(), code);
    }
    let newer = Model::from_bytes(&with_header(&bytes, r#""version":1"#, r#""version":7"#)).unwrap_err();
    assert_eq!(newer, ArtefactError::Version { found: 7, newest: 1 });
}

#[test]
fn no_cut_and_no_changed_byte_passes() {
    let bytes = trained().to_bytes();
    for at in (0..bytes.len()).step_by(7) {
        assert!(Model::from_bytes(&bytes[..at]).is_err(), "cut at {at}");
        let mut changed = bytes.clone();
        changed[at] ^= 0x20;
        assert!(Model::from_bytes(&changed).is_err(), "changed at {at}");
    }
}
