// expect: got 1, expected 0
fn book(seats: &Mutex<u32>, pay: impl FnOnce()) -> bool {
    let free = *seats.lock().unwrap();
    if free > 0 {
        pay();
    }
    free > 0
}
