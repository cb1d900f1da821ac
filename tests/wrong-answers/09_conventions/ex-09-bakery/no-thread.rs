// expect: that thread made 4 calls of `bake` itself
/// Bakes all orders on two threads; returns the names of those that panicked.
fn night_shift(orders: &Mutex<Vec<u32>>, bake: impl Fn(u32) + Sync) -> Vec<String> {
    loop {
        let next = orders.lock().unwrap().pop();
        let Some(order) = next else { break };
        bake(order);
    }
    Vec::new()
}
