// expect: it has not returned after
fn open(album: &Mutex<Album>) -> MutexGuard<'_, Album> {
    match album.lock() {
        Ok(healthy) => healthy,
        Err(poisoned) => {
            let mut inside = poisoned.into_inner();
            inside.repair();
            album.clear_poison();
            album.lock().unwrap()
        }
    }
}
