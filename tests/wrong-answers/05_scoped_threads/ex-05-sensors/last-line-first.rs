// expect: got [Ok(241), Err(
fn read_all(lines: &[String]) -> Vec<Result<i32, String>> {
    thread::scope(|s| {
        let mut readers: Vec<_> = lines
            .iter()
            .map(|line| s.spawn(move || read_sensor(line)))
            .collect();
        let mut report = Vec::new();
        while let Some(reader) = readers.pop() {
            report.push(reader.join().map_err(|payload| panics::message(&payload)));
        }
        report
    })
}
