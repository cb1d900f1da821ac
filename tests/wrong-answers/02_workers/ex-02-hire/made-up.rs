// expect: it was called 0 times
fn hire(name: &str, _stack: usize) -> io::Result<String> {
    Ok(format!("I am {name}"))
}
