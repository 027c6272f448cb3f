//! What actors ask of the world: small traits and their conformance suites.
