//! The solutions and mistakes of `reconnect-backoff`, in one program: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/reconnect-backoff.rs"));
