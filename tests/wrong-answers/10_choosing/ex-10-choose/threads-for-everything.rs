// expect: `spawn` does not fit: very many, and they only wait
fn choices() -> [&'static str; 6] {
    ["spawn"; 6]
}
