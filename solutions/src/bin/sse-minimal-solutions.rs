//! The solutions and mistakes of `sse-minimal`, in one program: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/sse-minimal.rs"));
