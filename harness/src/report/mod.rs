//! What people and programs read: pure functions from the record to text.
//!
//! Nothing here prints or decides anything: colours, characters and width come in as a [`Style`], and what is said is in the
//! [`Verdict`](crate::verdict::Verdict) and its [`Trace`](crate::trace::Trace)s.

mod advice;
mod broken;
pub mod class;
mod comparison;
mod created;
mod doctor;
pub mod export;
mod failure;
mod hint;
mod html;
mod json;
mod lesson;
mod list;
mod live;
mod matrix;
mod playbill;
mod reset;
mod screen;
mod sheet;
mod soak;
mod style;
mod summary;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod timeline;
mod trial;

pub use comparison::{Comparison, Design, Pair, comparison, designs_of};
pub use created::{Created, created};
pub use doctor::{Examination, Finding, Health, doctor, doctor_schema};
pub use hint::{Ladder, hint, nothing_to_hint};
pub use html::html;
pub use json::{json, schema, verification_schema};
pub use lesson::{Lesson, Section, code_in, find_section, lesson, sections};
pub use list::{About, Best, Chapter, List, Listed, State, list, list_schema};
pub use live::Live;
pub use matrix::matrix;
pub use playbill::{Playbill, finale, playbill};
pub use reset::{Reset, reset};
pub use screen::{Chooser, Place, Screen, Tone, bar, chooser, keys, keys_line, most_scroll, page_rows, prose, screen};
pub use soak::soak;
pub use style::Style;
pub use terminal::{findings, outcome, terminal};
pub use text::char_width;
pub use trial::trial;
