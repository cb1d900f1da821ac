// expect: who writes, who reads, and until when?
fn diagnose() -> [&'static str; 6] {
    ["E0277", "E0373", "E0499", "E0597", "E0596", "E0507"]
}
