// expect: got [40], expected [40, 300, 900]
fn announce_all(halls: Vec<Hall>, mut announce: impl FnMut(u32)) {
    let (report, inbox) = mpsc::channel();
    for hall in halls {
        let report = report.clone();
        thread::spawn(move || report.send(visitors(hall)));
    }
    announce(inbox.recv().unwrap());
}
