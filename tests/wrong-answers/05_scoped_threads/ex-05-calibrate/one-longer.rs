// expect: it was called 3 times
fn calibrate_all(readings: &mut [i32], workers: usize) {
    let length = readings.len() / workers + 1;
    thread::scope(|s| {
        for part in readings.chunks_mut(length) {
            s.spawn(move || calibrate(part));
        }
    });
}
