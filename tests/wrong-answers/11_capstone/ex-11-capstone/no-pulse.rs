// expect: it was called 0 times
fn weigh_all(log: &str, workers: usize) -> (Weights<'_>, Vec<String>) {
    thread::scope(|s| {
        let parts = lines_in_parts(log, workers).into_iter();
        let workers: Vec<_> = parts.map(|part| s.spawn(move || weigh(part))).collect();
        let (mut total, mut failed) = (Weights::new(), Vec::new());
        for worker in workers {
            match worker.join() {
                Ok(weights) => {
                    for (depot, grams) in weights {
                        *total.entry(depot).or_default() += grams;
                    }
                }
                Err(payload) => failed.push(panics::message(&payload)),
            }
        }
        (total, failed)
    })
}
