//! Names as types, so that one cannot be passed for another and a bad one is refused at the door.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {what} {value:?}: {rule}")]
pub struct InvalidId {
    /// Which kind of name.
    pub what: &'static str,
    /// What was given, cut to 80 characters.
    pub value: String,
    /// What would have been accepted.
    pub rule: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal, $rule:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Accepts a well-formed name.
            pub fn new(value: impl AsRef<str>) -> Result<Self, InvalidId> {
                let value = value.as_ref();
                let allowed: fn(char) -> bool = $allowed;
                if value.is_empty() || value.len() > $max || !value.chars().all(allowed) {
                    let value = value.chars().take(80).collect();
                    return Err(InvalidId { what: $what, value, rule: $rule });
                }
                Ok(Self(value.into()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(value: String) -> Result<Self, InvalidId> {
                Self::new(value)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(value: &str) -> Result<Self, InvalidId> {
                Self::new(value)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }
    };
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':')
}

id!(
    /// Names one run of a workflow; given by the caller or derived from its source.
    ExecutionId, "execution id", 128, "1 to 128 characters of A-Z a-z 0-9 - _ . :", |c| word(c) || c == ExecutionId::KEPT
);
id!(
    /// Whose data it is.
    Tenant, "tenant", 64, "1 to 64 characters of A-Z a-z 0-9 - _ . :", word
);
id!(
    /// A queue: one per actor kind.
    QueueName, "queue name", 80, "1 to 80 characters of A-Z a-z 0-9 - _ . :", word
);
id!(
    /// A bucket of the object store.
    BucketName, "bucket name", 63, "1 to 63 characters of a-z 0-9 - .",
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.')
);

impl ExecutionId {
    /// Only in ids that the engine derives from others, so that nobody can choose one of them.
    pub const KEPT: char = '~';

    /// A name derived from `source`, so that a repeated notification names the same execution.
    pub fn derived(prefix: &str, digest: &str) -> Result<Self, InvalidId> {
        Self::new(format!("{prefix}-{digest}"))
    }
}

impl Tenant {
    /// The tenant of a system that serves one.
    pub fn single() -> Self {
        Self("default".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_refused_and_named() {
        for bad in ["", "a/b", "../x", "a b", "a\0", &"x".repeat(129), "é"] {
            let error = ExecutionId::new(bad).unwrap_err();
            assert_eq!(error.what, "execution id", "{bad:?}");
        }
        assert_eq!(ExecutionId::new("order-17.a_b:c").unwrap().as_str(), "order-17.a_b:c");
    }

    #[test]
    fn an_id_read_from_json_is_checked() {
        assert!(serde_json::from_str::<BucketName>("\"Inbox\"").is_err());
        assert_eq!(serde_json::from_str::<BucketName>("\"inbox\"").unwrap().as_str(), "inbox");
    }
}
