// expect: from place 0 you came to 0
fn entry_end(log: &str, near: usize) -> usize {
    let begins =
        |at: &usize| *at == 0 || log[..*at].ends_with('\n') && !log[*at..].starts_with(' ');
    (near..log.len()).find(begins).unwrap_or(log.len())
}
