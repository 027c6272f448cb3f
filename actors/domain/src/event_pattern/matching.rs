//! Whether an event matches: all fields of a conjunction, within one consistent choice of array elements.
//!
//! An array matches if one of its values does ("Arrays in Amazon EventBridge event patterns", `eb-event-patterns-arrays`).
//!
//! An event is seen as its leaves. A leaf inside of an object (or array) that is an element of an array carries that array
//! and the index; a plain value in an array carries nothing of that array, so any number of values of `["a", "b"]` may be
//! used together.
//!
//! ```text
//! {"tags": ["x", "y"], "parts": [{"a": 1, "b": 2}, {"a": 3}]}      tags     "x" ·        "y" ·
//!                                                                  parts.a  1 parts=0    3 parts=1
//!                                                                  parts.b  2 parts=0
//! ```
//!
//! Two leaves go together unless they name different elements of the same array. The fields are taken in the order of their
//! paths; after each, the choices that are still possible are kept, as far as later fields have arrays in common with them.
//! So the work grows with the event and not with the product of its arrays. An absent field is absent from the choice made so
//! far: this depends on the order, and the reference does the same.

use super::comparison::Condition;
use super::parse::MAX_DEPTH;
use super::{Conjunction, EventPattern};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Which element was chosen of which array. Arrays are numbered as they are met, outer ones first.
type Choice = BTreeMap<usize, usize>;

impl EventPattern {
    /// Whether the event matches. What is no object matches nothing.
    pub fn matches(&self, event: &Value) -> bool {
        let leaves = self.leaves(event);
        event.is_object() && self.conjunctions.iter().any(|conjunction| satisfied(conjunction, &leaves))
    }

    /// The leaves of the fields that the pattern names, by path.
    fn leaves<'a>(&self, event: &'a Value) -> BTreeMap<String, Vec<Leaf<'a>>> {
        let mut leaves: BTreeMap<String, Vec<Leaf<'a>>> = BTreeMap::new();
        let mut arrays = 0;
        let mut waiting = vec![Seen { value: event, path: None, chosen: vec![] }];
        while let Some(Seen { value, path, chosen }) = waiting.pop() {
            match (value, path) {
                (Value::Object(fields), path) => {
                    for (name, value) in fields {
                        let path = path.as_ref().map_or_else(|| name.clone(), |path| format!("{path}.{name}"));
                        if self.steps.contains(&path) {
                            waiting.push(Seen { value, path: Some(path), chosen: chosen.clone() });
                        }
                    }
                }
                (Value::Array(elements), path) if chosen.len() < MAX_DEPTH => {
                    let array = arrays;
                    arrays += 1;
                    for (index, value) in elements.iter().enumerate() {
                        let mut chosen = chosen.clone();
                        if value.is_object() || value.is_array() {
                            chosen.push((array, index));
                        }
                        waiting.push(Seen { value, path: path.clone(), chosen });
                    }
                }
                (Value::Array(_), _) | (_, None) => {}
                (value, Some(path)) => leaves.entry(path).or_default().push(Leaf { value, chosen }),
            }
        }
        leaves
    }
}

/// A part of the event that is still to be looked at.
struct Seen<'a> {
    value: &'a Value,
    path: Option<String>,
    chosen: Vec<(usize, usize)>,
}

/// A value and the elements it lies in, outermost first.
struct Leaf<'a> {
    value: &'a Value,
    chosen: Vec<(usize, usize)>,
}

/// A field of the pattern and where the event has it.
struct Field<'a> {
    condition: &'a Condition,
    passing: Places,
    present: Places,
}

fn satisfied(conjunction: &Conjunction, leaves: &BTreeMap<String, Vec<Leaf<'_>>>) -> bool {
    let mut last_use = BTreeMap::new();
    let mut fields = Vec::with_capacity(conjunction.len());
    for (position, (path, condition)) in conjunction.iter().enumerate() {
        let leaves = leaves.get(path).map(Vec::as_slice).unwrap_or_default();
        let mut field = Field { condition, passing: Places::default(), present: Places::default() };
        for leaf in leaves {
            last_use.extend(leaf.chosen.iter().map(|(array, _)| (*array, position)));
            field.present.add(&leaf.chosen);
            if condition.holds(leaf.value) {
                field.passing.add(&leaf.chosen);
            }
        }
        if field.passing.is_empty() && !condition.absent {
            return false;
        }
        fields.push(field);
    }
    let mut choices = BTreeSet::from([Choice::new()]);
    for (position, field) in fields.iter().enumerate() {
        choices = choices.iter().flat_map(|choice| field.choices(choice)).collect::<BTreeSet<_>>();
        choices = choices.into_iter().map(|choice| still_needed(choice, &last_use, position)).collect();
    }
    !choices.is_empty()
}

/// What of a choice can still matter to later fields.
fn still_needed(mut choice: Choice, last_use: &BTreeMap<usize, usize>, position: usize) -> Choice {
    choice.retain(|array, _| last_use.get(array).is_some_and(|last| *last > position));
    choice
}

impl Field<'_> {
    /// The choices that become of this one if the field is to match.
    fn choices(&self, choice: &Choice) -> Vec<Choice> {
        let mut found = vec![];
        if self.condition.absent {
            self.present.compatible(choice, &mut found);
            if found.is_empty() {
                return vec![choice.clone()];
            }
            found.clear();
        }
        self.passing.compatible(choice, &mut found);
        found
    }
}

/// Where leaves are, as a tree: array, index, and again.
#[derive(Default)]
struct Places {
    here: bool,
    inside: BTreeMap<usize, BTreeMap<usize, Places>>,
}

impl Places {
    fn add(&mut self, chosen: &[(usize, usize)]) {
        let mut place = self;
        for (array, index) in chosen {
            place = place.inside.entry(*array).or_default().entry(*index).or_default();
        }
        place.here = true;
    }

    fn is_empty(&self) -> bool {
        !self.here && self.inside.is_empty()
    }

    /// Extends the choice by every place that goes together with it.
    fn compatible(&self, choice: &Choice, found: &mut Vec<Choice>) {
        if self.here {
            found.push(choice.clone());
        }
        for (array, elements) in &self.inside {
            match choice.get(array) {
                Some(index) => {
                    if let Some(place) = elements.get(index) {
                        place.compatible(choice, found);
                    }
                }
                None => {
                    for (index, place) in elements {
                        let mut longer = choice.clone();
                        longer.insert(*array, *index);
                        place.compatible(&longer, found);
                    }
                }
            }
        }
    }
}
