// expect: `spawn` does not fit: a crash must be contained
fn choices() -> [&'static str; 6] {
    ["tokio", "scope", "spawn", "spawn", "tokio", "process"]
}
