//! Text without regard to case: a letter equals its small and its large form, letter by letter, as the reference compares
//! them. `ß` therefore equals `SS`, because that is its large form, while `SS` does not equal `ß`.

/// Whether the whole text equals the pattern.
pub(super) fn equals(pattern: &str, text: &str) -> bool {
    ends(pattern, text, vec![0]).contains(&text.len())
}

/// Whether the text begins with the pattern.
pub(super) fn starts(pattern: &str, text: &str) -> bool {
    !ends(pattern, text, vec![0]).is_empty()
}

/// Whether the text ends with the pattern.
pub(super) fn finishes(pattern: &str, text: &str) -> bool {
    let mut anywhere: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    anywhere.push(text.len());
    ends(pattern, text, anywhere).contains(&text.len())
}

/// Where the pattern can end if it begins at one of these places. Several, because forms differ in length.
fn ends(pattern: &str, text: &str, begins: Vec<usize>) -> Vec<usize> {
    let mut places = begins;
    for letter in pattern.chars() {
        let forms = [letter.to_string(), letter.to_lowercase().to_string(), letter.to_uppercase().to_string()];
        let mut next = Vec::with_capacity(places.len());
        for place in places {
            let rest = text.get(place..).unwrap_or_default();
            next.extend(forms.iter().filter(|form| rest.starts_with(form.as_str())).map(|form| place + form.len()));
        }
        next.sort_unstable();
        next.dedup();
        places = next;
    }
    places
}
