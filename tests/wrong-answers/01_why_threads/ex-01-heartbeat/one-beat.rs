// expect: it was called once
fn with_heartbeat(job: fn() -> usize, beat: fn()) -> usize {
    let worker = thread::spawn(job);
    beat();
    worker.join().unwrap()
}
