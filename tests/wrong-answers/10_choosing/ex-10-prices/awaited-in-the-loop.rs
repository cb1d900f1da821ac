// expect: at most 1 waited at the same time
async fn all_prices(market: Arc<Market>, suppliers: Vec<u32>) -> Vec<u32> {
    let mut prices = Vec::new();
    for supplier in suppliers {
        let market = Arc::clone(&market);
        let request = tokio::spawn(async move { market.price(supplier).await });
        prices.push(request.await.unwrap());
    }
    prices
}
