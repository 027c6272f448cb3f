//! Sentences weighed by meaning: their likeness to the question in the space of an embedding model.
//!
//! People ask in other words than documents use: "what if I lose my company credit card" shares one word with the sentence
//! about lost corporate cards. Where likeness is known it decides, and words help: on questions in other words, word
//! evidence alone answered none of 23 and was wrong on 3, likeness answered 11 and was wrong on none; on questions in the
//! documents' words it answered 19 instead of 17 of 19 (one more was wrong). The test `answers` of the embedded adapter
//! measures this again.

use super::passages::{Passage, passages};
use super::question::Question;
use super::score::{Judgement, Weights, judge};
use super::{ExtractedSentence, Extraction, ExtractiveOptions, extracted};
use crate::citation::Citation;
use crate::source::Source;
use crate::terms::Analyser;

/// What the words add to the likeness.
const OF_COVERAGE: f32 = 0.15;
/// What the right kind of thing adds, and the wrong kind takes.
const OF_KIND: f32 = 0.05;
/// A sentence of the wrong kind must be so much more alike.
const WRONG_KIND: f32 = 0.1;
/// Sentences nearly as good as the best are said too, unless they say the same.
const NEARLY_AS_GOOD: f32 = 0.85;
const SAME: f32 = 0.6;

/// The sentences of `sources` that may answer, as an embedding model should read them: under their heading or title.
pub fn candidates(sources: &[Source]) -> Vec<String> {
    let framed = |passage: &Passage| {
        let source = &sources[passage.source];
        match source.chunk.headings.last().or(source.title.as_ref()) {
            Some(heading) => format!("{heading}: {}", passage.text),
            None => passage.text.clone(),
        }
    };
    passages(&Analyser::default(), sources).iter().filter(|passage| passage.may_answer).map(framed).collect()
}

/// [`super::answer`] by meaning: `likeness` holds the cosine of the question with each of [`candidates`], in their order; a
/// sentence without one is not considered.
pub fn answer_by_meaning(
    question: &str,
    sources: &[Source],
    likeness: &[f32],
    options: &ExtractiveOptions,
) -> Extraction {
    let weighed = Weighed::all(question, sources, likeness);
    let coverage = weighed.sentences.first().map_or(0.0, |best| best.judgement.coverage);
    let Some(best) = weighed.sentences.first().filter(|best| !weighed.lacks_name && best.speaks(options)) else {
        return Extraction::NotInDocuments { coverage, missing: weighed.missing };
    };
    let mut chosen: Vec<&Sentence> = Vec::new();
    for sentence in weighed.sentences.iter().take_while(|sentence| sentence.value >= NEARLY_AS_GOOD * best.value) {
        let passage = &weighed.passages[sentence.index];
        let is_new = chosen.iter().all(|other| weighed.passages[other.index].likeness(passage) < SAME);
        if chosen.len() < options.max_sentences && is_new && sentence.speaks(options) {
            chosen.push(sentence);
        }
    }
    let sentences: Vec<ExtractedSentence> = chosen
        .into_iter()
        .filter_map(|sentence| extracted(&weighed.passages[sentence.index], sources, sentence.value))
        .collect();
    match sentences.is_empty() {
        true => Extraction::NotInDocuments { coverage, missing: weighed.missing },
        false => Extraction::Answer { sentences, coverage },
    }
}

/// What comes closest to a question that is not answered: the best sentence of each of at most `most` sources, best first.
/// `likeness` as for [`answer_by_meaning`]; empty where there is none.
pub fn closest(question: &str, sources: &[Source], likeness: &[f32], most: usize) -> Vec<Citation> {
    let weighed = Weighed::all(question, sources, likeness);
    let mut seen: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for sentence in &weighed.sentences {
        let passage = &weighed.passages[sentence.index];
        if found.len() == most || seen.contains(&passage.source) {
            continue;
        }
        seen.push(passage.source);
        found.extend(Citation::of(&sources[passage.source], passage.range.clone()));
    }
    found
}

/// A sentence that may answer.
struct Sentence {
    /// Among the passages.
    index: usize,
    likeness: f32,
    judgement: Judgement,
    value: f32,
}

impl Sentence {
    fn speaks(&self, options: &ExtractiveOptions) -> bool {
        let extra = if self.judgement.kind < 0.0 { WRONG_KIND } else { 0.0 };
        self.likeness >= options.min_likeness + extra
    }
}

