// expect: Err("a scoped thread panicked")
fn read_all(lines: &[String]) -> Vec<Result<i32, String>> {
    let all_here = Barrier::new(lines.len());
    let outcomes: Vec<_> = thread::scope(|s| {
        let readers: Vec<_> = lines
            .iter()
            .map(|line| {
                let all_here = &all_here;
                s.spawn(move || {
                    all_here.wait();
                    panic::catch_unwind(|| {
                        let mut reading = 0;
                        thread::scope(|inner| {
                            inner.spawn(|| reading = read_sensor(line));
                        });
                        reading
                    })
                })
            })
            .collect();
        readers.into_iter().map(|r| r.join().unwrap()).collect()
    });
    outcomes
        .into_iter()
        .map(|outcome| outcome.map_err(|payload| panics::message(&payload)))
        .collect()
}
