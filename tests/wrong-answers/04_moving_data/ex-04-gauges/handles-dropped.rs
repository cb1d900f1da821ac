// expect: got ["harbor: 15 mm", "hill: 43 mm", "forest: 10 mm"]
fn rain_report(gauges: Vec<Gauge>, alarm_at: u32) -> Vec<String> {
    let mut lines = Vec::new();
    for gauge in gauges {
        lines.push(format!("{}: {} mm", gauge.name, gauge.readings[0] + 3));
        thread::spawn(move || describe(&gauge.readings, alarm_at));
    }
    lines
}
