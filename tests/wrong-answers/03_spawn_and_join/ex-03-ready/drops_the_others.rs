// expect: got [], expected [4200]
fn collect_ready(handles: Vec<JoinHandle<u32>>) -> (Vec<u32>, Vec<JoinHandle<u32>>) {
    let values = handles
        .into_iter()
        .filter(|handle| handle.is_finished())
        .map(|handle| handle.join().unwrap())
        .collect();
    (values, Vec::new())
}
