// expect: got Some("I am nobody"), expected Some("I am pastry")
fn hire(_name: &str, stack: usize) -> io::Result<String> {
    let worker = thread::Builder::new().stack_size(stack).spawn(introduce)?;
    Ok(worker.join().unwrap())
}
