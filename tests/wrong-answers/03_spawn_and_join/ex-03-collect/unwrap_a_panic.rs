// expect: it panicked: called `Result::unwrap()`
fn weigh_routes(routes: Vec<&'static str>) -> Vec<Option<u32>> {
    let scales: Vec<JoinHandle<u32>> = routes
        .into_iter()
        .map(|route| thread::spawn(move || weigh(route)))
        .collect();
    scales
        .into_iter()
        .map(|scale| Some(scale.join().unwrap()))
        .collect()
}
