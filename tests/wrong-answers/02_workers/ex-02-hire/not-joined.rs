// expect: your function returned while 1 call had not ended
fn hire(name: &str, stack: usize) -> io::Result<String> {
    let builder = thread::Builder::new().name(name.to_string()).stack_size(stack);
    builder.spawn(introduce)?;
    Ok(format!("I am {name}"))
}
