// expect: it panicked
fn hire(name: &str, stack: usize) -> io::Result<String> {
    let builder = thread::Builder::new().name(name.to_string()).stack_size(stack);
    Ok(builder.spawn(introduce).unwrap().join().unwrap())
}
