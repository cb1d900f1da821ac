// expect: got [Err("no line"), Err("no line")]
fn with_retries(tries: u32, job: fn(u32) -> u32) -> Result<u32, String> {
    let mut first = None;
    for attempt in 1..=tries {
        match thread::spawn(move || job(attempt)).join() {
            Ok(value) => return Ok(value),
            Err(payload) => first = first.or(Some(panics::message(&payload))),
        }
    }
    Err(first.unwrap_or_default())
}
