//! The kit that every student's client stands on.

mod contract;
#[doc(hidden)]
pub mod link;
mod lockstep;
mod net;
pub mod sse;
mod start;
mod ui;
mod user;
mod world;

pub use bytes::Bytes;
pub use http;
pub use net::{ConnectError, Net, Request, Response, Socket, Stream};
pub use rand;
pub use start::start;
pub use ui::{Reason, Status, Ui};
pub use user::{Action, User};

/// Any error: what `?` turns every error into.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What `run` returns, and what most calls of the kit return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Makes the `main` function of a client from its `run`.
///
/// ```no_run
/// # mod reconnect_backoff {
/// #     pub async fn run(_: starter::Net, _: starter::Ui, _: starter::User) -> starter::Result<()> { Ok(()) }
/// # }
/// starter::main!(reconnect_backoff::run);
/// ```
#[macro_export]
macro_rules! main {
    ($run:path) => {
        fn main() -> ::std::process::ExitCode {
            $crate::start($run)
        }
    };
}
