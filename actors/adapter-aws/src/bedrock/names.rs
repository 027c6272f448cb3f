//! Names of models: ids, inference profiles, ARNs.
//!
//! `anthropic.claude-x` is a model, `eu.anthropic.claude-x` the profile that spreads its calls over a geography, and both
//! have an ARN. An application inference profile has an ARN that does not tell the model.

use cueline_ports::{PortError, PortResult};

/// Geographies of cross-region inference profiles.
const GEOGRAPHIES: [&str; 9] = ["us", "us-gov", "eu", "apac", "au", "ca", "jp", "sa", "global"];
/// Longest name that Bedrock takes.
const LONGEST: usize = 2_048;

/// The model behind a name, as far as the name tells.
pub fn base(name: &str) -> &str {
    let id = if name.starts_with("arn:") { name.rsplit_once('/').map_or(name, |(_, id)| id) } else { name };
    match id.split_once('.') {
        Some((geography, rest)) if GEOGRAPHIES.contains(&geography) => rest,
        _ => id,
    }
}

/// A name that Bedrock could know.
pub fn check(name: &str) -> PortResult<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/".contains(&byte);
    if (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(PortError::invalid(format!(
        "model_name_invalid: {name:?} is no model of Bedrock; write a model id, an inference profile id or an ARN, e.g. \
         eu.amazon.nova-lite-v1:0"
    )))
}

/// The models that may be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList(Vec<String>);

impl AllowList {
    /// Each entry is a name as it is configured, or the id of a model, which allows its inference profiles, too. A `*` at the
    /// end stands for any rest.
    pub fn new(entries: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(entries.into_iter().map(Into::into).collect())
    }

    /// Whether a model may be asked.
    pub fn has(&self, model: &str) -> bool {
        let fits = |entry: &str, name: &str| match entry.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == entry,
        };
        self.0.iter().any(|entry| fits(entry, model) || fits(entry, base(model)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_and_arns_lead_to_their_model() {
        let cases = [
            ("anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
            ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
            ("us-gov.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"),
            ("global.cohere.embed-v4:0", "cohere.embed-v4:0"),
            (
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0",
                "amazon.titan-embed-text-v2:0",
            ),
            (
                "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
                "amazon.nova-lite-v1:0",
            ),
            ("arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3", "a1b2c3"),
        ];
        for (name, model) in cases {
            assert_eq!(base(name), model);
            assert!(check(name).is_ok());
        }
        assert!(check("").is_err() && check("a model").is_err() && check(&"a".repeat(3_000)).is_err());
    }

    #[test]
    fn a_model_allows_its_profiles_and_a_profile_only_itself() {
        let profile = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3";
        let list = AllowList::new(["amazon.nova-lite-v1:0", "us.anthropic.claude-x", "cohere.*", profile]);
        for model in ["amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0", "eu.cohere.embed-v4:0", profile] {
            assert!(list.has(model), "{model}");
        }
        let others =
            ["amazon.nova-lite-v1:1", "amazon.nova-pro-v1:0", "anthropic.claude-x", "eu.anthropic.claude-x", "a", ""];
        for model in others {
            assert!(!list.has(model), "{model}");
        }
        assert!(!AllowList::default().has("amazon.nova-lite-v1:0"), "an empty list allows nothing");
    }
}
