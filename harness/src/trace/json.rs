//! What a client shows: JSON texts, compared as values.

use serde_json::Value;

/// Whether two texts are the same JSON value, whatever their spaces and the order of their keys. Texts that are no JSON are compared as
/// they stand.
#[must_use]
pub fn is_same_json(one: &str, other: &str) -> bool {
    let value = |text| serde_json::from_str::<Value>(text).ok();
    match (value(one), value(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_and_not_their_spelling() {
        assert!(is_same_json(r#"{"a":1,"b":[true]}"#, r#" { "b": [true], "a": 1 } "#));
        assert!(!is_same_json(r#"{"a":1}"#, r#"{"a":1,"b":2}"#));
        assert!(!is_same_json("1", r#""1""#));
        assert!(is_same_json("no json", "no json") && !is_same_json("no json", "1"));
    }
}
