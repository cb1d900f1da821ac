// expect: it has not returned after
impl Gate {
    fn pass(&self) {
        let guard = self.is_open.lock().unwrap();
        drop(self.opened.wait(guard).unwrap());
    }

    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}
