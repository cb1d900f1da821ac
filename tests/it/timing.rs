//! Measurements have the right shape; how long anything takes is never asserted.

use threadlab::timing;

#[test]
fn a_value_comes_back_with_its_duration() {
    let timed = timing::time(|| String::from("latte"));
    assert_eq!(timed.value, "latte");
    assert_eq!(
        timed.to_string(),
        format!("took {}", timing::pretty(timed.duration))
    );
}

#[test]
fn closures_of_a_comparison_may_borrow_and_change_what_is_around() {
    let (mut first, mut second) = (0, 0);
    let comparison = timing::compare("first", || first += 1)
        .with("second", || second += 1)
        .repeats(3)
        .warm_up(2)
        .run();
    assert_eq!(comparison.ways().len(), 2);
    assert_eq!((first, second), (5, 5));
}
