// expect: got 20, expected 1
async fn all_prices(market: Arc<Market>, suppliers: Vec<u32>) -> Vec<u32> {
    let ask = |supplier| {
        let market = Arc::clone(&market);
        thread::spawn(move || one_thread().block_on(market.price(supplier)))
    };
    let requests: Vec<_> = suppliers.into_iter().map(ask).collect();
    requests.into_iter().map(|r| r.join().unwrap()).collect()
}
