// expect: your function returned while 1 call had not ended
fn with_heartbeat(job: fn() -> usize, beat: fn()) -> usize {
    thread::spawn(job);
    for _ in 0..3 {
        beat();
    }
    42
}
