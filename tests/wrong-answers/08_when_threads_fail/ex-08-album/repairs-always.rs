// expect: got (["cat.raw"], 7, 1), expected (["cat.raw"], 7, 0)
fn open(album: &Mutex<Album>) -> MutexGuard<'_, Album> {
    let mut inside = album.lock().unwrap_or_else(PoisonError::into_inner);
    inside.repair();
    album.clear_poison();
    inside
}
