// expect: they ran on 1 thread
fn with_retries(tries: u32, job: fn(u32) -> u32) -> Result<u32, String> {
    thread::spawn(move || {
        let mut last = String::from("no attempt was made");
        for attempt in 1..=tries {
            match panic::catch_unwind(|| job(attempt)) {
                Ok(value) => return Ok(value),
                Err(payload) => last = panics::message(&payload),
            }
        }
        Err(last)
    })
    .join()
    .unwrap()
}
