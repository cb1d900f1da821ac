// expect: got [], expected [1750, 2600]
fn collect_ready(handles: Vec<JoinHandle<u32>>) -> (Vec<u32>, Vec<JoinHandle<u32>>) {
    (Vec::new(), handles)
}
