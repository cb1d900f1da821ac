// expect: that thread made 3 calls of `describe` itself
fn rain_report(gauges: Vec<Gauge>, alarm_at: u32) -> Vec<String> {
    gauges
        .into_iter()
        .map(|gauge| {
            let line = describe(&gauge.readings, alarm_at);
            let (_, rain) = line.split_once(':').unwrap();
            format!("{}:{rain}", gauge.name)
        })
        .collect()
}
