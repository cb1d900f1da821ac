// expect: and it never came
fn dinner() -> Vec<String> {
    let onions = thread::spawn(chop_onions).join().unwrap();
    (1..=3).map(ask_table).map(|order| serve(&order, &onions)).collect()
}
