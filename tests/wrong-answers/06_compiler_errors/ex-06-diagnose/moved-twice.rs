// expect: how many threads want the one `Arc`, and who gives it away?
fn diagnose() -> [&'static str; 6] {
    ["E0277", "E0373", "E0502", "E0597", "E0596", "E0382"]
}
