// expect: got (Some(7), [7]), expected (Some(7), [])
fn sell(free: &Mutex<Vec<u32>>, pay: impl Fn(u32) -> bool) -> Option<u32> {
    let mut seats = free.lock().unwrap().clone();
    let seat = seats.pop()?;
    pay(seat).then_some(seat)
}
