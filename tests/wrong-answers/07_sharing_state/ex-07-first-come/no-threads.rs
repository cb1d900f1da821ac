// expect: a call waited inside for 2 others, and they never came
fn announce_all(halls: Vec<Hall>, mut announce: impl FnMut(u32)) {
    for hall in halls.into_iter().rev() {
        announce(visitors(hall));
    }
}
