//! Frames, and the bytes they travel as.

use std::{fmt, io::Read};

use super::MOST_BODY;

/// The length of a frame's head, in bytes: length of the body (4), kind (1), id (4), time (8); numbers are little-endian.
pub const HEAD: usize = 17;

/// What a frame is about. The numbers are those on the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Client: the first frame; its id is the version that the client speaks, its body names the kit.
    Hello = 1,
    /// Harness: the answer, with all that the client is told; its id is the version.
    Start = 2,
    /// Client: starts to connect; the body is the client's number.
    Open = 3,
    /// Harness: the connection is made.
    Accept = 4,
    /// Harness: the connection is refused.
    Refuse = 5,
    /// Both: bytes.
    Data = 6,
    /// Both: no more bytes follow in this direction.
    Fin = 7,
    /// Both: the connection is broken off.
    Reset = 8,
    /// Both: this end neither reads nor writes any more.
    Drop = 9,
    /// Both: so many bytes have been read, so that as many more may be sent.
    Credit = 10,
    /// Client: a status is shown.
    Status = 11,
    /// Client: a message is shown.
    Show = 12,
    /// Client: one copy of the client has returned.
    Returned = 13,
    /// Client: it panicked; nothing follows.
    Panic = 14,
    /// Client: the kit saw a rule broken; nothing follows.
    Violation = 15,
    /// Harness: the user acts.
    User = 16,
    /// Client: nothing is left to do before its horizon; the harness's turn.
    Idle = 17,
    /// Harness: the client may run up to this time; the client's turn.
    Next = 18,
    /// Harness: the run is over.
    End = 19,
}

impl Kind {
    const ALL: [Self; 19] = [
        Self::Hello,
        Self::Start,
        Self::Open,
        Self::Accept,
        Self::Refuse,
        Self::Data,
        Self::Fin,
        Self::Reset,
        Self::Drop,
        Self::Credit,
        Self::Status,
        Self::Show,
        Self::Returned,
        Self::Panic,
        Self::Violation,
        Self::User,
        Self::Idle,
        Self::Next,
        Self::End,
    ];

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The length of the body, where all frames of this kind have the same.
    fn length(self) -> Option<usize> {
        match self {
            Self::Open | Self::Credit => Some(4),
            Self::Accept | Self::Refuse | Self::Fin | Self::Reset | Self::Drop => Some(0),
            Self::Idle | Self::Next | Self::End => Some(0),
            _ => None,
        }
    }

    /// Whether a frame of this kind belongs to the turns of the link rather than to simulated time: it takes effect when it is read.
    #[must_use]
    pub fn is_turn(self) -> bool {
        matches!(self, Self::Hello | Self::Start | Self::Idle | Self::Next | Self::End)
    }
}

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// What it is about.
    pub kind: Kind,
    /// Which connection (from 1) or client (from 0), where there is one.
    pub id: u32,
    /// When it was written, in milliseconds of the sender's simulated time.
    pub at: u64,
    /// The rest.
    pub body: &'a [u8],
}

impl Frame<'_> {
    /// Appends the frame's bytes.
    ///
    /// # Panics
    /// If the body is longer than [`MOST_BODY`].
    pub fn put(&self, out: &mut Vec<u8>) {
        assert!(self.body.len() <= MOST_BODY, "a frame's body holds at most {MOST_BODY} bytes");
        let length = u32::try_from(self.body.len()).expect("MOST_BODY is far below 4 GiB");
        let mut head = [0; HEAD];
        head[..4].copy_from_slice(&length.to_le_bytes());
        head[4] = self.kind as u8;
        head[5..9].copy_from_slice(&self.id.to_le_bytes());
        head[9..].copy_from_slice(&self.at.to_le_bytes());
        out.extend_from_slice(&head);
        out.extend_from_slice(self.body);
    }
}

/// What of a frame is known without its body.
#[derive(Clone, Copy)]
struct Head {
    length: usize,
    kind: u8,
    id: u32,
    at: u64,
}

/// Bytes that are not a frame of this protocol; says what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