/// Every sentence that may answer, best first.
struct Weighed {
    passages: Vec<Passage>,
    sentences: Vec<Sentence>,
    /// Informative words of the question that no source has.
    missing: Vec<String>,
    /// One of them is a name or a number: another one would be another question.
    lacks_name: bool,
}

impl Weighed {
    fn all(question: &str, sources: &[Source], likeness: &[f32]) -> Self {
        let analyser = Analyser::default();
        let question = Question::read(&analyser, question);
        let passages = passages(&analyser, sources);
        let weights = Weights::of(&question, &passages);
        let lacking = || question.terms.iter().zip(&weights.found).filter(|(_, found)| !**found).map(|(term, _)| term);
        let may_answer = passages.iter().enumerate().filter(|(_, passage)| passage.may_answer).map(|(index, _)| index);
        let weigh = |(place, index): (usize, usize)| {
            let judgement = judge(&question, &weights, &passages, index, sources.len());
            let known = likeness.get(place).copied().filter(|likeness| likeness.is_finite());
            let value = match known {
                Some(likeness) => likeness + OF_COVERAGE * judgement.coverage + OF_KIND * judgement.kind,
                None if likeness.is_empty() => judgement.score,
                None => f32::NEG_INFINITY,
            };
            Sentence { index, likeness: known.unwrap_or(f32::NEG_INFINITY), judgement, value }
        };
        let mut sentences: Vec<Sentence> = may_answer.enumerate().map(weigh).collect();
        sentences.retain(|sentence| sentence.value.is_finite());
        // Stable: ties stay in the order of the sources.
        sentences.sort_by(|a, b| b.value.total_cmp(&a.value));
        Self {
            sentences,
            missing: lacking().filter(|term| !term.generic).map(|term| term.word.clone()).collect(),
            lacks_name: lacking().any(|term| term.names),
            passages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::source_for_tests;

    const CARDS: &str = "A lost corporate card must be reported to the bank within one hour. Trains are preferred.";

    fn said(question: &str, likeness: &[f32]) -> Result<Vec<String>, Vec<String>> {
        let sources = [source_for_tests("cards", 0, CARDS), source_for_tests("bread", 0, "Bread is baked at four.")];
        assert_eq!(candidates(&sources).len(), 3);
        match answer_by_meaning(question, &sources, likeness, &ExtractiveOptions::default()) {
            Extraction::Answer { sentences, .. } => Ok(sentences.into_iter().map(|sentence| sentence.text).collect()),
            Extraction::NotInDocuments { missing, .. } => Err(missing),
        }
    }

    /// Reproduces a refusal: nearly no word of the question is in the sentence that answers it.
    #[test]
    fn a_question_in_other_words_is_answered_when_the_meaning_is_near() {
        let question = "What happens if my means of payment disappears?";
        assert!(said(question, &[]).is_err(), "nothing is known of the meaning");
        assert_eq!(
            said(question, &[0.57, 0.1, 0.05]),
            Ok(vec!["A lost corporate card must be reported to the bank within one hour.".to_owned()])
        );
        assert!(said(question, &[0.3, 0.1, 0.05]).is_err(), "far from it");
        assert!(said(question, &[f32::NAN, 0.1]).is_err());
    }

    #[test]
    fn a_name_that_no_source_has_is_another_question() {
        assert_eq!(said("Who lost the card in Madrid?", &[0.8, 0.1, 0.1]), Err(vec!["Madrid".to_owned()]));
    }

    #[test]
    fn a_sentence_of_the_wrong_kind_must_be_closer() {
        assert!(said("How many vehicles are preferred?", &[0.1, 0.5, 0.1]).is_err());
        assert!(said("How many vehicles are preferred?", &[0.1, 0.6, 0.1]).is_ok());
    }

    #[test]
    fn what_comes_closest_is_one_sentence_of_each_source() {
        let sources = [source_for_tests("cards", 0, CARDS), source_for_tests("bread", 0, "Bread is baked at four.")];
        let quotes = |likeness: &[f32], most| -> Vec<String> {
            closest("Which loaf?", &sources, likeness, most).into_iter().map(|citation| citation.quote).collect()
        };
        assert_eq!(quotes(&[0.1, 0.2, 0.4], 3), ["Bread is baked at four.", "Trains are preferred."]);
        assert_eq!(quotes(&[0.1, 0.2, 0.4], 1), ["Bread is baked at four."]);
        assert_eq!(quotes(&[], 3).len(), 2);
        assert!(closest("x", &[], &[], 3).is_empty());
    }
}
