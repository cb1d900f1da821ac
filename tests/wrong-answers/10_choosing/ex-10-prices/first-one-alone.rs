// expect: at most 19 waited at the same time
async fn all_prices(market: Arc<Market>, suppliers: Vec<u32>) -> Vec<u32> {
    let mut prices = vec![market.price(suppliers[0]).await];
    let ask = |&supplier: &u32| {
        let market = Arc::clone(&market);
        tokio::spawn(async move { market.price(supplier).await })
    };
    let requests: Vec<_> = suppliers[1..].iter().map(ask).collect();
    for request in requests {
        prices.push(request.await.unwrap());
    }
    prices
}
