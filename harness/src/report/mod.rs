//! What people and programs read: pure functions from the record to text.
//!
//! Nothing here prints or decides anything: colours, characters and width come in as a [`Style`], and what is said is in the
//! [`Verdict`](crate::verdict::Verdict) and its [`Trace`](crate::trace::Trace)s.

mod broken;
mod failure;
mod json;
mod list;
mod matrix;
mod sheet;
mod soak;
mod style;
mod summary;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod timeline;

pub use json::{json, schema};
pub use list::{Chapter, Listed, list};
pub use matrix::matrix;
pub use soak::soak;
pub use style::Style;
pub use terminal::terminal;
