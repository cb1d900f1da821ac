// expect: that thread made 3 calls of `read_sensor` itself
fn read_all(lines: &[String]) -> Vec<Result<i32, String>> {
    lines
        .iter()
        .map(|line| {
            let outcome = panic::catch_unwind(|| read_sensor(line));
            outcome.map_err(|payload| panics::message(&payload))
        })
        .collect()
}
