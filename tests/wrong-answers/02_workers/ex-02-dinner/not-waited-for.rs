// expect: your function returned while 1 call had not ended
fn dinner() -> Vec<String> {
    thread::spawn(chop_onions);
    let orders: Vec<String> = (1..=3).map(ask_table).collect();
    orders.iter().map(|order| serve(order, "onions")).collect()
}
