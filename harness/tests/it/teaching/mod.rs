//! What teachers do: verify a challenge, and play what they write. The real program, in small workspaces with a fault each.
#![cfg(target_os = "linux")]

mod advising;
mod trying;
pub(crate) mod workspace;
