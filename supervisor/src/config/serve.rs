//! What a process serves, where several share the work.

use std::collections::BTreeSet;

/// What `--serve` names besides actor kinds: the inbox, and the admin interface that people reach.
pub const SUPERVISOR: &str = "supervisor";

/// The part of the work that a process takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Serve {
    /// All of it.
    #[default]
    Everything,
    /// These kinds.
    Only(BTreeSet<String>),
    /// None: it only looks and asks.
    Nothing,
}

impl Serve {
    /// From names joined by commas; an error is what is wrong and what to do.
    pub(super) fn parse(text: &str) -> Result<Self, (String, String)> {
        let known = known();
        let mut kinds = BTreeSet::new();
        for name in text.split(',').map(str::trim) {
            if !known.contains(name) {
                let names = known.iter().copied().collect::<Vec<_>>().join(", ");
                return Err((format!("`{name}` is no actor kind"), format!("write some of {names}, joined by commas")));
            }
            kinds.insert(name.to_owned());
        }
        Ok(Self::Only(kinds))
    }

    /// Whether the process takes tasks of this kind.
    pub fn kind(&self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(kinds) => kinds.contains(name),
            Self::Nothing => false,
        }
    }

    /// Whether it watches the inbox.
    pub fn watches(&self) -> bool {
        self.kind(SUPERVISOR)
    }

    /// Whether people reach its admin interface, with the token that the stack keeps for them.
    pub fn has_admin(&self) -> bool {
        self.kind(SUPERVISOR)
    }

    /// Whether it is the only process that works.
    pub fn is_everything(&self) -> bool {
        *self == Self::Everything
    }
}

fn known() -> BTreeSet<&'static str> {
    let kinds = cueline_protocol::tasks::CONTRACTS.iter().map(|contract| contract.kind);
    kinds.chain([SUPERVISOR]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kinds_or_the_supervisor() {
        let serve = Serve::parse("parsing, supervisor").unwrap();
        assert_eq!(["parsing", "supervisor", "indexing"].map(|name| serve.kind(name)), [true, true, false]);
        assert!(serve.watches() && !serve.is_everything() && Serve::Everything.watches() && !Serve::Nothing.watches());
        let (problem, fix) = Serve::parse("parsing,parsers").unwrap_err();
        assert_eq!(problem, "`parsers` is no actor kind");
        assert!(fix.contains("parsing") && fix.contains("supervisor"), "{fix}");
        assert!(Serve::parse("").is_err());
    }
}
