// expect: a call waited inside for 1 other
/// Bakes all orders on two threads; returns the names of those that panicked.
fn night_shift(orders: &Mutex<Vec<u32>>, bake: impl Fn(u32) + Sync) -> Vec<String> {
    let work = || loop {
        let next = orders.lock().unwrap().pop();
        let Some(order) = next else { break };
        bake(order);
    };
    let mut failed = Vec::new();
    thread::scope(|s| {
        for name in ["oven 1", "oven 2"] {
            let oven = named(name).spawn_scoped(s, &work).unwrap();
            if oven.join().is_err() {
                failed.push(name.to_string());
            }
        }
    });
    failed
}
