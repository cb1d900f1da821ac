// expect: got (["cat.raw", "damaged.raw"], 7, 0), expected (["cat.raw"], 7, 1)
fn open(album: &Mutex<Album>) -> MutexGuard<'_, Album> {
    album.clear_poison();
    album.lock().unwrap_or_else(PoisonError::into_inner)
}
