// expect: got [7, 7], expected [7]
fn sell(free: &Mutex<Vec<u32>>, pay: impl Fn(u32) -> bool) -> Option<u32> {
    let seat = free.lock().unwrap().last().copied()?;
    if !pay(seat) {
        return None;
    }
    free.lock().unwrap().retain(|&other| other != seat);
    Some(seat)
}
