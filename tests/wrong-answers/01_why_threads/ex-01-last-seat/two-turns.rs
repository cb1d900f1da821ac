// expect: got Some(true), expected Some(false)
fn book(seats: &Mutex<u32>, pay: impl FnOnce()) -> bool {
    let free = *seats.lock().unwrap();
    if free == 0 {
        return false;
    }
    pay();
    *seats.lock().unwrap() = free - 1;
    true
}
