//! A relay between Jupyter and the kernel's shell and control channels, that hides from the kernel
//! when Jupyter closes a connection.
//!
//! While a kernel starts, jupyter_server asks for it several times through connections that it closes
//! as soon as one answer is there. evcxr_jupyter ends when it cannot send one of the other answers
//! on the control channel, and Jupyter says that the kernel has died.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// How long the kernel may take to listen.
const START_LIMIT: Duration = Duration::from_secs(120);

/// So long a connection that Jupyter has closed stays open for the kernel's answers.
const LINGER: Duration = Duration::from_secs(20);

/// Passes on every connection at `listener` to the kernel's `port` at the same address.
///
/// # Errors
/// When a thread cannot be started.
pub(super) fn relay(listener: TcpListener, port: u16) -> io::Result<()> {
    // Never joined: it lasts as long as the process.
    thread::Builder::new()
        .name("relay".to_owned())
        .spawn(move || {
            for jupyter in listener.incoming().flatten() {
                // A connection that cannot be passed on is closed, and Jupyter tries again.
                let _ = in_thread(move || connect(jupyter, port));
            }
        })?;
    Ok(())
}

fn in_thread(run: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    thread::Builder::new()
        .name("relay".to_owned())
        .spawn(move || {
            let _ = run();
        })?;
    Ok(())
}

fn connect(jupyter: TcpStream, port: u16) -> io::Result<()> {
    let address = (jupyter.local_addr()?.ip(), port);
    let deadline = Instant::now() + START_LIMIT;
    let kernel = loop {
        match TcpStream::connect(address) {
            Ok(kernel) => break kernel,
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    };
    // Messages are small, and each is waited for.
    jupyter.set_nodelay(true)?;
    kernel.set_nodelay(true)?;
    let (from_jupyter, to_jupyter) = (jupyter.try_clone()?, jupyter);
    let (from_kernel, to_kernel) = (kernel.try_clone()?, kernel);
    in_thread(move || {
        let _ = copy(from_jupyter, &to_kernel);
        thread::sleep(LINGER);
        to_kernel.shutdown(Shutdown::Both)
    })?;
    let _ = copy(from_kernel.try_clone()?, &to_jupyter);
    // What Jupyter does not want any more, the kernel can still send.
    io::copy(&mut &from_kernel, &mut io::sink())?;
    to_jupyter.shutdown(Shutdown::Both)
}

fn copy(mut from: TcpStream, mut to: &TcpStream) -> io::Result<()> {
    let mut buffer = [0; 16 << 10];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            length => to.write_all(&buffer[..length])?,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use super::relay;

    #[test]
    fn the_kernel_can_answer_where_nobody_listens_any_more() {
        let kernel = TcpListener::bind("127.0.0.1:0").expect("a port");
        let front = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = front.local_addr().expect("an address");
        relay(front, kernel.local_addr().expect("an address").port()).expect("it starts");

        let mut jupyter = TcpStream::connect(address).expect("a connection");
        jupyter.write_all(b"ask").expect("it is sent");
        let (mut connection, _) = kernel.accept().expect("it is passed on");
        let mut asked = [0; 3];
        connection.read_exact(&mut asked).expect("it arrives");
        assert_eq!(&asked, b"ask");
        connection.write_all(b"answer").expect("it is sent");
        let mut answer = [0; 6];
        jupyter.read_exact(&mut answer).expect("it arrives");
        assert_eq!(&answer, b"answer");
        drop(jupyter);
        // More than all buffers on the way hold.
        for _ in 0..64 {
            connection.write_all(&[0; 1 << 20]).expect("nobody minds");
        }
    }
}
