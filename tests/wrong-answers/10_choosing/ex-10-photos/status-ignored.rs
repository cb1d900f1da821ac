// expect: got Ok(""), expected Err("not a photo")
fn convert_all(photos: &[&str]) -> Vec<Result<String, String>> {
    let convert = |photo: &&str| {
        let output = converter(photo)
            .output()
            .map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    photos.iter().map(convert).collect()
}
