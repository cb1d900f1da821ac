// expect: it was called twice
fn with_heartbeat(job: fn() -> usize, beat: fn()) -> usize {
    let worker = thread::spawn(job);
    for _ in 0..3 {
        beat();
    }
    worker.join().unwrap();
    job()
}
