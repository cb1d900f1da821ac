// expect: that thread made 3 calls of `is_error` itself
fn audit(lines: Vec<LogLine>) -> (Vec<LogLine>, usize) {
    let errors = lines.iter().filter(|line| is_error(line)).count();
    (lines, errors)
}
