//! Where connections come from: the link, or real sockets.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
};

use super::io::Io;
use crate::{
    clock::Clock,
    link,
    record::Recorder,
    trace::{ClientAct, What},
};

/// A client that wants to connect.
#[derive(Debug)]
pub enum Knock {
    /// Over the link, which notes the attempt.
    Link(link::Knock),
    /// Over TCP: the kernel has connected it already.
    Tcp {
        /// Which client.
        client: u32,
        /// Which connection of the run.
        conn: u32,
        /// The connection.
        stream: TcpStream,
    },
}

/// Where clients knock.
#[derive(Debug)]
pub enum Knocks {
    /// At the link.
    Link(UnboundedReceiver<link::Knock>),
    /// At the listeners that [`listen`] opens.
    Tcp(UnboundedReceiver<Knock>),
}

impl Knocks {
    /// Waits for the next; none if there will be no more. Cancel-safe.
    pub(super) async fn recv(&mut self) -> Option<Knock> {
        match self {
            Self::Link(knocks) => knocks.recv().await.map(Knock::Link),
            Self::Tcp(knocks) => knocks.recv().await,
        }
    }
}

impl Knock {
    /// Which client knocks.
    #[must_use]
    pub fn client(&self) -> u32 {
        match self {
            Self::Link(knock) => knock.client,
            Self::Tcp { client, .. } => *client,
        }
    }

    /// Which connection of the run it is.
    #[must_use]
    pub fn conn(&self) -> u32 {
        match self {
            Self::Link(knock) => knock.conn,
            Self::Tcp { conn, .. } => *conn,
        }
    }

    /// Takes the connection.
    #[must_use]
    pub fn accept(self) -> Io {
        match self {
            Self::Link(knock) => Io::Link(knock.accept()),
            Self::Tcp { stream, .. } => Io::Tcp(stream),
        }
    }

    /// Refuses it. On TCP it is reset at once: a refusal by the kernel leaves nothing to count.
    pub fn refuse(self) {
        match self {
            Self::Link(knock) => knock.refuse(),
            Self::Tcp { stream, .. } => Io::Tcp(stream).reset(),
        }
    }
}

/// How long a listener that cannot accept (the process has no file descriptor left) waits before it tries again, in milliseconds.
const PAUSE: u64 = 10;

/// Takes a port of the loopback address; 0 takes any that is free. Only programs of this machine can reach it: what listens here plays
/// scripts to whoever connects, and nobody else's network is to be trusted with that.
///
/// # Errors
/// The port is taken or not to be had.
pub fn bind(port: u16) -> io::Result<std::net::TcpListener> {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

/// Listens on one loopback address for each client, in tasks that end when the receiver is dropped. Notes every attempt.
///
/// # Errors
/// The system has no port left.
///
/// # Panics
/// Outside of a tokio runtime.
pub fn listen(clients: u32, recorder: &Recorder, clock: &Clock) -> io::Result<(Vec<SocketAddr>, Knocks)> {
    let (knock, knocks) = mpsc::unbounded_channel();
    let knocks = Knocks::Tcp(knocks);
    let conns = Arc::new(AtomicU32::new(0));
    let mut addresses = Vec::new();
    for client in 0..clients {
        let door = Door::of(bind(0)?)?;
        addresses.push(door.listener.local_addr()?);
        let usher = Usher { client, conns: Arc::clone(&conns), recorder: recorder.clone(), clock: clock.clone() };
        let knock = knock.clone();
        tokio::spawn(async move { usher.admit(&door, None, &knock).await });
    }
    Ok((addresses, knocks))
}

/// A listener, while tokio runs it.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
}

impl Door {
    /// The door of a port.
    ///
    /// # Errors
    /// The system refuses to have it watched.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn of(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self { listener: TcpListener::from_std(listener)? })
    }

    /// Waits for the next connection. Cancel-safe.
    pub async fn next(&self) -> TcpStream {
        loop {
            // An error is the process's or that of one connection, never the listener's.
            match self.listener.accept().await {
                Ok((stream, _)) => return stream,
                Err(_) => tokio::time::sleep(Duration::from_millis(PAUSE)).await,
            }
        }
    }
}

/// Who lets the connections of one client in.
#[derive(Debug)]
pub struct Usher {
    client: u32,
    /// The number of the latest connection of the run.
    conns: Arc<AtomicU32>,
    recorder: Recorder,
    clock: Clock,
}

impl Usher {
    /// The usher of the only client of a run.
    #[must_use]
    pub fn of_one(recorder: Recorder, clock: Clock) -> Self {
        Self { client: 0, conns: Arc::default(), recorder, clock }
    }

    /// Lets connections in, beginning with one that has come already, until nobody takes their knocks any more. Notes each of them.
    pub async fn admit(&self, door: &Door, first: Option<TcpStream>, knock: &UnboundedSender<Knock>) {
        let mut next = first;
        loop {
            let stream = match next.take() {
                Some(first) => first,
                None => tokio::select! {
                    biased;
                    () = knock.closed() => return,
                    stream = door.next() => stream,
                },
            };
            // A small message must not wait for the acknowledgement of the one before it.
            let _ = stream.set_nodelay(true);
            let (at, conn) = (self.clock.now(), self.conns.fetch_add(1, Ordering::Relaxed) + 1);
            self.recorder.note(at, self.client, Some(conn), What::Client(ClientAct::Attempt));
            if knock.send(Knock::Tcp { client: self.client, conn, stream }).is_err() {
                return;
            }
        }
    }
}
