// expect: got ([], 0, 1), expected (["cat.raw"], 7, 1)
fn open(album: &Mutex<Album>) -> MutexGuard<'_, Album> {
    album.lock().unwrap_or_else(|poisoned| {
        let mut inside = poisoned.into_inner();
        *inside = Album::default();
        inside.repairs = 1;
        album.clear_poison();
        inside
    })
}
