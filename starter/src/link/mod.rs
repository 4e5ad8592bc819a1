//! x
pub const MOST_BODY: usize = 1 << 20;

pub use tokio::net::TcpStream as Conn;
