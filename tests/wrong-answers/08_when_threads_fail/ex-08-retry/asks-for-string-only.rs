// expect: got [Err("unknown"), Err("line busy at attempt 2")]
fn with_retries(tries: u32, job: fn(u32) -> u32) -> Result<u32, String> {
    let mut last = String::from("no attempt was made");
    for attempt in 1..=tries {
        match thread::spawn(move || job(attempt)).join() {
            Ok(value) => return Ok(value),
            Err(payload) => {
                last = payload
                    .downcast_ref::<String>()
                    .map_or(String::from("unknown"), String::clone);
            }
        }
    }
    Err(last)
}
