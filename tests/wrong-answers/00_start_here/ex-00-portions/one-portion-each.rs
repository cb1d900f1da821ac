// expect: got 2, expected 3
/// How many portions the cook has to make.
fn portions(guests: u32) -> u32 {
    guests + 1
}
