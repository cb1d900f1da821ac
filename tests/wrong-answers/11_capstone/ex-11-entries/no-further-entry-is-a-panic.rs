// expect: it panicked
fn entry_end(log: &str, near: usize) -> usize {
    let mut at = near;
    loop {
        at += log[at..].find('\n').unwrap() + 1;
        if !log[at..].starts_with(' ') {
            return at;
        }
    }
}
