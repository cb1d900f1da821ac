// expect: it was called 3 times
fn calibrate_all(readings: &mut [i32], _workers: usize) {
    thread::scope(|s| {
        for part in readings.chunks_mut(4) {
            s.spawn(move || calibrate(part));
        }
    });
}
