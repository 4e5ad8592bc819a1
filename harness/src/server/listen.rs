//! Where connections come from: the link, or real sockets.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
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
    time::Millis,
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

/// How long a listener that cannot accept (the process has no file descriptor left) waits before it tries again.
const PAUSE: Millis = 10;

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
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        addresses.push(listener.local_addr()?);
        let door =
            Door { client, listener, conns: Arc::clone(&conns), recorder: recorder.clone(), clock: clock.clone() };
        tokio::spawn(door.open(knock.clone()));
    }
    Ok((addresses, knocks))
}

/// The listener of one client.
struct Door {
    client: u32,
    listener: TcpListener,
    /// The number of the latest connection of the run.
    conns: Arc<AtomicU32>,
    recorder: Recorder,
    clock: Clock,
}

impl Door {
    async fn open(self, knock: UnboundedSender<Knock>) {
        loop {
            let accepted = tokio::select! {
                biased;
                () = knock.closed() => return,
                accepted = self.listener.accept() => accepted,
            };
            // An error is the process's or that of one connection, never the listener's.
            let Ok((stream, _)) = accepted else {
                self.clock.sleep(PAUSE).await;
                continue;
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
