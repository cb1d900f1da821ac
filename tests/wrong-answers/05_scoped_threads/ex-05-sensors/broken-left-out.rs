// expect: got [Ok(187), Ok(241)], expected
fn read_all(lines: &[String]) -> Vec<Result<i32, String>> {
    thread::scope(|s| {
        let readers: Vec<_> = lines
            .iter()
            .map(|line| s.spawn(move || read_sensor(line)))
            .collect();
        readers
            .into_iter()
            .filter_map(|reader| reader.join().ok().map(Ok))
            .collect()
    })
}
