//! What the harness is told of a panic.

use std::{backtrace::Backtrace, panic::PanicHookInfo, process};

use crate::link::{Kind, Wire};

/// Where the code of libraries is: the standard library's, as it is built and as it is installed, and that of crates.
const LIBRARIES: [&str; 3] = ["/rustc/", "/rustlib/src/", "/registry/src/"];

/// How the standard library's function is named in which every panic ends: above it stands the hook, below it what panicked.
const BEGIN_UNWIND: &str = "rust_begin_unwind";

/// A panic in any task ends the process, and the harness is told of it: tokio would catch it, and all that could be seen from outside
/// would be a client that does nothing more.
pub(super) fn report_panics(wire: Wire) {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        print(panic);
        wire.last_words(Kind::Panic, &describe(panic));
        process::exit(101);
    }));
}

/// The message of a panic and its place. A place in a library, as that of `2_u32.pow(32)`, tells a student nothing: then also from where
/// it was called.
fn describe(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let owned = || payload.downcast_ref::<String>().map(String::as_str);
    let message = payload.downcast_ref::<&str>().copied().or_else(owned).unwrap_or("a panic without a text");
    match panic.location() {
        Some(place) if is_library(place.file()) => match caller(&Backtrace::force_capture().to_string()) {
            Some(caller) => format!("{message} (called from {})", portable(&caller)),
            None => format!("{message} ({place})"),
        },
        Some(place) => format!("{message} ({})", portable(&place.to_string())),
        None => message.into(),
    }
}

/// A place, written the same on every system.
fn portable(place: &str) -> String {
    if cfg!(windows) { place.replace('\\', "/") } else { place.to_owned() }
}

fn is_library(file: &str) -> bool {
    let file = file.replace('\\', "/");
    LIBRARIES.iter().any(|library| file.contains(library))
}

/// The first place outside of libraries that stands in a backtrace below the function in which every panic ends.
fn caller(backtrace: &str) -> Option<String> {
    let mut lines = backtrace.lines();
    lines.find(|line| line.ends_with(BEGIN_UNWIND))?;
    let mut places = lines.filter_map(|line| line.trim_start().strip_prefix("at "));
    let place = places.find(|place| !is_library(place))?;
    // An absolute path is shown behind the folder in which it was compiled.
    Some(place.find("//").map_or(place, |doubled| &place[doubled + 1..]).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_is_the_first_place_outside_of_libraries() {
        let hook = "   0: starter::lockstep::panics::describe\n             at ./starter/src/lockstep/panics.rs:32:5\n";
        let panicked = "   1: __rustc::rust_begin_unwind\n             at /rustc/5980/library/std/src/panicking.rs:689:5\n\
                        \x20  2: core::num::<impl u32>::pow\n             at /rustc/5980/library/core/src/num/uint_macros.rs:3526:28\n";
        let below = "   3: tokio::task\n             at /home/me/.cargo/registry/src/x/tokio-1.54.0/src/task.rs:9:1\n\
                     \x20  4: reconnect_backoff::run\n             at ./src/lib.rs:57:80\n\
                     \x20  5: reconnect_backoff::main\n             at ./src/main.rs:1:1\n";
        assert_eq!(caller(&format!("{hook}{panicked}{below}")).as_deref(), Some("./src/lib.rs:57:80"));
        let elsewhere = "   3: client::run\n             at /home/me/grader/target//home/me/client.rs:57:80\n";
        assert_eq!(caller(&format!("{hook}{panicked}{elsewhere}")).as_deref(), Some("/home/me/client.rs:57:80"));
        assert_eq!(caller(&format!("{hook}{panicked}")), None, "nothing is below");
        assert_eq!(caller(&format!("{hook}{below}")), None, "nothing has panicked");
    }

    #[test]
    fn libraries_are_known_by_where_they_are() {
        assert!(is_library("/rustc/59807616/library/core/src/num/mod.rs"));
        assert!(is_library("/home/me/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/num/mod.rs"));
        assert!(is_library(r"C:\Users\me\.cargo\registry\src\x\rand-0.10.4\src\lib.rs"));
        assert!(!is_library("challenges/reconnect-backoff/src/lib.rs"));
    }
}
