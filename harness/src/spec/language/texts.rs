//! What messages say.

use crate::spec::grammar::{Key, Shape, Table};

static JSON: Table = Table {
    name: "json-message",
    noun: "the message",
    about: "A message in JSON. What is sent has exactly these members; what is looked for has at least these.",
    keys: &[Key::new(
        "json",
        Shape::Map(&Shape::Free),
        "Its members. A text that is nothing but a hole, such as \"{n}\", is what is filled in, whatever its type.",
    )],
};

/// What a text message says.
pub(super) const SAID: Shape = Shape::OneOf(&[Shape::Payload, Shape::Table(&JSON)]);

/// What a text message says, or `true` for whatever it says.
pub(super) const SAID_OR_ANY: Shape = Shape::OneOf(&[Shape::Payload, Shape::Table(&JSON), Shape::Any]);
