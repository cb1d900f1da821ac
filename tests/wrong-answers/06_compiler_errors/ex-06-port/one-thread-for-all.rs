// expect: a call waited inside for 2 others, and they never came
fn measure_all(photos: &[camera::Photo]) -> Vec<(&str, u32)> {
    thread::scope(|s| {
        let measurer = s.spawn(|| {
            let mut report = Vec::new();
            for photo in photos {
                report.push((photo.name, photo.brightness()));
            }
            report.sort();
            report
        });
        measurer.join().unwrap()
    })
}
