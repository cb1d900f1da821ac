// expect: the compiler does not say it may not cross
fn diagnose() -> [&'static str; 6] {
    [
        "it may not cross",
        "how long",
        "who writes",
        "how long",
        "who writes",
        "who owns",
    ]
}
