// expect: a passenger got through before the gate was opened
impl Gate {
    fn pass(&self) {
        drop(self.is_open.lock().unwrap());
    }

    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}
