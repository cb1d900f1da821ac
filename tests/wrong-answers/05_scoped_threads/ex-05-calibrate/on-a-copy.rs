// expect: got [187, 192, 241, 230, 198, 195, 190, 205, 212, 188], expected
fn calibrate_all(readings: &mut [i32], workers: usize) {
    let length = readings.len().div_ceil(workers);
    let mut handles = Vec::new();
    for part in readings.chunks(length) {
        let mut copy = part.to_vec();
        handles.push(thread::spawn(move || calibrate(&mut copy)));
    }
    for handle in handles {
        handle.join().unwrap();
    }
}
