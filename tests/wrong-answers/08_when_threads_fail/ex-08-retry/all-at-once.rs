// expect: it was called
fn with_retries(tries: u32, job: fn(u32) -> u32) -> Result<u32, String> {
    let attempts: Vec<_> = (1..=tries)
        .map(|attempt| thread::spawn(move || job(attempt)))
        .collect();
    let mut last = String::from("no attempt was made");
    for attempt in attempts {
        match attempt.join() {
            Ok(value) => return Ok(value),
            Err(payload) => last = panics::message(&payload),
        }
    }
    Err(last)
}
