// expect: got [], expected [100, 137
async fn all_prices(market: Arc<Market>, suppliers: Vec<u32>) -> Vec<u32> {
    let prices = Arc::new(Mutex::new(Vec::new()));
    for supplier in suppliers {
        let (market, prices) = (Arc::clone(&market), Arc::clone(&prices));
        tokio::spawn(async move {
            let price = market.price(supplier).await;
            prices.lock().unwrap().push(price);
        });
    }
    prices.lock().unwrap().clone()
}
