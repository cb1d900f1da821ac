// expect: it has not returned after
fn collect_ready(handles: Vec<JoinHandle<u32>>) -> (Vec<u32>, Vec<JoinHandle<u32>>) {
    let values = handles
        .into_iter()
        .map(|handle| handle.join().unwrap())
        .collect();
    (values, Vec::new())
}
