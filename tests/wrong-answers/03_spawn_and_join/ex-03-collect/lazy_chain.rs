// expect: a call waited inside for 2 others, and they never came
fn weigh_routes(routes: Vec<&'static str>) -> Vec<Option<u32>> {
    routes
        .into_iter()
        .map(|route| thread::spawn(move || weigh(route)))
        .map(|scale| scale.join().ok())
        .collect()
}
