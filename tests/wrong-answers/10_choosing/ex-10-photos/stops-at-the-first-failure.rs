// expect: got 2, expected 4
fn convert_all(photos: &[&str]) -> Vec<Result<String, String>> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let mut report = Vec::new();
    for photo in photos {
        let output = converter(photo).output().unwrap();
        match output.status.code() {
            Some(0) => report.push(Ok(text(&output.stdout))),
            Some(_) => report.push(Err(text(&output.stderr))),
            None => report.push(Err("crashed".to_owned())),
        }
        if !output.status.success() {
            break;
        }
    }
    report
}
