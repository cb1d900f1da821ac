// expect: got {"north": 20, "south": 40, "west": 900}
fn weigh_all(log: &str, workers: usize) -> (Weights<'_>, Vec<String>) {
    thread::scope(|s| {
        let (_alive, end) = mpsc::channel();
        s.spawn(move || pulse(end));
        let parts = lines_in_parts(log, workers).into_iter();
        let workers: Vec<_> = parts.map(|part| s.spawn(move || weigh(part))).collect();
        let (mut total, mut failed) = (Weights::new(), Vec::new());
        for worker in workers {
            match worker.join() {
                Ok(weights) => total.extend(weights),
                Err(payload) => failed.push(panics::message(&payload)),
            }
        }
        (total, failed)
    })
}
