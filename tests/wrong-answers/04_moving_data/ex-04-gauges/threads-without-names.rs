// expect: nameless: 15 mm
fn rain_report(gauges: Vec<Gauge>, alarm_at: u32) -> Vec<String> {
    let mut handles = Vec::new();
    for gauge in gauges {
        handles.push(thread::spawn(move || describe(&gauge.readings, alarm_at)));
    }
    handles
        .into_iter()
        .map(|handle| handle.join().unwrap())
        .collect()
}
