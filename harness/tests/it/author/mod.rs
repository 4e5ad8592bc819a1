//! What a teacher does: a new challenge, and the way from an idea to one that is proven.

mod making;
mod tutorial;
mod workspace;
