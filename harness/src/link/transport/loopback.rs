//! A connection over loopback TCP, which the client makes.
//!
//! A socket that does not block is waited for with `poll`: on Windows one that blocks and has timeouts may lose bytes when the time is up
//! (Winsock, `SO_RCVTIMEO`).

use std::{
    cell::Cell,
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    io::{self, ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use starter::link::{ADDRESS, SECRET};

/// How many who have not said yet who they are may be connected. The first of them makes room for the next.
const MOST_CALLERS: usize = 64;

/// The harness's end of a link. Until the client has come there is nothing to be read.
#[derive(Debug)]
pub struct End {
    state: State,
    /// How long a read waits, and a write; without an end if there is no such time.
    read: Cell<Option<Duration>>,
    write: Cell<Option<Duration>>,
    /// Whether neither waits at all.
    nonblocking: Cell<bool>,
}

#[derive(Debug)]
enum State {
    Expected(Reception),
    Connected(TcpStream),
}

/// Waits for one client among all who may connect.
#[derive(Debug)]
struct Reception {
    listener: TcpListener,
    secret: String,
    callers: Vec<Caller>,
}

/// Somebody who has connected, and the beginning of the secret.
#[derive(Debug)]
struct Caller {
    stream: TcpStream,
    said: Vec<u8>,
}

/// Makes a link, and tells a program that is about to be started where it is.
///
/// # Errors
/// If nobody can listen on loopback.
pub fn give(program: &mut Command) -> io::Result<End> {
    let reception = Reception::open()?;
    program.stdin(Stdio::null());
    program.env(ADDRESS, reception.listener.local_addr()?.to_string()).env(SECRET, &reception.secret);
    Ok(End {
        state: State::Expected(reception),
        read: Cell::default(),
        write: Cell::default(),
        nonblocking: Cell::new(false),
    })
}

impl End {
    /// Bounds how long a read waits.
    ///
    /// # Errors
    /// None; as with a socket of the standard library.
    pub fn set_read_timeout(&self, patience: Option<Duration>) -> io::Result<()> {
        self.read.set(patience);
        Ok(())
    }

    /// Bounds how long a write waits.
    ///
    /// # Errors
    /// None; as with a socket of the standard library.
    pub fn set_write_timeout(&self, patience: Option<Duration>) -> io::Result<()> {
        self.write.set(patience);
        Ok(())
    }

    /// Says whether reads and writes wait at all.
    ///
    /// # Errors
    /// None; as with a socket of the standard library.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.nonblocking.set(nonblocking);
        Ok(())
    }

    /// When what has this much time is late.
    fn until(&self, patience: Option<Duration>) -> Option<Instant> {
        let patience = if self.nonblocking.get() { Some(Duration::ZERO) } else { patience };
        patience.map(|patience| Instant::now() + patience)
    }

    /// The connection, once the client has made it.
    fn connected(&mut self, until: Option<Instant>) -> io::Result<&mut TcpStream> {
        if let State::Expected(reception) = &mut self.state {
            self.state = State::Connected(reception.receive(until)?);
        }
        match &mut self.state {
            State::Connected(stream) => Ok(stream),
            State::Expected(_) => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn wait(&self, event: PollFlags, until: Option<Instant>) -> io::Result<()> {
        match &self.state {
            State::Connected(stream) => wait(&mut [PollFd::new(stream, event)], until),
            State::Expected(_) => Err(ErrorKind::NotConnected.into()),
        }
    }
}

impl Read for End {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let until = self.until(self.read.get());
        loop {
            match self.connected(until)?.read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(PollFlags::IN, until)?,
                read => return read,
            }
        }
    }
}

impl Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let until = self.until(self.write.get());
        loop {
            match self.connected(until)?.write(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(PollFlags::OUT, until)?,
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Reception {
    fn open() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let random = || RandomState::new().build_hasher().finish();
        Ok(Self { listener, secret: format!("{:016x}{:016x}", random(), random()), callers: Vec::new() })
    }

    /// Waits for the one who knows the secret.
    fn receive(&mut self, until: Option<Instant>) -> io::Result<TcpStream> {
        loop {
            self.welcome()?;
            if let Some(known) = self.listen() {
                return Ok(known);
            }
            let mut waiting = vec![PollFd::new(&self.listener, PollFlags::IN)];
            waiting.extend(self.callers.iter().map(|caller| PollFd::new(&caller.stream, PollFlags::IN)));
            wait(&mut waiting, until)?;
        }
    }

    /// Lets everybody in who is at the door.
    fn welcome(&mut self) -> io::Result<()> {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(true)?;
                    stream.set_nodelay(true)?;
                    if self.callers.len() >= MOST_CALLERS {
                        self.callers.remove(0);
                    }
                    self.callers.push(Caller { stream, said: Vec::new() });
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // One who has hung up before being let in.
                Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Hears what the callers say, and sends away whose secret is another one.
    fn listen(&mut self) -> Option<TcpStream> {
        let (secret, mut known) = (self.secret.as_bytes(), None);
        for mut caller in std::mem::take(&mut self.callers) {
            let goes_on = caller.speaks(secret.len()) && secret.starts_with(&caller.said);
            if goes_on && known.is_none() && caller.said == secret {
                known = Some(caller.stream);
            } else if goes_on {
                self.callers.push(caller);
            }
        }
        known
    }
}

impl Caller {
    /// Reads no more than belongs to the secret. Returns whether there may be more to come, or all is said.
    fn speaks(&mut self, length: usize) -> bool {
        let mut rest = vec![0; length - self.said.len()];
        match self.stream.read(&mut rest) {
            Ok(read) => {
                self.said.extend_from_slice(&rest[..read]);
                read > 0
            }
            Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
        }
    }
}

/// Waits until something can be done with one of the sockets.
fn wait(sockets: &mut [PollFd<'_>], until: Option<Instant>) -> io::Result<()> {
    loop {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(ErrorKind::WouldBlock.into());
        }
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        match poll(sockets, left.as_ref()) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> (End, String, String) {
        let mut program = Command::new("client");
        let end = give(&mut program).expect("loopback is there");
        let variable = |name: &str| {
            let found = program.get_envs().find(|(other, _)| *other == name).and_then(|(_, value)| value);
            found.and_then(|value| value.to_str()).expect("it is set").to_owned()
        };
        (end, variable(ADDRESS), variable(SECRET))
    }

    #[test]
    fn only_who_knows_the_secret_is_the_client() {
        let (mut end, address, secret) = link();
        let call = |said: &str| {
            let mut stream = TcpStream::connect(&address).expect("it listens");
            stream.write_all(said.as_bytes()).expect("it is read");
            stream
        };
        // One who says nothing, one who lies, one who knows half of it and leaves, one who would be the client if that were enough.
        let _silent = call("");
        let _liar = call(&"0".repeat(secret.len()));
        drop(call(&secret[..secret.len() / 2]));
        let _slow = call(&secret[..secret.len() - 1]);
        let client = call(&format!("{secret}hello"));
        let mut said = [0; 5];
        end.read_exact(&mut said).expect("the client says it");
        assert_eq!(&said, b"hello");
        end.write_all(b"welcome").expect("the client is there");
        let mut heard = [0; 7];
        (&client).read_exact(&mut heard).expect("it is said");
        assert_eq!(&heard, b"welcome");
        assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
    }

    #[test]
    fn who_does_not_come_is_not_waited_for_for_ever() {
        let (mut end, address, secret) = link();
        end.set_read_timeout(Some(Duration::from_millis(1))).expect("it can be set");
        assert_eq!(end.read(&mut [0; 9]).expect_err("nobody came").kind(), ErrorKind::WouldBlock);
        let mut client = TcpStream::connect(&address).expect("it still listens");
        client.write_all(secret.as_bytes()).expect("it is read");
        assert_eq!(end.read(&mut [0; 9]).expect_err("it says no more").kind(), ErrorKind::WouldBlock);
        end.set_read_timeout(None).and_then(|()| end.set_nonblocking(true)).expect("it can be set");
        assert_eq!(end.read(&mut [0; 9]).expect_err("it says no more").kind(), ErrorKind::WouldBlock);
        drop(client);
        end.set_nonblocking(false).expect("it can be set");
        assert_eq!(end.read(&mut [0; 9]).expect("it has left"), 0);
    }

    #[test]
    fn who_reads_nothing_is_not_waited_for_for_ever() {
        let (mut end, address, secret) = link();
        let mut client = TcpStream::connect(&address).expect("it listens");
        client.write_all(secret.as_bytes()).expect("it is read");
        end.set_write_timeout(Some(Duration::from_millis(1))).expect("it can be set");
        let full = (0..100_000).find_map(|_| end.write(&[0; 64 * 1024]).err()).expect("no buffer is that large");
        assert_eq!(full.kind(), ErrorKind::WouldBlock);
    }

    #[test]
    fn strangers_at_the_door_do_not_keep_the_client_out() {
        let (mut end, address, secret) = link();
        let strangers: Vec<_> = (0..2 * MOST_CALLERS)
            .map(|_| {
                end.set_read_timeout(Some(Duration::from_millis(1))).expect("it can be set");
                let stranger = TcpStream::connect(&address).expect("it listens");
                assert_eq!(end.read(&mut [0; 9]).expect_err("it says nothing").kind(), ErrorKind::WouldBlock);
                stranger
            })
            .collect();
        let mut client = TcpStream::connect(&address).expect("it listens");
        client.write_all(secret.as_bytes()).and_then(|()| client.write_all(b"!")).expect("it is read");
        end.set_read_timeout(None).expect("it can be set");
        assert_eq!(end.read(&mut [0; 9]).expect("it speaks"), 1);
        drop(strangers);
    }
}
