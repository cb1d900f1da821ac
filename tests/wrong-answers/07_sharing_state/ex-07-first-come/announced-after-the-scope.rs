// expect: got [40, 0, 0], expected [40, 300, 900]
fn announce_all(halls: Vec<Hall>, announce: impl FnMut(u32)) {
    let (report, inbox) = mpsc::channel();
    thread::scope(|s| {
        for hall in halls {
            let report = report.clone();
            s.spawn(move || report.send(visitors(hall)).unwrap());
        }
    });
    drop(report);
    inbox.into_iter().for_each(announce);
}
