// expect: it has not returned after
fn pass(gate: &Gate) {
    let guard = gate.is_open.lock().unwrap();
    drop(gate.opened.wait(guard).unwrap());
}

fn open(gate: &Gate) {
    *gate.is_open.lock().unwrap() = true;
    gate.opened.notify_all();
}
