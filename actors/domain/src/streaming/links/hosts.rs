//! Which hosts a link may lead to.

/// Hosts that links and images may lead to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts {
    exact: Vec<String>,
    /// Without the star: `.example.com`.
    below: Vec<String>,
    relative: bool,
}

impl AllowedHosts {
    /// `patterns`: `example.com` is this host alone, `*.example.com` every host below it. `relative`: addresses without a host
    /// lead to the page's own, and are allowed.
    pub fn new<P: AsRef<str>>(patterns: &[P], relative: bool) -> Result<Self, HostError> {
        let mut hosts = Self { relative, ..Self::default() };
        for pattern in patterns {
            let pattern = pattern.as_ref().to_ascii_lowercase();
            let (name, list) = match pattern.strip_prefix("*.") {
                Some(name) => (name, &mut hosts.below),
                None => (pattern.as_str(), &mut hosts.exact),
            };
            if !is_host(name) {
                return Err(HostError { pattern });
            }
            list.push(if name.len() < pattern.len() { format!(".{name}") } else { name.to_owned() });
        }
        Ok(hosts)
    }

    /// Whether a link may lead to this host, in lower case.
    pub fn allows(&self, host: &str) -> bool {
        self.exact.iter().any(|known| known == host)
            || self.below.iter().any(|end| host.ends_with(end.as_str()) && host.len() > end.len() && is_host(host))
    }

    pub(super) fn allows_relative(&self) -> bool {
        self.relative
    }
}

fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// A pattern that names no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no host; write `example.com` or `*.example.com`, without scheme, port or path")]
pub struct HostError {
    /// As written.
    pub pattern: String,
}
