// expect: got 0, expected 2
fn audit(lines: Vec<LogLine>) -> (Vec<LogLine>, usize) {
    let mut errors = 0;
    let auditor = thread::spawn(move || {
        for line in &lines {
            if is_error(line) {
                errors += 1;
            }
        }
        lines
    });
    (auditor.join().unwrap(), errors)
}
