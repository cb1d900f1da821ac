// expect: with a stack of half of all addresses it returned
fn hire(name: &str, _stack: usize) -> io::Result<String> {
    let worker = thread::Builder::new().name(name.to_string()).spawn(introduce)?;
    Ok(worker.join().unwrap())
}
