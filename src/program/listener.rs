//! Listens to one output of a program.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How much of an output is kept, in bytes.
const KEPT: usize = 16 << 20;

/// Reads one output of a program on a thread of its own, so that the program never has to wait.
pub(super) struct Listener {
    heard: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

impl Listener {
    pub(super) fn new(name: &str, mut pipe: Box<dyn Read + Send>) -> io::Result<Self> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let gathered = Arc::clone(&heard);
        let listener = thread::Builder::new().name(format!("program {name}"));
        let thread = listener.spawn(move || {
            let mut chunk = vec![0; 64 * 1024];
            while let Ok(count @ 1..) = pipe.read(&mut chunk) {
                let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
                let room = KEPT.saturating_sub(gathered.len()).min(count);
                gathered.extend_from_slice(&chunk[..room]);
            }
        })?;
        Ok(Self { heard, thread })
    }

    /// Whether the output ends within this time.
    pub(super) fn ends_within(&self, time: Duration) -> bool {
        let start = Instant::now();
        while !self.thread.is_finished() {
            if start.elapsed() >= time {
                return false;
            }
            thread::sleep(Duration::from_micros(200));
        }
        true
    }

    /// Everything that was written.
    ///
    /// A process that has left the group of the program may hold the pipe open for longer than this
    /// time; what it writes later is not waited for.
    pub(super) fn heard(self, time: Duration) -> String {
        if self.ends_within(time) {
            // It has nothing left to do, and it does not panic.
            let _ = self.thread.join();
        }
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&heard).into_owned()
    }
}
