// expect: they ran on 1 thread
fn weigh_routes(routes: Vec<&'static str>) -> Vec<Option<u32>> {
    let scale = thread::spawn(move || routes.into_iter().map(|route| Some(weigh(route))).collect());
    scale.join().unwrap()
}
