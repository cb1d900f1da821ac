// expect: got [182, 187, 236, 225, 193, 190, 185, 200, 207, 188], expected
fn calibrate_all(readings: &mut [i32], workers: usize) {
    let length = readings.len() / workers;
    thread::scope(|s| {
        for part in readings.chunks_exact_mut(length) {
            s.spawn(move || calibrate(part));
        }
    });
}
