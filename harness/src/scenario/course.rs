//! The order of the challenges.

use std::collections::BTreeMap;

/// The challenges as a course: in chapters, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
    /// By challenge, those earlier in the course that should be done before it.
    pub requires: BTreeMap<String, Vec<String>>,
}

/// Challenges that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its name.
    pub title: String,
    /// The slugs of its challenges, in order.
    pub challenges: Vec<String>,
}
