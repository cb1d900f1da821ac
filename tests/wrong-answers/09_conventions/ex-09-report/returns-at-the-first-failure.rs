// expect: your function returned while
/// The sum of all loaves, or a line for each thread that panicked.
fn collect(ovens: Vec<JoinHandle<usize>>) -> Result<usize, Vec<String>> {
    let mut baked = 0;
    for oven in ovens {
        let name = oven.thread().name().unwrap_or("unnamed").to_string();
        match oven.join() {
            Ok(loaves) => baked += loaves,
            Err(payload) => return Err(vec![format!("{name}: {}", panics::message(&payload))]),
        }
    }
    Ok(baked)
}
