// expect: a passenger got through before the gate was opened
fn pass(gate: &Gate) {
    drop(gate.is_open.lock().unwrap());
}

fn open(gate: &Gate) {
    *gate.is_open.lock().unwrap() = true;
    gate.opened.notify_all();
}
