// expect: that thread made 3 calls of `calibrate` itself
fn calibrate_all(readings: &mut [i32], workers: usize) {
    let length = readings.len().div_ceil(workers);
    for part in readings.chunks_mut(length) {
        calibrate(part);
    }
}
