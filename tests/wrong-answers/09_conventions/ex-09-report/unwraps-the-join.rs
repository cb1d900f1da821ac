// expect: it panicked
/// The sum of all loaves, or a line for each thread that panicked.
fn collect(ovens: Vec<JoinHandle<usize>>) -> Result<usize, Vec<String>> {
    Ok(ovens.into_iter().map(|oven| oven.join().unwrap()).sum())
}
