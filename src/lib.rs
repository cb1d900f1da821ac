//! Helpers for notebooks that teach threads in Rust.
