use super::story::{cases, refused, reset, told, trace, up, values, verdict};
use crate::{
    scenario::{Content, Expect, Json},
    time::Millis,
};

fn json(members: &[(&str, &str)]) -> Content {
    let member = |(key, text): &(&str, &str)| ((*key).into(), Json::Text((*text).into()));
    Content::Json(Json::Object(members.iter().map(member).collect()))
}

/// A trace of a client that sends these texts, 100 ms apart.
fn sends(texts: &[&str]) -> crate::trace::Trace {
    let line = |(text, n): (&&str, Millis)| format!("{} c0 #1 client text {text:?}\n", 100 + 100 * n);
    trace(&(up(1, 0) + &texts.iter().zip(0..).map(line).collect::<String>()), 9_000)
}

#[test]
fn received_without_ids() {
    let expect = Expect::Received {
        matching: None,
        exactly: vec!["a".into(), json(&[("b", "{word.b}")]), "{max_retries}".into()],
        unique_by: None,
        connection: None,
    };
    let b = format!(r#"{{"more":1,"b":"{}"}}"#, values().words.word("b"));
    cases(
        &expect,
        &[
            ("pass", sends(&["a", &b, "5"])),
            ("missing", sends(&[])),
            ("missing", sends(&["a", &b])),
            ("missing", sends(&["a", "5"])),
            ("repeated", sends(&["a", "a", &b, "5"])),
            ("repeated", sends(&["a", &b, "5", "a"])),
            ("other-order", sends(&["a", "5", &b])),
            ("unexpected", sends(&["a", r#"{"b":"other"}"#, &b, "5"])),
            ("unexpected", sends(&["a", &b, "5", "c"])),
        ],
    );
    insta::assert_snapshot!(told(&expect, &sends(&["a", "5"])));
}

#[test]
fn received_on_one_connection() {
    let exactly = |texts: &[&str]| texts.iter().map(|text| Content::from(*text)).collect();
    let of = |texts: &[&str]| Expect::Received {
        matching: None,
        exactly: exactly(texts),
        unique_by: None,
        connection: Some(2),
    };
    // The second attempt is refused: the second connection that the server accepts is that of the third.
    let story = |texts: &[&str]| {
        let line = |(text, n): (&&str, Millis)| format!("{} c0 #3 client text {text:?}\n", 4_000 + n);
        let sent: String = texts.iter().zip(0..).map(line).collect();
        let before = up(1, 0) + "100 c0 #1 client text \"a\"\n" + &reset(1, 2_000) + &refused(2, 2_500);
        trace(&(before + &up(3, 3_000) + &sent), 9_000)
    };
    cases(
        &of(&["a", "b", "c"]),
        &[
            ("pass", story(&["a", "b", "c"])),
            ("missing", story(&[])),
            ("missing", story(&["b", "c"])),
            ("repeated", story(&["a", "a", "b", "c"])),
            ("other-order", story(&["c", "b", "a"])),
            ("unexpected", story(&["a", "x"])),
            ("not-begun", trace(&up(1, 0), 9_000)),
        ],
    );
    assert_eq!((verdict(&of(&[]), &story(&[])), verdict(&of(&[]), &story(&["a"]))), ("pass", "unexpected"));
    assert_eq!(verdict(&of(&[]), &trace(&up(1, 0), 9_000)), "not-begun");
}

#[test]
fn received_again_under_the_same_id() {
    let said = |text| json(&[("text", text)]);
    let expect = Expect::Received {
        matching: Some(json(&[("type", "say")])),
        exactly: vec![said("one"), said("two")],
        unique_by: Some(vec!["data".into(), "id".into()]),
        connection: None,
    };
    let say = |id: &str, text: &str| format!(r#"{{"type":"say","text":"{text}","data":{{"id":{id}}}}}"#);
    let says = |all: &[(&str, &str)]| {
        let texts: Vec<_> = all.iter().map(|(id, text)| say(id, text)).collect();
        sends(&[&["other"], texts.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat())
    };
    cases(
        &expect,
        &[
            ("pass", says(&[("1", "one"), ("2", "two")])),
            ("pass", says(&[("\"x\"", "one"), ("\"x\"", "one"), ("2", "two"), ("\"x\"", "one")])),
            ("missing", says(&[("1", "one"), ("1", "one")])),
            ("changed-id", says(&[("1", "one"), ("2", "one"), ("3", "two")])),
            ("reused-id", says(&[("1", "one"), ("1", "two")])),
            ("no-id", says(&[("null", "one"), ("2", "two")])),
            ("other-order", says(&[("1", "two"), ("2", "one")])),
            ("missing", says(&[("1", "two")])),
            ("unexpected", says(&[("1", "one"), ("2", "three"), ("3", "two")])),
        ],
    );
    insta::assert_snapshot!(told(&expect, &says(&[("1", "one"), ("2", "one")])));
}

#[test]
fn no_message_at_all() {
    let expect = Expect::Received { matching: Some("a".into()), exactly: vec![], unique_by: None, connection: None };
    assert_eq!(verdict(&expect, &sends(&["b"])), "pass");
    assert_eq!(verdict(&expect, &sends(&["b", "a"])), "unexpected");
}

#[test]
fn scripted() {
    let script = |second: &str| {
        let first = up(1, 0) + "60 c0 #1 server met \"message\"\n900 c0 #1 server reset\n";
        let refused = "950 c0 #2 client attempt\n960 c0 #2 server refuse\n";
        trace(&(first + refused + &up(3, 1_000) + second), 9_000)
    };
    let on = |connections: Option<&[u32]>| Expect::Scripted { connections: connections.map(<[u32]>::to_vec) };
    let met = "1100 c0 #3 server met \"ping\"\n";
    let instead = "1050 c0 #3 client text \"early\"\n1100 c0 #3 server met \"message\"\n1150 c0 #3 client text \"a\"\n\
                   1170 c0 #3 client text \"b\"\n1995 c0 #3 client text \"too late\"\n2000 c0 #3 server missed \"message \\\"c\\\"\"\n";
    cases(
        &on(None),
        &[
            ("pass", script(met)),
            ("pass", script("")),
            ("missed", script("9000 c0 #3 server missed \"ping\"\n")),
            ("missed", script(instead)),
            ("not-begun", trace(&up(1, 0), 9_000)),
            ("not-begun", trace("", 9_000)),
        ],
    );
    cases(
        &on(Some(&[2])),
        &[
            ("pass", script(met)),
            ("missed", script(instead)),
            ("not-begun", script("")),
            ("not-begun", trace(&(up(1, 0) + met), 9_000)),
        ],
    );
    assert_eq!(verdict(&on(Some(&[1])), &script(instead)), "pass");
    insta::assert_snapshot!(told(&on(Some(&[1, 2])), &script(instead)));
    insta::assert_snapshot!(told(&on(None), &script("9000 c0 #3 server missed \"ping\"\n")));
}
