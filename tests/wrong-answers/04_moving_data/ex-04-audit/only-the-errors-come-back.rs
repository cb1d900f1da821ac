// expect: got ["08:16 ERROR disk", "08:17 ERROR net"]
fn audit(lines: Vec<LogLine>) -> (Vec<LogLine>, usize) {
    let auditor = thread::spawn(move || {
        let mut lines = lines;
        lines.retain(is_error);
        let errors = lines.len();
        (lines, errors)
    });
    auditor.join().unwrap()
}
