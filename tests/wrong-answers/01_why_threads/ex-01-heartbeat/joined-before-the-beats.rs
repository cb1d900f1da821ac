// expect: and it never came
fn with_heartbeat(job: fn() -> usize, beat: fn()) -> usize {
    let result = thread::spawn(job).join().unwrap();
    for _ in 0..3 {
        beat();
    }
    result
}
