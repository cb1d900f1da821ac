// expect: the vector that came back is not the one that went in
fn audit(lines: Vec<LogLine>) -> (Vec<LogLine>, usize) {
    let auditor = thread::spawn(move || {
        let mut seen = Vec::new();
        let mut errors = 0;
        for line in &lines {
            errors += usize::from(is_error(line));
            let text = line.text.clone();
            seen.push(LogLine { text });
        }
        (seen, errors)
    });
    auditor.join().unwrap()
}
