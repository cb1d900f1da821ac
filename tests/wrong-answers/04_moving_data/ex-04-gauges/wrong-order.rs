// expect: got ["forest: 10 mm", "hill: 43 mm, alarm", "harbor: 15 mm"]
fn rain_report(gauges: Vec<Gauge>, alarm_at: u32) -> Vec<String> {
    let mut handles = Vec::new();
    for gauge in gauges {
        let handle = thread::Builder::new()
            .name(gauge.name)
            .spawn(move || describe(&gauge.readings, alarm_at))
            .unwrap();
        handles.push(handle);
    }
    let mut lines = Vec::new();
    while let Some(handle) = handles.pop() {
        lines.push(handle.join().unwrap());
    }
    lines
}
