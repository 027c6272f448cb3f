//! Which cryptography TLS uses.

/// Makes ring the provider of TLS for this process. Needed before any HTTP client is built; harmless to repeat.
pub fn install_tls() {
    // An error means that a provider was chosen before: that one stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