/// What has been read from the link: frames are first looked at, when they arrive, and later taken, when their time has come. They
/// stay in the bytes they came in, so that a frame costs no allocation.
pub struct Inbox {
    bytes: Vec<u8>,
    /// Frames before this are done with.
    taken: usize,
    /// Frames before this have been looked at.
    scanned: usize,
    /// Where the frame begins that was looked at last.
    last: usize,
    chunk: Box<[u8]>,
}

impl Default for Inbox {
    fn default() -> Self {
        Self { bytes: Vec::new(), taken: 0, scanned: 0, last: 0, chunk: vec![0; 64 * 1024].into() }
    }
}

impl Inbox {
    /// Reads once; returns how many bytes came, 0 at the end.
    ///
    /// # Errors
    /// The reader's.
    pub fn fill(&mut self, from: &mut impl Read) -> std::io::Result<usize> {
        let length = from.read(&mut self.chunk)?;
        if self.taken == self.bytes.len() {
            self.bytes.clear();
            (self.taken, self.scanned, self.last) = (0, 0, 0);
        } else if self.taken > self.chunk.len() && self.taken > self.bytes.len() / 2 {
            self.bytes.drain(..self.taken);
            self.scanned -= self.taken;
            self.last = self.last.saturating_sub(self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(&self.chunk[..length]);
        Ok(length)
    }

    /// How many bytes wait to be taken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.taken
    }

    /// The next frame that has not been looked at; `None` if it is not complete.
    ///
    /// # Errors
    /// If its kind is unknown, or its body too long or not of the length that its kind has.
    pub fn scan(&mut self) -> Result<Option<Frame<'_>>, Malformed> {
        let Some(head) = self.head(self.scanned) else { return Ok(None) };
        let Some(kind) = Kind::from_number(head.kind) else {
            return Err(Malformed(format!("a frame of the unknown kind {}", head.kind)));
        };
        if head.length > MOST_BODY {
            return Err(Malformed(format!(
                "a frame of {} bytes, of which at most {MOST_BODY} are allowed",
                head.length
            )));
        }
        if kind.length().is_some_and(|length| length != head.length) {
            return Err(Malformed(format!("a frame of kind {} with a body of {} bytes", head.kind, head.length)));
        }
        let body = self.scanned + HEAD;
        if self.bytes.len() < body + head.length {
            return Ok(None);
        }
        self.last = self.scanned;
        self.scanned = body + head.length;
        Ok(Some(Frame { kind, id: head.id, at: head.at, body: &self.bytes[body..self.scanned] }))
    }

    /// Throws away the frame that was looked at last, and whatever came after it.
    pub fn reject(&mut self) {
        self.bytes.truncate(self.last);
        self.scanned = self.last;
        self.taken = self.taken.min(self.last);
    }

    /// The stamp of the oldest frame that has been looked at and not taken. Frames that belong to the turns are passed over.
    pub fn next_stamp(&mut self) -> Option<u64> {
        while self.taken < self.scanned {
            let head = self.head(self.taken)?;
            if !Kind::from_number(head.kind)?.is_turn() {
                return Some(head.at);
            }
            self.taken += HEAD + head.length;
        }
        None
    }

