// expect: it was called 3 times
fn dinner() -> Vec<String> {
    let helpers: Vec<_> = (0..3).map(|_| thread::spawn(chop_onions)).collect();
    let orders: Vec<String> = (1..=3).map(ask_table).collect();
    let onions = helpers.into_iter().map(|helper| helper.join().unwrap());
    orders.iter().zip(onions).map(|(order, onions)| serve(order, &onions)).collect()
}
