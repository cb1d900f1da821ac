// expect: it panicked
fn sell(free: &Mutex<Vec<u32>>, pay: impl Fn(u32) -> bool) -> Option<u32> {
    let seat = free.lock().unwrap().pop().unwrap();
    if pay(seat) {
        return Some(seat);
    }
    free.lock().unwrap().push(seat);
    None
}
