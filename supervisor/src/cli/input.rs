//! JSON from the command line: as it is, from a file, or from standard input.

use std::{io::Read, path::Path};

use serde_json::Value;

use super::failure::Failure;

/// `given` is JSON, the name of a file, or `-`.
pub(super) fn json(flag: &str, given: &str) -> Result<Value, Failure> {
    let bad = |what: &str, error: &dyn std::fmt::Display| Failure::usage(format!("{flag}: {what}: {error}"));
    if given == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| bad("standard input", &error))?;
        return serde_json::from_str(&text).map_err(|error| bad("standard input is not JSON", &error));
    }
    match serde_json::from_str(given) {
        Ok(value) => Ok(value),
        Err(error) if given.trim_start().starts_with(['{', '[', '"']) => Err(bad("not JSON", &error)),
        Err(_) => file(flag, Path::new(given)),
    }
}

/// The JSON in a file.
pub(super) fn file(flag: &str, path: &Path) -> Result<Value, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("{flag}: cannot read {}: {error}", path.display())))?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("{flag}: {} is not JSON: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_taken_as_it_is_or_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.json");
        std::fs::write(&path, "[1]").unwrap();
        assert_eq!(json("--input", "{\"a\": 1}").unwrap(), json!({"a": 1}));
        assert_eq!(json("--input", "3").unwrap(), json!(3));
        assert_eq!(json("--input", path.to_str().unwrap()).unwrap(), json!([1]));
        assert!(json("--input", "{\"a\"").unwrap_err().to_string().contains("--input: not JSON"));
        assert!(json("--input", "/no/such").unwrap_err().to_string().contains("cannot read /no/such"));
    }
}
