// expect: at most 1 waited at the same time
async fn all_prices(market: Arc<Market>, suppliers: Vec<u32>) -> Vec<u32> {
    let requests = suppliers.into_iter().map(|supplier| {
        let market = Arc::clone(&market);
        tokio::spawn(async move { market.price(supplier).await })
    });
    let mut prices = Vec::new();
    for request in requests {
        prices.push(request.await.unwrap());
    }
    prices
}
