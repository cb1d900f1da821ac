// expect: it has not returned after
impl Gate {
    fn pass(&self) {
        let is_open = self.is_open.lock().unwrap();
        let _open = self.opened.wait_while(is_open, |open| !*open).unwrap();
    }

    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_one();
    }
}
