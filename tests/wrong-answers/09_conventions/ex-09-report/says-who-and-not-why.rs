// expect: got Err(["left", "right"])
/// The sum of all loaves, or a line for each thread that panicked.
fn collect(ovens: Vec<JoinHandle<usize>>) -> Result<usize, Vec<String>> {
    let mut baked = 0;
    let mut failed = Vec::new();
    for oven in ovens {
        let name = oven.thread().name().unwrap_or("unnamed").to_string();
        match oven.join() {
            Ok(loaves) => baked += loaves,
            Err(_) => failed.push(name),
        }
    }
    if failed.is_empty() { Ok(baked) } else { Err(failed) }
}
