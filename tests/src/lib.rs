//! The whole system from outside: universe, system stories, benchmarks, conformance.
