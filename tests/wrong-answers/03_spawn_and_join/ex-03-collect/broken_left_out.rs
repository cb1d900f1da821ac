// expect: got [Some(4200), Some(2600)], expected [Some(4200), None, Some(2600)]
fn weigh_routes(routes: Vec<&'static str>) -> Vec<Option<u32>> {
    let scales: Vec<JoinHandle<u32>> = routes
        .into_iter()
        .map(|route| thread::spawn(move || weigh(route)))
        .collect();
    scales
        .into_iter()
        .filter_map(|scale| scale.join().ok())
        .map(Some)
        .collect()
}
