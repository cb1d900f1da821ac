// expect: got [Some(2600), Some(4200), Some(1750)], expected [Some(1750), Some(4200), Some(2600)]
fn weigh_routes(routes: Vec<&'static str>) -> Vec<Option<u32>> {
    let mut scales: Vec<JoinHandle<u32>> = routes
        .into_iter()
        .map(|route| thread::spawn(move || weigh(route)))
        .collect();
    let mut weights = Vec::new();
    while let Some(scale) = scales.pop() {
        weights.push(scale.join().ok());
    }
    weights
}
