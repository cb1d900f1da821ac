// expect: got Ok("half a photo"), expected Err("crashed")
fn convert_all(photos: &[&str]) -> Vec<Result<String, String>> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let convert = |photo: &&str| {
        let output = converter(photo).output().unwrap();
        match output.status.code().unwrap_or(0) {
            0 => Ok(text(&output.stdout)),
            _ => Err(text(&output.stderr)),
        }
    };
    photos.iter().map(convert).collect()
}
