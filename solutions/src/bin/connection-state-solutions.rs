//! The solutions and mistakes of `connection-state`, in one program: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/connection-state.rs"));