    /// Takes the frame whose stamp [`next_stamp`](Self::next_stamp) tells.
    pub fn take(&mut self) -> Option<Frame<'_>> {
        let at = self.next_stamp()?;
        let head = self.head(self.taken)?;
        let kind = Kind::from_number(head.kind)?;
        let body = self.taken + HEAD;
        self.taken = body + head.length;
        Some(Frame { kind, id: head.id, at, body: &self.bytes[body..self.taken] })
    }

    fn head(&self, from: usize) -> Option<Head> {
        let head: &[u8; HEAD] = self.bytes.get(from..from + HEAD)?.try_into().ok()?;
        let [l0, l1, l2, l3, kind, i0, i1, i2, i3, at @ ..] = *head;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        Some(Head { length, kind, id: u32::from_le_bytes([i0, i1, i2, i3]), at: u64::from_le_bytes(at) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames() -> Vec<(Kind, u32, u64, Vec<u8>)> {
        vec![
            (Kind::Hello, 1, 0, b"kit".to_vec()),
            (Kind::Open, 7, 12, vec![0; 4]),
            (Kind::Idle, 0, 12, vec![]),
            (Kind::Data, 7, u64::MAX, vec![b'x'; 70_000]),
            (Kind::End, 0, 0, vec![]),
        ]
    }

    fn bytes() -> Vec<u8> {
        let mut out = Vec::new();
        for (kind, id, at, body) in frames() {
            Frame { kind, id, at, body: &body }.put(&mut out);
        }
        out
    }

    #[test]
    fn the_head_is_as_the_protocol_says() {
        let mut out = Vec::new();
        Frame { kind: Kind::Data, id: 0x0403_0201, at: 0x0807, body: b"hi" }.put(&mut out);
        assert_eq!(out, [2, 0, 0, 0, 6, 1, 2, 3, 4, 7, 8, 0, 0, 0, 0, 0, 0, b'h', b'i']);
    }

    #[test]
    fn kinds_have_the_numbers_of_their_places() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place + 1);
        }
    }

    #[test]
    fn frames_survive_any_way_of_arriving() {
        for step in [1, 2, 16, 17, 18, 1_000, 100_000] {
            let (mut inbox, mut seen) = (Inbox::default(), Vec::new());
            for piece in bytes().chunks(step) {
                let mut piece = piece;
                while !piece.is_empty() {
                    inbox.fill(&mut piece).unwrap();
                }
                while let Some(frame) = inbox.scan().unwrap() {
                    seen.push((frame.kind, frame.id, frame.at, frame.body.to_vec()));
                }
            }
            assert_eq!(seen, frames(), "in pieces of {step}");
        }
    }

    #[test]
    fn taking_passes_over_turns_and_frees_what_was_taken() {
        let mut inbox = Inbox::default();
        for _ in 0..10 {
            let all = bytes();
            let mut rest = all.as_slice();
            while !rest.is_empty() {
                inbox.fill(&mut rest).unwrap();
            }
            assert_eq!(inbox.next_stamp(), None, "nothing has been looked at yet");
            while inbox.scan().unwrap().is_some() {}
            assert_eq!(inbox.next_stamp(), Some(12));
            assert_eq!(inbox.take().map(|frame| frame.kind), Some(Kind::Open));
            assert_eq!(inbox.take().map(|frame| frame.body.len()), Some(70_000));
            assert_eq!(inbox.take(), None);
            assert_eq!(inbox.waiting(), 0);
        }
        assert!(inbox.bytes.capacity() < 1 << 20, "{}", inbox.bytes.capacity());
    }

    #[test]
    fn a_rejected_frame_is_never_taken() {
        let (mut inbox, all) = (Inbox::default(), bytes());
        let mut rest = all.as_slice();
        inbox.fill(&mut rest).unwrap();
        while inbox.scan().unwrap().is_some_and(|frame| frame.kind != Kind::Open) {}
        inbox.reject();
        assert_eq!((inbox.next_stamp(), inbox.scan()), (None, Ok(None)));
        assert_eq!(inbox.waiting(), 0);
    }

    #[test]
    fn rubbish_is_named() {
        let read = |mut bytes: &[u8]| {
            let mut inbox = Inbox::default();
            inbox.fill(&mut bytes).unwrap();
            inbox.scan().map(|frame| frame.is_some())
        };
        assert_eq!(read(b"GET / HTTP/1.1\r\nHost: x\r\n"), Err(Malformed("a frame of the unknown kind 47".into())));
        assert_eq!(read(&[0; 17]), Err(Malformed("a frame of the unknown kind 0".into())));
        let mut long = [0; 17];
        long[..5].copy_from_slice(&[1, 0, 16, 0, 6]);
        let error = "a frame of 1048577 bytes, of which at most 1048576 are allowed";
        assert_eq!(read(&long), Err(Malformed(error.into())));
        let mut drop_with_body = [0; 18];
        drop_with_body[..5].copy_from_slice(&[1, 0, 0, 0, 9]);
        assert_eq!(read(&drop_with_body), Err(Malformed("a frame of kind 9 with a body of 1 bytes".into())));
        assert_eq!(read(&[0; 16]), Ok(false));
    }
}
