//! What both sides do on the wire, as symbols.

use crate::trace::{ClientAct, Message, ServerAct};

/// The symbol of an act of the server; none for what other lanes show.
pub(super) fn of_server(act: &ServerAct) -> Option<&'static str> {
    Some(match act {
        ServerAct::Accept => "accept",
        ServerAct::Refuse => "refuse",
        ServerAct::Answer { .. } | ServerAct::Stream => "answer",
        ServerAct::Message(Message::Close { .. }) | ServerAct::Fin => "close",
        ServerAct::Message(Message::Ping(_) | Message::Pong(_)) | ServerAct::Expected { met: true, .. } => return None,
        ServerAct::Message(_) | ServerAct::Event(_) | ServerAct::Bytes(_) => "message",
        ServerAct::Stall | ServerAct::StopReading | ServerAct::Resume | ServerAct::HalfClose => "pause",
        ServerAct::Reset => "reset",
        ServerAct::Expected { met: false, .. } => "unmet",
    })
}

/// The symbol of an act of the client; none for what other lanes show.
pub(super) fn of_client(act: &ClientAct) -> Option<&'static str> {
    Some(match act {
        ClientAct::Attempt | ClientAct::Message(Message::Ping(_) | Message::Pong(_)) => return None,
        ClientAct::Request { .. } => "request",
        ClientAct::Message(Message::Close { .. }) => "close",
        ClientAct::Message(_) => "message",
        ClientAct::HalfClose => "pause",
        ClientAct::Drop => "drop",
        ClientAct::Reset => "reset",
    })
}
