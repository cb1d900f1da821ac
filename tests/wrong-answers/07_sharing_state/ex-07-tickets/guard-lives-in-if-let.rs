// expect: it has not returned after
fn sell(free: &Mutex<Vec<u32>>, pay: impl Fn(u32) -> bool) -> Option<u32> {
    if let Some(seat) = free.lock().unwrap().pop() {
        if pay(seat) {
            return Some(seat);
        }
        free.lock().unwrap().push(seat);
    }
    None
}
