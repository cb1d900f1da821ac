// expect: it has not returned after
fn pass(gate: &Gate) {
    let is_open = gate.is_open.lock().unwrap();
    let _open = gate.opened.wait_while(is_open, |open| !*open).unwrap();
}

fn open(gate: &Gate) {
    *gate.is_open.lock().unwrap() = true;
    gate.opened.notify_one();
}
