// expect: it was called 5 times
fn with_retries(tries: u32, job: fn(u32) -> u32) -> Result<u32, String> {
    let mut last = Err(String::from("no attempt was made"));
    for attempt in 1..=tries {
        last = thread::spawn(move || job(attempt))
            .join()
            .map_err(|payload| panics::message(&payload));
    }
    last
}
