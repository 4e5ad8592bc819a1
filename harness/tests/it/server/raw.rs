//! A client that writes its bytes by hand.

use std::fmt::Write as _;

use harness::{time::Millis, trace::Claim};

/// What comes on a connection next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Bytes(Vec<u8>),
    Fin,
    Reset,
    Refused,
}

/// What a raw client does, on either clock. Connections are named by the order in which they were made.
pub(super) trait Network {
    /// Starts to connect, as one client of a fleet.
    fn connect(&mut self, client: u32) -> usize;
    fn write(&mut self, line: usize, bytes: &[u8]);
    /// Waits for what comes next.
    fn read(&mut self, line: usize) -> Piece;
    fn half_close(&mut self, line: usize);
    fn drop(&mut self, line: usize);
    fn sleep(&mut self, span: Millis);
    /// Now, as the client sees it.
    fn now(&mut self) -> Millis;
    fn claim(&mut self, client: u32, claim: Claim);
    /// Waits until the play is over.
    fn outlast(&mut self);
    /// Waits for what the user does next.
    fn act(&mut self) -> (u32, String);
}

/// A raw client, with what it has read and not looked at.
pub(super) struct Raw<'a> {
    network: &'a mut dyn Network,
    unread: Vec<Vec<u8>>,
}

/// The request that asks for a WebSocket, with the key of RFC 6455 section 1.3.
pub(super) const UPGRADE: &str = "GET /chat HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                                  Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

impl<'a> Raw<'a> {
    pub(super) fn new(network: &'a mut dyn Network) -> Self {
        Self { network, unread: Vec::new() }
    }

    pub(super) fn connect(&mut self) -> usize {
        self.connect_as(0)
    }

    pub(super) fn connect_as(&mut self, client: u32) -> usize {
        let line = self.network.connect(client);
        assert_eq!(line, self.unread.len());
        self.unread.push(Vec::new());
        line
    }

    pub(super) fn write(&mut self, line: usize, bytes: impl AsRef<[u8]>) {
        self.network.write(line, bytes.as_ref());
    }

    /// Connects and asks for a WebSocket.
    pub(super) fn open(&mut self) -> usize {
        let line = self.connect();
        self.write(line, UPGRADE);
        self.upgraded(line);
        line
    }

    /// Reads the answer to a request for a WebSocket.
    pub(super) fn upgraded(&mut self, line: usize) {
        let head = self.head(line);
        assert!(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{head}");
        // RFC 6455 section 1.3 says what the answer to this key is.
        let fields =
            ["upgrade: websocket", "connection: upgrade", "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="];
        for field in fields {
            assert!(head.to_lowercase().contains(&format!("\r\n{field}\r\n")), "{field} in {head}");
        }
    }

    /// Reads until the end of a response's head.
    pub(super) fn head(&mut self, line: usize) -> String {
        loop {
            let unread = &mut self.unread[line];
            if let Some(end) = unread.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = unread.drain(..end + 4).collect();
                return String::from_utf8(head).expect("a head is text");
            }
            self.more(line);
        }
    }

    /// What has been read and not looked at.
    pub(super) fn unread(&self, line: usize) -> &[u8] {
        &self.unread[line]
    }

    pub(super) fn exactly(&mut self, line: usize, length: usize) -> Vec<u8> {
        while self.unread[line].len() < length {
            self.more(line);
        }
        self.unread[line].drain(..length).collect()
    }

    pub(super) fn more(&mut self, line: usize) {
        match self.network.read(line) {
            Piece::Bytes(bytes) => self.unread[line].extend(bytes),
            end => panic!("{end:?} after {:?}", String::from_utf8_lossy(&self.unread[line])),
        }
    }

    /// Reads to the end: all that came, and the end.
    pub(super) fn rest(&mut self, line: usize) -> (Vec<u8>, Piece) {
        loop {
            match self.network.read(line) {
                Piece::Bytes(bytes) => self.unread[line].extend(bytes),
                end => return (std::mem::take(&mut self.unread[line]), end),
            }
        }
    }

    /// Reads the end, before which nothing may come.
    pub(super) fn end(&mut self, line: usize) -> Piece {
        let (rest, end) = self.rest(line);
        assert_eq!(rest, b"", "before {end:?}");
        end
    }

    /// Sends a short masked frame (RFC 6455 section 5.2).
    pub(super) fn frame(&mut self, line: usize, opcode: u8, payload: impl AsRef<[u8]>) {
        self.write(line, frame(opcode, payload.as_ref()));
    }

    /// Reads a frame of the server: its first byte and its payload, as text.
    pub(super) fn frame_of(&mut self, line: usize) -> String {
        let head = self.exactly(line, 2);
        assert!(head[1] < 126, "a short frame without a mask: {head:?}");
        let payload = self.exactly(line, head[1].into());
        match (head[0], &payload[..]) {
            (0x88, [high, low, reason @ ..]) => {
                format!("close {} {}", u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(reason))
            }
            (0x88, _) => "close".into(),
            (0x81, text) => format!("text {}", String::from_utf8_lossy(text)),
            (0x82, bytes) => bytes.iter().fold("binary ".into(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }),
            (0x89, payload) => format!("ping {}", String::from_utf8_lossy(payload)),
            (0x8a, payload) => format!("pong {}", String::from_utf8_lossy(payload)),
            (other, _) => panic!("a frame that begins with {other:#x}"),
        }
    }

    /// Sends a close frame with a code.
    pub(super) fn close(&mut self, line: usize, code: u16) {
        self.frame(line, 0x8, code.to_be_bytes());
    }

    pub(super) fn half_close(&mut self, line: usize) {
        self.network.half_close(line);
    }

    pub(super) fn drop(&mut self, line: usize) {
        self.network.drop(line);
    }

    pub(super) fn sleep(&mut self, span: Millis) {
        self.network.sleep(span);
    }

    pub(super) fn now(&mut self) -> Millis {
        self.network.now()
    }

    pub(super) fn claim(&mut self, client: u32, claim: Claim) {
        self.network.claim(client, claim);
    }

    pub(super) fn outlast(&mut self) {
        self.network.outlast();
    }

    pub(super) fn act(&mut self) -> (u32, String) {
        self.network.act()
    }
}

/// A masked frame (RFC 6455 section 5.2).
pub(super) fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [7, 1, 255, 0];
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        length @ 0..126 => bytes.push(0x80 | u8::try_from(length).expect("below 126")),
        length => {
            bytes.push(0x80 | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}
