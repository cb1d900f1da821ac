// expect: a call waited inside for 2 others, and they never came
fn measure_all(photos: &[camera::Photo]) -> Vec<(&str, u32)> {
    let mut report = Vec::new();
    thread::scope(|s| {
        for photo in photos {
            let measurer = s.spawn(move || (photo.name, photo.brightness()));
            report.push(measurer.join().unwrap());
        }
    });
    report.sort();
    report
}
