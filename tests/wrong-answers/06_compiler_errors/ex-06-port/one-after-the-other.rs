// expect: that thread made 3 calls of `brightness` itself
fn measure_all(photos: &[camera::Photo]) -> Vec<(&str, u32)> {
    let report = Rc::new(RefCell::new(Vec::new()));
    for photo in photos {
        let line = (photo.name, photo.brightness());
        report.borrow_mut().push(line);
    }
    let mut report = report.take();
    report.sort();
    report
}
