// expect: that thread made 1 call of `introduce` itself
fn hire(_name: &str, stack: usize) -> io::Result<String> {
    let _builder = thread::Builder::new().stack_size(stack);
    Ok(introduce())
}
