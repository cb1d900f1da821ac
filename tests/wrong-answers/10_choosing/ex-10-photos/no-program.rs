// expect: it was called 0 times
fn convert_all(photos: &[&str]) -> Vec<Result<String, String>> {
    let convert = |photo: &&str| match photo.rsplit_once('.') {
        Some((_, "txt")) => Err("not a photo".to_owned()),
        Some((_, "bad")) => Err("crashed".to_owned()),
        _ => Ok(format!("small-{photo}")),
    };
    photos.iter().map(convert).collect()
}
