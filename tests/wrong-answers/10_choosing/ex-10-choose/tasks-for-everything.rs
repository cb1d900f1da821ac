// expect: `tokio` does not fit: the caller keeps the photos
fn choices() -> [&'static str; 6] {
    ["tokio"; 6]
}
