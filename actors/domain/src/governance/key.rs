//! What a key allows. Of the key itself only a hash is kept: whoever reads the table cannot use what is in it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::budget::Budget;

/// Begins every key, so that scanners for secrets find it.
pub const PREFIX: &str = "sk-cue-";

/// What somebody with a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Ask models.
    Caller,
    /// See what was asked on behalf of its tenant, by whichever key: usage and the audit, over the admin interface.
    Auditor,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Caller, Self::Auditor];

    /// As commands and records write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Auditor => "auditor",
        }
    }

    /// What [`Self::name`] gave.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// Names it in commands and audits.
    pub id: String,
    /// What it is for, for people.
    pub name: String,
    /// On whose behalf it asks.
    pub tenant: String,
    /// Access groups: what of the documents it sees.
    #[serde(default)]
    pub groups: BTreeSet<String>,
    /// Models and policies that it may name; a `*` at the end stands for any rest. Empty: all.
    #[serde(default)]
    pub models: Vec<String>,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// Requests in a minute.
    #[serde(default)]
    pub requests_per_minute: Option<u64>,
    /// Tokens in a minute.
    #[serde(default)]
    pub tokens_per_minute: Option<u64>,
    /// Calls at the same time.
    #[serde(default)]
    pub concurrent: Option<u64>,
    /// What it may spend.
    #[serde(default)]
    pub budget: Option<Budget>,
    /// Epoch milliseconds.
    pub created_ms: i64,
    /// Epoch milliseconds of its last moment.
    #[serde(default)]
    pub expires_ms: Option<i64>,
    /// Epoch milliseconds of its revocation.
    #[serde(default)]
    pub revoked_ms: Option<i64>,
}

/// Why a key is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// None was shown.
    #[error("no key was shown; send it as `Authorization: Bearer {PREFIX}…`")]
    Missing,
    /// Nobody knows it.
    #[error("the key is not known; `cueline keys list` shows those that are")]
    Unknown,
    /// It was withdrawn.
    #[error("key {0} was revoked; make another with `cueline keys create`")]
    Revoked(String),
    /// Its time is over.
    #[error("key {0} has expired; make another with `cueline keys rotate {0}`")]
    Expired(String),
}

impl KeyRecord {
    /// Whether it is valid at a moment.
    pub fn check(&self, now_ms: i64) -> Result<(), KeyRefusal> {
        if self.revoked_ms.is_some_and(|revoked| revoked <= now_ms) {
            return Err(KeyRefusal::Revoked(self.id.clone()));
        }
        if self.expires_ms.is_some_and(|expires| expires <= now_ms) {
            return Err(KeyRefusal::Expired(self.id.clone()));
        }
        Ok(())
    }

    /// Whether it may do what a role is for.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it may name this model or policy.
    pub fn may_use(&self, model: &str) -> bool {
        self.models.is_empty()
            || self.models.iter().any(|allowed| match allowed.strip_suffix('*') {
                Some(begin) => model.starts_with(begin),
                None => allowed == model,
            })
    }

    /// Whether a policy that it may name may send it to this target. A key that names no target of the kind, a chat model or
    /// documents, leaves that to the policy.
    pub fn may_reach(&self, target: &str) -> bool {
        let is_documents = |name: &str| name.starts_with(DOCUMENTS);
        let kind = is_documents(target);
        let names_any = self.models.iter().any(|name| !is_policy(name) && is_documents(name) == kind);
        !names_any || self.may_use(target)
    }
}

/// Begins the names of targets that answer from documents.
const DOCUMENTS: &str = "rag/";

/// Whether a name that a key allows, or its beginning, is one of policies.
fn is_policy(allowed: &str) -> bool {
    let name = allowed.strip_suffix('*').unwrap_or(allowed);
    name == "auto" || name.starts_with("auto:")
}

/// What of a key is kept. Keys have 256 bits of chance, so that a plain hash is enough: there is nothing to guess.
pub fn hash(secret: &str) -> String {
    blake3::Hasher::new_derive_key("cueline 2026 api key").update(secret.as_bytes()).finalize().to_hex().to_string()
}

/// A key from chance.
pub fn secret(chance: [u64; 4]) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut secret = String::from(PREFIX);
    for mut word in chance {
        // Eleven letters hold 64 bits.
        for _ in 0..11 {
            secret.push(char::from(LETTERS[(word % 62) as usize]));
            word /= 62;
        }
    }
    secret
}

/// The key in a header `Authorization: Bearer …`.
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, key) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim()).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> KeyRecord {
        KeyRecord {
            id: "k1".into(),
            name: "tests".into(),
            tenant: "t".into(),
            groups: BTreeSet::new(),
            models: vec!["auto*".into(), "fast".into()],
            roles: BTreeSet::from([Role::Caller]),
            requests_per_minute: None,
            tokens_per_minute: None,
            concurrent: None,
            budget: None,
            created_ms: 0,
            expires_ms: Some(100),
            revoked_ms: None,
        }
    }

    #[test]
    fn a_key_ends_when_it_expires_or_is_revoked() {
        assert_eq!(record().check(99), Ok(()));
        assert_eq!(record().check(100), Err(KeyRefusal::Expired("k1".into())));
        let revoked = KeyRecord { revoked_ms: Some(50), ..record() };
        assert_eq!((revoked.check(49), revoked.check(50)), (Ok(()), Err(KeyRefusal::Revoked("k1".into()))));
    }

    #[test]
    fn a_role_is_called_as_it_is_kept() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
            assert_eq!(Role::of(role.name()), Some(role));
        }
        assert_eq!(Role::of("operator"), None);
        assert!(record().is(Role::Caller) && !record().is(Role::Auditor));
    }

    #[test]
    fn models_are_allowed_by_name_or_beginning() {
        for (model, may) in [("fast", true), ("auto", true), ("auto:cheap", true), ("faster", false), ("", false)] {
            assert_eq!(record().may_use(model), may, "{model}");
        }
        assert!(KeyRecord { models: Vec::new(), ..record() }.may_use("anything"));
    }

    #[test]
    fn a_policy_sends_a_key_where_it_may_go_itself_or_where_the_policy_likes() {
        let reach = |models: &[&str], target: &str| {
            let models = models.iter().map(|name| (*name).to_owned()).collect();
            KeyRecord { models, ..record() }.may_reach(target)
        };
        for (models, target, may) in [
            (&[][..], "large", true),
            (&["auto"], "large", true),
            (&["auto*", "auto:cheap"], "large", true),
            (&["auto", "small"], "small", true),
            (&["auto", "small"], "large", false),
            (&["auto", "sm*"], "small", true),
            (&["automatic"], "large", false),
            (&["*"], "large", true),
            (&["auto", "rag/hr"], "large", true),
            (&["auto", "rag/hr"], "rag/law", false),
            (&["auto", "small"], "rag/law", true),
        ] {
            assert_eq!(reach(models, target), may, "{models:?} {target}");
        }
    }

    #[test]
    fn keys_differ_and_do_not_show_in_their_hash() {
        let (one, other) = (secret([1, 2, 3, 4]), secret([1, 2, 3, 5]));
        assert_ne!(one, other);
        assert_eq!(one.len(), PREFIX.len() + 44);
        assert!(!hash(&one).contains(&one[PREFIX.len()..]));
        assert_eq!(
            (bearer("Bearer x"), bearer("bearer  y "), bearer("Basic x"), bearer("Bearer ")),
            (Some("x"), Some("y"), None, None)
        );
    }
}
