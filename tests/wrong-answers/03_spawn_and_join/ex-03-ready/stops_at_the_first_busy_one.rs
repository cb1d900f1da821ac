// expect: got [1750], expected [1750, 2600]
fn collect_ready(handles: Vec<JoinHandle<u32>>) -> (Vec<u32>, Vec<JoinHandle<u32>>) {
    let mut others = handles.into_iter().peekable();
    let mut values = Vec::new();
    while let Some(handle) = others.next_if(|handle| handle.is_finished()) {
        values.push(handle.join().unwrap());
    }
    (values, others.collect())
}
