// expect: the compiler does not say E0597
fn diagnose() -> [&'static str; 6] {
    ["E0277", "E0597", "E0502", "E0597", "E0596", "E0507"]
}
