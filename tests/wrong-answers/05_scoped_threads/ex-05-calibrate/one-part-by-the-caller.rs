// expect: that thread made 1 call of `calibrate` itself
fn calibrate_all(readings: &mut [i32], workers: usize) {
    let length = readings.len().div_ceil(workers);
    let (mine, others) = readings.split_at_mut(length);
    thread::scope(|s| {
        for part in others.chunks_mut(length) {
            s.spawn(move || calibrate(part));
        }
        calibrate(mine);
    });
}
