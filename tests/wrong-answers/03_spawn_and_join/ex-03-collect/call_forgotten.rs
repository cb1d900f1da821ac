// expect: that thread made 3 calls of `weigh` itself
fn weigh_routes(routes: Vec<&'static str>) -> Vec<Option<u32>> {
    let scales: Vec<_> = routes
        .into_iter()
        .map(|route| thread::spawn(move || (weigh, route)))
        .collect();
    scales
        .into_iter()
        .map(|scale| scale.join().ok().map(|(weigh, route)| weigh(route)))
        .collect()
}
