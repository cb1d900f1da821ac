// expect: each number is announced as soon as it is known
fn announce_all(halls: Vec<Hall>, mut announce: impl FnMut(u32)) {
    let counters: Vec<_> = halls
        .into_iter()
        .map(|hall| thread::spawn(move || visitors(hall)))
        .collect();
    for counter in counters {
        announce(counter.join().unwrap());
    }
}
