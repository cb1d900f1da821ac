// expect: a call waited inside for 2 others, and they never came
fn calibrate_all(readings: &mut [i32], workers: usize) {
    let length = readings.len().div_ceil(workers);
    for part in readings.chunks_mut(length) {
        thread::scope(|s| {
            s.spawn(|| calibrate(part));
        });
    }
}
