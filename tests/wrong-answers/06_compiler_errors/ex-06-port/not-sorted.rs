// expect: got [("pier.jpg", 20), ("gull.jpg", 210), ("mole.jpg", 90)]
fn measure_all(photos: &[camera::Photo]) -> Vec<(&str, u32)> {
    thread::scope(|s| {
        let mut measurers = Vec::new();
        for photo in photos {
            measurers.push(s.spawn(move || (photo.name, photo.brightness())));
        }
        let report = measurers.into_iter().map(|one| one.join().unwrap());
        report.collect()
    })
}
