// expect: a rival who asked meanwhile had no answer for 2 seconds
fn book(seats: &Mutex<u32>, pay: impl FnOnce()) -> bool {
    let mut free = seats.lock().unwrap();
    if *free == 0 {
        return false;
    }
    *free -= 1;
    pay();
    true
}
