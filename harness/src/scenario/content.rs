//! What a text message says: a text, or JSON that is written as a table of the spec.

use std::fmt;

use serde_json::{Number, Value};

use super::{Template, Values};

/// What a text message says, or what is looked for in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Exactly this text.
    Text(Template),
    /// Sent: this JSON, without spaces and in the order of the file. Looked for: an object with at least these members.
    Json(Json),
}

/// JSON whose texts may have holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(Number),
    /// A text; one that is nothing but a hole is what is filled in, whatever its type.
    Text(Template),
    /// A list.
    List(Vec<Json>),
    /// An object, its members in the order of the file. A key is a text, whatever is filled in.
    Object(Vec<(Template, Json)>),
}

impl Content {
    /// The same, with other texts.
    #[must_use]
    pub fn map(&self, text: &dyn Fn(&Template) -> Template) -> Self {
        match self {
            Self::Text(template) => Self::Text(text(template)),
            Self::Json(json) => Self::Json(json.map(text)),
        }
    }

    /// With the words and values of a run.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Self {
        self.map(&|text| text.filled(values))
    }

    /// The text that is sent.
    #[must_use]
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// Whether a message of this text is what is looked for.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => wanted.to_string() == text,
            Self::Json(wanted) => serde_json::from_str(text).is_ok_and(|value| wanted.is_in(&value)),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Json> for Content {
    fn from(json: Json) -> Self {
        Self::Json(json)
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text}"),
            Self::Json(json) => write!(f, "{json}"),
        }
    }
}

impl Json {
    /// The same, with other texts.
    #[must_use]
    pub fn map(&self, text: &dyn Fn(&Template) -> Template) -> Self {
        match self {
            Self::Text(template) => Self::Text(text(template)),
            Self::List(items) => Self::List(items.iter().map(|item| item.map(text)).collect()),
            Self::Object(members) => {
                Self::Object(members.iter().map(|(key, member)| (text(key), member.map(text))).collect())
            }
            Self::Flag(_) | Self::Number(_) => self.clone(),
        }
    }

    /// The value that it is.
    #[must_use]
    pub fn value(&self) -> Value {
        match self {
            Self::Flag(flag) => (*flag).into(),
            Self::Number(number) => number.clone().into(),
            Self::Text(text) => text.json(),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Object(members) => members.iter().map(|(key, member)| (key.to_string(), member.value())).collect(),
        }
    }

    /// Whether a text is this very value, however it is spelt.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        serde_json::from_str::<Value>(text).is_ok_and(|value| value == self.value())
    }

    /// Whether `value` holds at least this: an object more members, a list as many items, a number the same amount.
    #[must_use]
    pub fn is_in(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Object(members), Value::Object(found)) => {
                members.iter().all(|(key, member)| found.get(&key.to_string()).is_some_and(|found| member.is_in(found)))
            }
            (Self::List(items), Value::Array(found)) => {
                items.len() == found.len() && items.iter().zip(found).all(|(item, found)| item.is_in(found))
            }
            (wanted, found) => match (wanted.value(), found) {
                (Value::Number(one), Value::Number(other)) => same_number(&one, other),
                (wanted, found) => wanted == *found,
            },
        }
    }
}

/// Programs write a whole number with or without a fraction (RFC 8259 section 6 tells no kinds of numbers apart).
fn same_number(one: &Number, other: &Number) -> bool {
    one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
}

/// Exactly this value.
impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::Text(value.into())
    }
}

/// Without spaces; members in the order of the file.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(items) => {
                f.write_str("[")?;
                separated(f, items, |f, item| write!(f, "{item}"))?;
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                separated(f, members, |f, (key, member)| write!(f, "{}:{member}", Value::from(key.to_string())))?;
                f.write_str("}")
            }
            other => write!(f, "{}", other.value()),
        }
    }
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            f.write_str(",")?;
        }
        write(f, item)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(members: &[(&str, Json)]) -> Json {
        Json::Object(members.iter().map(|(key, member)| ((*key).into(), member.clone())).collect())
    }

    fn say() -> Json {
        let data = object(&[("text", Json::Text("{n}!".into())), ("list", Json::List(vec![Json::Flag(true)]))]);
        object(&[("type", Json::Text("say".into())), ("id", Json::Text("{n}".into())), ("data", data)])
    }

    #[test]
    fn it_is_sent_in_the_order_of_the_file_and_without_spaces() {
        let sent = Content::Json(say()).map(&|text| text.numbered(7)).text();
        assert_eq!(sent, r#"{"type":"say","id":7,"data":{"text":"7!","list":[true]}}"#);
        assert_eq!(Content::Json(object(&[("a\"", Json::Text("\n".into()))])).text(), r#"{"a\"":"\n"}"#);
    }

    #[test]
    fn keys_have_holes_too_and_are_always_texts() {
        let counted = object(&[("{n}", Json::Flag(true)), ("{{n}", Json::Flag(false))]).map(&|text| text.numbered(7));
        assert_eq!(counted.value(), json!({ "7": true, "{n}": false }));
        assert_eq!(counted.to_string(), r#"{"7":true,"{n}":false}"#);
        assert!(counted.is_in(&json!({ "7": true, "{n}": false, "8": true })));
        assert!(!counted.is_in(&json!({ "n": true, "{n}": false })));
    }

    #[test]
    fn it_is_found_in_whatever_holds_at_least_its_members() {
        let wanted = Content::Json(say().map(&|text| text.numbered(7)));
        let found = json!({ "v": 1, "id": 7.0, "type": "say", "data": { "list": [true], "text": "7!", "more": 1 } });
        assert!(wanted.is(&found.to_string()));
        for (member, other) in [("type", json!("said")), ("id", json!("7")), ("data", json!({ "text": "7!" }))] {
            let mut wrong = found.clone();
            wrong[member] = other;
            assert!(!wanted.is(&wrong.to_string()), "{wrong}");
            wrong.as_object_mut().unwrap().remove(member);
            assert!(!wanted.is(&wrong.to_string()), "{wrong}");
        }
        for text in ["", "{", "[]", "7", "null"] {
            assert!(!wanted.is(text), "{text}");
        }
    }

    #[test]
    fn it_is_a_value_however_that_is_spelt() {
        let wanted = object(&[("a", Json::Flag(true)), ("b", Json::Text("x".into()))]);
        assert!(wanted.is(r#" { "b": "x", "a": true } "#));
        for other in [r#"{"a":true}"#, r#"{"a":true,"b":"x","c":1}"#, r#"{"a":1,"b":"x"}"#, "no JSON"] {
            assert!(!wanted.is(other), "{other}");
        }
    }

    #[test]
    fn lists_are_as_long_as_they_are_written() {
        let wanted = Json::List(vec![object(&[("a", Json::Flag(true))])]);
        assert!(wanted.is_in(&json!([{ "a": true, "b": 1 }])));
        assert!(!wanted.is_in(&json!([{ "a": true }, 1])) && !wanted.is_in(&json!([])));
    }

    #[test]
    fn a_text_is_only_itself() {
        let wanted = Content::from("{\"a\":1}");
        assert!(wanted.is("{\"a\":1}") && !wanted.is("{\"a\": 1}"));
    }
}
