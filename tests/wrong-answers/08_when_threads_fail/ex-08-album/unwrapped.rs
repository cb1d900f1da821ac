// expect: it panicked: called `Result::unwrap()` on an `Err` value: PoisonError
fn open(album: &Mutex<Album>) -> MutexGuard<'_, Album> {
    album.lock().unwrap()
}
