// expect: got [], expected [("gull.jpg", 210)
fn measure_all(photos: &[camera::Photo]) -> Vec<(&str, u32)> {
    let mut report = Arc::new(Vec::new());
    thread::scope(|s| {
        for photo in photos {
            let mut report = Arc::clone(&report);
            s.spawn(move || {
                let line = (photo.name, photo.brightness());
                Arc::make_mut(&mut report).push(line);
            });
        }
    });
    Arc::make_mut(&mut report).sort();
    report.to_vec()
}
