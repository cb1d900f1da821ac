// expect: it panicked: called `Result::unwrap()` on an `Err` value
fn read_all(lines: &[String]) -> Vec<Result<i32, String>> {
    thread::scope(|s| {
        let readers: Vec<_> = lines
            .iter()
            .map(|line| s.spawn(move || read_sensor(line)))
            .collect();
        readers
            .into_iter()
            .map(|reader| Ok(reader.join().unwrap()))
            .collect()
    })
}
