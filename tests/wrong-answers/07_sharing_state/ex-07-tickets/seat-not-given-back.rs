// expect: got (None, []), expected (None, [7])
fn sell(free: &Mutex<Vec<u32>>, pay: impl Fn(u32) -> bool) -> Option<u32> {
    let seat = free.lock().unwrap().pop()?;
    pay(seat).then_some(seat)
}
