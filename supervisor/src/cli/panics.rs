//! What a panic may say: where it happened, never what it was about.
//!
//! The payload of a panic may quote what was being worked on (`index out of range in "…"`), so it never reaches a log.

use std::panic::{self, PanicHookInfo};

/// From now on a panic is one line with its place.
pub(super) fn say_only_where() {
    panic::set_hook(Box::new(|panicked| {
        let place = place(panicked);
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        if tracing::dispatcher::has_been_set() {
            tracing::error!(code = "panicked", place, thread, "a part of the program panicked");
        } else {
            tell!("panicked: at {place} in thread {thread}; this is a mistake of the program, please report the place");
        }
    }));
}

fn place(panicked: &PanicHookInfo<'_>) -> String {
    panicked.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_panic_names_its_place() {
        let seen = Arc::new(Mutex::new(String::new()));
        let (keep, mine) = (seen.clone(), std::thread::current().id());
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panicked| {
            if std::thread::current().id() == mine {
                *keep.lock().unwrap() = place(panicked);
            }
        }));
        let _ = panic::catch_unwind(|| std::hint::black_box(None::<u8>).expect("the secret of the document"));
        panic::set_hook(before);
        let seen = seen.lock().unwrap().clone();
        assert!(seen.contains("panics.rs:") && !seen.contains("secret"), "{seen}");
    }
}
