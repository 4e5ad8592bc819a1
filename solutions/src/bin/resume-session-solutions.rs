//! The solutions and mistakes of `resume-session`, in one program: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/resume-session.rs"));
