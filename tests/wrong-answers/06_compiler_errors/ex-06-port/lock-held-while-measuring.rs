// expect: a call waited inside for 2 others, and they never came
fn measure_all(photos: &[camera::Photo]) -> Vec<(&str, u32)> {
    let report = Mutex::new(Vec::new());
    thread::scope(|s| {
        let report = &report;
        for photo in photos {
            s.spawn(move || {
                let mut report = report.lock().unwrap();
                report.push((photo.name, photo.brightness()));
            });
        }
    });
    let mut report = report.into_inner().unwrap();
    report.sort();
    report
}
