// expect: a call waited inside for 2 others, and they never came
fn weigh_all(log: &str, workers: usize) -> (Weights<'_>, Vec<String>) {
    thread::scope(|s| {
        let (_alive, end) = mpsc::channel();
        s.spawn(move || pulse(end));
        let (mut total, mut failed) = (Weights::new(), Vec::new());
        for part in lines_in_parts(log, workers) {
            match panic::catch_unwind(|| weigh(part)) {
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
