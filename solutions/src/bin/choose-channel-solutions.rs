//! The solutions and mistakes of `choose-channel`, in one program: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/choose-channel.rs"));
