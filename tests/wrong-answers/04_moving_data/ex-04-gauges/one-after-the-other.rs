// expect: a call waited inside for 2 others, and they never came
fn rain_report(gauges: Vec<Gauge>, alarm_at: u32) -> Vec<String> {
    let mut lines = Vec::new();
    for gauge in gauges {
        let handle = thread::Builder::new()
            .name(gauge.name)
            .spawn(move || describe(&gauge.readings, alarm_at))
            .unwrap();
        lines.push(handle.join().unwrap());
    }
    lines
}
