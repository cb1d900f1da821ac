// expect: that thread made 1 call of `job` itself
fn with_heartbeat(job: fn() -> usize, beat: fn()) -> usize {
    let heart = thread::spawn(move || {
        for _ in 0..3 {
            beat();
        }
    });
    let result = job();
    heart.join().unwrap();
    result
}
