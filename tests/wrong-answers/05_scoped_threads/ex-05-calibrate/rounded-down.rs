// expect: it was called 4 times
fn calibrate_all(readings: &mut [i32], workers: usize) {
    let length = readings.len() / workers;
    thread::scope(|s| {
        for part in readings.chunks_mut(length) {
            s.spawn(move || calibrate(part));
        }
    });
}
