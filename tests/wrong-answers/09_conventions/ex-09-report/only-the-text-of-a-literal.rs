// expect: right: unknown
/// The sum of all loaves, or a line for each thread that panicked.
fn collect(ovens: Vec<JoinHandle<usize>>) -> Result<usize, Vec<String>> {
    let mut baked = 0;
    let mut failed = Vec::new();
    for oven in ovens {
        let name = oven.thread().name().unwrap_or("unnamed").to_string();
        match oven.join() {
            Ok(loaves) => baked += loaves,
            Err(payload) => {
                let why = payload.downcast_ref::<&str>().unwrap_or(&"unknown");
                failed.push(format!("{name}: {why}"));
            }
        }
    }
    if failed.is_empty() { Ok(baked) } else { Err(failed) }
}
