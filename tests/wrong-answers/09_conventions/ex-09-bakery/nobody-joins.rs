// expect: it panicked: a scoped thread panicked
/// Bakes all orders on two threads; returns the names of those that panicked.
fn night_shift(orders: &Mutex<Vec<u32>>, bake: impl Fn(u32) + Sync) -> Vec<String> {
    let work = || loop {
        let next = orders.lock().unwrap().pop();
        let Some(order) = next else { break };
        bake(order);
    };
    thread::scope(|s| {
        for name in ["oven 1", "oven 2"] {
            named(name).spawn_scoped(s, &work).unwrap();
        }
    });
    Vec::new()
}
