// expect: got Ok(70), expected Err(
/// The sum of all loaves, or a line for each thread that panicked.
fn collect(ovens: Vec<JoinHandle<usize>>) -> Result<usize, Vec<String>> {
    Ok(ovens.into_iter().filter_map(|oven| oven.join().ok()).sum())
}
