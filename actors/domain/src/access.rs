//! Who may see a document. The security filter is a type: a search asks for a [`Clearance`], and there is no default one.
//!
//! A clearance is of one tenant and never reaches into another, whatever it holds.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Names of groups; sorted, without repetition.
pub type AccessGroups = BTreeSet<String>;

/// What a caller may see. It is made where the caller is authenticated and handed down; deliberately no `Default`, and not
/// deserialisable, so that it cannot arrive in a message body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    tenant: String,
    reach: Reach,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reach {
    Groups(AccessGroups),
    Everything,
}

impl Clearance {
    /// Public documents and those of the caller's groups.
    pub fn of_groups(tenant: impl Into<String>, groups: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { tenant: tenant.into(), reach: Reach::Groups(groups.into_iter().map(Into::into).collect()) }
    }

    /// Public documents of the tenant only.
    pub fn everything_public(tenant: impl Into<String>) -> Self {
        Self { tenant: tenant.into(), reach: Reach::Groups(AccessGroups::new()) }
    }

    /// Every document of the tenant: for ingestion, deletion and verification, never for answering a person.
    pub fn system(tenant: impl Into<String>) -> Self {
        Self { tenant: tenant.into(), reach: Reach::Everything }
    }

    /// The tenant.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The groups an index must filter by, or `None` for [`Clearance::system`], which is not filtered inside its tenant.
    pub fn groups(&self) -> Option<&AccessGroups> {
        match &self.reach {
            Reach::Groups(groups) => Some(groups),
            Reach::Everything => None,
        }
    }
}

/// Who may see one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRule {
    /// The tenant that owns it.
    pub tenant: String,
    /// Who of that tenant.
    pub audience: Audience,
}

/// Who of a tenant may see a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everyone of the tenant.
    Public,
    /// Members of at least one of these groups; nobody when it is empty.
    Groups(AccessGroups),
}

impl AccessRule {
    /// Everyone of `tenant`.
    pub fn public(tenant: impl Into<String>) -> Self {
        Self { tenant: tenant.into(), audience: Audience::Public }
    }

    /// Members of one of `groups`.
    pub fn of_groups(tenant: impl Into<String>, groups: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { tenant: tenant.into(), audience: Audience::Groups(groups.into_iter().map(Into::into).collect()) }
    }
}

/// Whether `clearance` may see a document under `rule`.
pub fn permits(clearance: &Clearance, rule: &AccessRule) -> bool {
    if clearance.tenant != rule.tenant {
        return false;
    }
    match (&clearance.reach, &rule.audience) {
        (Reach::Everything, _) | (_, Audience::Public) => true,
        (Reach::Groups(held), Audience::Groups(allowed)) => !held.is_disjoint(allowed),
    }
}

/// Whether a passage of `version` may be shown to `clearance` now. `shown` is what its document shows: the visible version
/// and the rule it is under, `None` when it shows nothing. Having been found once is no permission.
pub fn may_show(clearance: &Clearance, shown: Option<(&str, &AccessRule)>, version: &str) -> bool {
    shown.is_some_and(|(visible, rule)| visible == version && permits(clearance, rule))
}

/// Who may see a document, as its metadata file and the past have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Who may see it now.
    pub audience: Audience,
    /// What to remember: the audience that a metadata file set last.
    pub remembered: Option<Audience>,
    /// The metadata file has gone, and what it said is still kept.
    pub kept: bool,
}

/// Decides who may see a document. `said` is what its metadata file says: `None` when there is no such file, `Some(None)`
/// when it names no groups. A restricted document whose metadata file disappears stays restricted: files get lost more
/// easily than decisions are made. A metadata file without groups is such a decision: it gives the document back to
/// `otherwise`, the audience of the collection.
pub fn rule(said: Option<Option<&AccessGroups>>, remembered: Option<&Audience>, otherwise: &Audience) -> Ruling {
    match (said, remembered) {
        (Some(Some(groups)), _) => {
            let audience = Audience::Groups(groups.clone());
            Ruling { remembered: Some(audience.clone()), audience, kept: false }
        }
        (None, Some(last)) => Ruling { audience: last.clone(), remembered: Some(last.clone()), kept: true },
        (Some(None), _) | (None, None) => Ruling { audience: otherwise.clone(), remembered: None, kept: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_once_is_judged_again() {
        let rule = AccessRule::of_groups("acme", ["hr"]);
        let hr = Clearance::of_groups("acme", ["hr"]);
        assert!(may_show(&hr, Some(("v1", &rule)), "v1"));
        assert!(!may_show(&hr, Some(("v2", &rule)), "v1"), "overwritten");
        assert!(!may_show(&hr, None, "v1"), "deleted");
        assert!(!may_show(&Clearance::everything_public("acme"), Some(("v1", &rule)), "v1"), "another caller");
    }

    #[test]
    fn a_lost_metadata_file_does_not_open_a_document() {
        let hr = AccessGroups::from(["hr".to_owned()]);
        let restricted = Audience::Groups(hr.clone());
        let ruling = |audience: &Audience, remembered: Option<&Audience>, kept| Ruling {
            audience: audience.clone(),
            remembered: remembered.cloned(),
            kept,
        };
        let public = Audience::Public;
        let said = rule(Some(Some(&hr)), None, &public);
        assert_eq!(said, ruling(&restricted, Some(&restricted), false));
        let lost = rule(None, said.remembered.as_ref(), &public);
        assert_eq!(lost, ruling(&restricted, Some(&restricted), true));
        assert_eq!(rule(Some(None), lost.remembered.as_ref(), &public), ruling(&public, None, false), "a decision");
        assert_eq!(rule(None, None, &restricted), ruling(&restricted, None, false), "the collection's own audience");
    }

    #[test]
    fn a_document_is_seen_by_its_groups_inside_its_tenant_only() {
        let nobody: [&str; 0] = [];
        let cases = [
            (Clearance::everything_public("acme"), AccessRule::public("acme"), true),
            (Clearance::everything_public("acme"), AccessRule::of_groups("acme", ["hr"]), false),
            (Clearance::of_groups("acme", ["hr", "it"]), AccessRule::of_groups("acme", ["it"]), true),
            (Clearance::of_groups("acme", ["it"]), AccessRule::of_groups("acme", ["hr"]), false),
            (Clearance::of_groups("acme", ["it"]), AccessRule::public("acme"), true),
            (Clearance::of_groups("acme", ["it"]), AccessRule::of_groups("acme", nobody), false),
            (Clearance::of_groups("acme", ["it"]), AccessRule::of_groups("acme", ["IT"]), false),
            (Clearance::system("acme"), AccessRule::of_groups("acme", nobody), true),
            (Clearance::system("acme"), AccessRule::public("globex"), false),
            (Clearance::of_groups("acme", ["hr"]), AccessRule::of_groups("globex", ["hr"]), false),
        ];
        for (clearance, rule, expected) in cases {
            assert_eq!(permits(&clearance, &rule), expected, "{clearance:?} {rule:?}");
        }
    }
}
