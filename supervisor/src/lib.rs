//! Durable generative-AI workflows as supervised actors: one binary.
