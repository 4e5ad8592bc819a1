//! What carries the link, and how a client comes to its end of it.
//!
//! Where a socket can be inherited it is one of a pair, on the client's standard input: nobody else can ever hold it, and a client needs no
//! network. Elsewhere the client connects over loopback TCP, and proves by a secret that it is the one.

#[cfg_attr(unix, path = "inherited.rs")]
#[cfg_attr(not(unix), path = "loopback.rs")]
mod carrier;
/// Tested on every system.
#[cfg(all(unix, test))]
#[expect(unreachable_pub, reason = "on other systems it is `carrier`, and reached")]
mod loopback;

pub use carrier::{End, give};
