// expect: got (false, true), expected (false, false)
fn book(seats: &Mutex<u32>, pay: impl FnOnce()) -> bool {
    let mut free = seats.lock().unwrap();
    let seat = *free > 0;
    *free = free.saturating_sub(1);
    drop(free);
    pay();
    seat
}
