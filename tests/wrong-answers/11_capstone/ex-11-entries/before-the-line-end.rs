// expect: from place 0 you came to 4
fn entry_end(log: &str, near: usize) -> usize {
    let mut at = near;
    while let Some(distance) = log[at..].find('\n') {
        at += distance;
        if !log[at + 1..].starts_with(' ') {
            return at;
        }
        at += 1;
    }
    log.len()
}
