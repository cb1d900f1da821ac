// expect: Err("Any { .. }")
fn read_all(lines: &[String]) -> Vec<Result<i32, String>> {
    thread::scope(|s| {
        let readers: Vec<_> = lines
            .iter()
            .map(|line| s.spawn(move || read_sensor(line)))
            .collect();
        readers
            .into_iter()
            .map(|reader| reader.join().map_err(|payload| format!("{payload:?}")))
            .collect()
    })
}
