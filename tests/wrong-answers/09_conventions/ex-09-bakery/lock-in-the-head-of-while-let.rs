// expect: a call waited inside for 1 other
/// Bakes all orders on two threads; returns the names of those that panicked.
fn night_shift(orders: &Mutex<Vec<u32>>, bake: impl Fn(u32) + Sync) -> Vec<String> {
    let work = || {
        while let Some(order) = orders.lock().unwrap().pop() {
            bake(order);
        }
    };
    thread::scope(|s| {
        let ovens = ["oven 1", "oven 2"].map(|name| {
            let oven = named(name).spawn_scoped(s, &work).unwrap();
            (name, oven)
        });
        let outcomes = ovens.map(|(name, oven)| (name, oven.join()));
        let failed = outcomes.iter().filter(|(_, outcome)| outcome.is_err());
        failed.map(|(name, _)| name.to_string()).collect()
    })
}
