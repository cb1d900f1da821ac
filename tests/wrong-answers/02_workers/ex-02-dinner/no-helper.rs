// expect: that thread made 1 call of `chop_onions` itself
fn dinner() -> Vec<String> {
    let orders: Vec<String> = (1..=3).map(ask_table).collect();
    let onions = chop_onions();
    orders.iter().map(|order| serve(order, &onions)).collect()
}
