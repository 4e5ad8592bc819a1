//! The solutions and mistakes of `know-when-to-stop`, in one program: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/know-when-to-stop.rs"));
