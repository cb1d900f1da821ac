// expect: that thread made 1 call of `job` itself
fn with_heartbeat(job: fn() -> usize, beat: fn()) -> usize {
    let result = job();
    for _ in 0..3 {
        beat();
    }
    result
}
