// expect: it panicked
fn with_retries(tries: u32, job: fn(u32) -> u32) -> Result<u32, String> {
    for attempt in 1..=tries {
        return Ok(thread::spawn(move || job(attempt)).join().unwrap());
    }
    Err(String::from("no attempt was made"))
}
