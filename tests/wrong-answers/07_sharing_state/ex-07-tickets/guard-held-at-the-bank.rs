// expect: the second till did not get the lock while the first guest was at the bank
fn sell(free: &Mutex<Vec<u32>>, pay: impl Fn(u32) -> bool) -> Option<u32> {
    let mut free = free.lock().unwrap();
    let seat = free.pop()?;
    if pay(seat) {
        return Some(seat);
    }
    free.push(seat);
    None
}
