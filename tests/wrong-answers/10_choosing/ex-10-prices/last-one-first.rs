// expect: got [103, 116
async fn all_prices(market: Arc<Market>, suppliers: Vec<u32>) -> Vec<u32> {
    let ask = |supplier| {
        let market = Arc::clone(&market);
        tokio::spawn(async move { market.price(supplier).await })
    };
    let mut requests: Vec<_> = suppliers.into_iter().map(ask).collect();
    let mut prices = Vec::new();
    while let Some(request) = requests.pop() {
        prices.push(request.await.unwrap());
    }
    prices
}
