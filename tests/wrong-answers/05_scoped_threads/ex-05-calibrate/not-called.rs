// expect: only 0 of 3 calls had been made
fn calibrate_all(readings: &mut [i32], workers: usize) {
    let length = readings.len().div_ceil(workers);
    thread::scope(|s| {
        for part in readings.chunks_mut(length) {
            s.spawn(move || {
                for reading in part {
                    *reading -= 5;
                }
            });
        }
    });
}
