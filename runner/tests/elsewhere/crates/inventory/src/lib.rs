//! What is in stock.

use std::collections::BTreeMap;

/// Adds up the entries of each name.
pub fn stock(entries: &[(&str, u32)]) -> BTreeMap<String, u32> {
    let mut stock = BTreeMap::new();
    for (name, number) in entries {
        *stock.entry((*name).to_owned()).or_default() += number;
    }
    stock
}

/// Takes some of a name out of the stock.
///
/// # Panics
/// When there are not so many.
pub fn take(stock: &mut BTreeMap<String, u32>, name: &str, number: u32) {
    let left = stock.get_mut(name).expect("a name in stock");
    assert!(*left >= number, "only {left} of {name}");
    *left -= number;
}
