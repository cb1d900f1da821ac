// expect: got {"unnamed"}
/// Bakes all orders on two threads; returns the names of those that panicked.
fn night_shift(orders: &Mutex<Vec<u32>>, bake: impl Fn(u32) + Sync) -> Vec<String> {
    let work = || loop {
        let next = orders.lock().unwrap().pop();
        let Some(order) = next else { break };
        bake(order);
    };
    thread::scope(|s| {
        let ovens = [s.spawn(&work), s.spawn(&work)].map(|oven| oven.join());
        let names = ["oven 1", "oven 2"].into_iter().zip(ovens);
        let failed = names.filter(|(_, outcome)| outcome.is_err());
        failed.map(|(name, _)| name.to_string()).collect()
    })
}
