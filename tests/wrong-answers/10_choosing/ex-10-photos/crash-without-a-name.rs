// expect: got Err(""), expected Err("crashed")
fn convert_all(photos: &[&str]) -> Vec<Result<String, String>> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let convert = |photo: &&str| {
        let output = converter(photo).output().unwrap();
        if output.status.success() {
            Ok(text(&output.stdout))
        } else {
            Err(text(&output.stderr))
        }
    };
    photos.iter().map(convert).collect()
}
