// expect: it has not returned after
fn announce_all(halls: Vec<Hall>, mut announce: impl FnMut(u32)) {
    let (report, inbox) = mpsc::channel();
    thread::scope(|s| {
        for hall in halls {
            let report = report.clone();
            s.spawn(move || report.send(visitors(hall)).unwrap());
        }
        for number in &inbox {
            announce(number);
        }
    });
}
