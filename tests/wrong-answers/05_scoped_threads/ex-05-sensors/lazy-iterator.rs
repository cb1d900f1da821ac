// expect: a call waited inside for 2 others, and they never came
fn read_all(lines: &[String]) -> Vec<Result<i32, String>> {
    thread::scope(|s| {
        lines
            .iter()
            .map(|line| s.spawn(move || read_sensor(line)))
            .map(|reader| reader.join().map_err(|payload| panics::message(&payload)))
            .collect()
    })
}
