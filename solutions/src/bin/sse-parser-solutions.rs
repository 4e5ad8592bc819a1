//! The solutions and mistakes of `sse-parser`, in one program: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/sse-parser.rs"));
