// expect: from place 5 you came to 14
fn entry_end(log: &str, near: usize) -> usize {
    log[near..]
        .find('\n')
        .map_or(log.len(), |distance| near + distance + 1)
}
