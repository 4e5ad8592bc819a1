//! The solutions and mistakes of `typed-messages`, in one program: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/typed-messages.rs"));
