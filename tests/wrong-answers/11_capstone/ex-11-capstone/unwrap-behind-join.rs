// expect: it panicked
fn weigh_all(log: &str, workers: usize) -> (Weights<'_>, Vec<String>) {
    thread::scope(|s| {
        let (_alive, end) = mpsc::channel();
        s.spawn(move || pulse(end));
        let parts = lines_in_parts(log, workers).into_iter();
        let workers: Vec<_> = parts.map(|part| s.spawn(move || weigh(part))).collect();
        let mut total = Weights::new();
        for worker in workers {
            for (depot, grams) in worker.join().unwrap() {
                *total.entry(depot).or_default() += grams;
            }
        }
        (total, Vec::new())
    })
}
