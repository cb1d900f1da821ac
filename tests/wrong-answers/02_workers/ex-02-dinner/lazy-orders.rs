// expect: and it never came
fn dinner() -> Vec<String> {
    let helper = named("helper").spawn(chop_onions).unwrap();
    let orders = (1..=3).map(ask_table);
    let onions = helper.join().unwrap();
    orders.map(|order| serve(&order, &onions)).collect()
}
