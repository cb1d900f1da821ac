// expect: a call waited inside for 2 others, and they never came
fn rain_report(gauges: Vec<Gauge>, alarm_at: u32) -> Vec<String> {
    gauges
        .into_iter()
        .map(|gauge| {
            thread::Builder::new()
                .name(gauge.name)
                .spawn(move || describe(&gauge.readings, alarm_at))
                .unwrap()
        })
        .map(|handle| handle.join().unwrap())
        .collect()
}
