use super::story::{cases, says, told, trace, verdict};
use crate::scenario::{Count, Expect, Field, Moment, Nth, Quantity, StatusKind};

/// A connection on which this is asked, at so many milliseconds.
fn asks(number: u32, at: u64, request: &str) -> String {
    format!(
        "{at} c0 #{number} client attempt\n{at} c0 #{number} server accept\n{at} c0 #{number} client request {request}\n\
         {at} c0 #{number} server answer 200\n{at} c0 #{number} server stream\n{} c0 #{number} server fin\n",
        at + 100
    )
}

fn request(which: Nth, fields: &[(&str, Field)]) -> Expect {
    Expect::Request {
        which,
        path: Some("/events".into()),
        method: Some("GET".into()),
        fields: fields.iter().map(|(name, field)| ((*name).to_owned(), field.clone())).collect(),
    }
}

#[test]
fn a_request_is_held_against_its_fields() {
    let fields = [
        ("accept", Field::Has("text/event-stream".into())),
        ("last-event-id", Field::Is("7".into())),
        ("cookie", Field::Absent),
    ];
    let expect = request(Nth::Number(2), &fields);
    let second = |request: &str| {
        let other = asks(2, 1_000, "GET /state");
        trace(&(asks(1, 0, "GET /events?a=1") + &other + &asks(3, 2_000, request)), 9_000)
    };
    let accept = "field accept \"*/*, Text/Event-Stream; q=0.9\"";
    cases(
        &expect,
        &[
            ("pass", second(&format!("GET /events?b=2 {accept} field last-event-id 7"))),
            ("no-request", second("GET /eventsource")),
            ("other-method", second("POST /events")),
            ("field-missing", second(&format!("GET /events {accept}"))),
            ("field-other", second(&format!("GET /events {accept} field last-event-id 8"))),
            ("field-other", second("GET /events field accept text/html field last-event-id 7")),
            ("field-unwanted", second(&format!("GET /events {accept} field cookie a field last-event-id 7"))),
        ],
    );
    insta::assert_snapshot!(told(&expect, &second(&format!("GET /events {accept} field last-event-id 8"))), @r"
    field-other
    expected: The 2nd request for `/events` has the method GET and has `text/event-stream` in `accept` and has `last-event-id: 7` and has no `cookie`.
    got:      `GET /events` at 2 s has `last-event-id: 8`.
      c0 2000..2000 Tries: field-other
    ");
}

#[test]
fn each_request_or_the_last_can_be_meant() {
    let both = |first: &str, second: &str| trace(&(asks(1, 0, first) + &asks(2, 1_000, second)), 9_000);
    let empty = [("last-event-id", Field::IsOrAbsent("".into()))];
    let with_id = "GET /events field last-event-id 7";
    assert_eq!(
        verdict(&request(Nth::Any, &empty), &both("GET /events", "GET /events field last-event-id \"\"")),
        "pass"
    );
    assert_eq!(verdict(&request(Nth::Any, &empty), &both(with_id, "GET /events")), "field-other");
    assert_eq!(verdict(&request(Nth::Last, &empty), &both(with_id, "GET /events")), "pass");
    let present = [("last-event-id", Field::Present)];
    assert_eq!(verdict(&request(Nth::Any, &present), &both(with_id, with_id)), "pass");
    assert_eq!(verdict(&request(Nth::Any, &present), &both(with_id, "GET /events")), "field-missing");
}

#[test]
fn requests_are_counted() {
    let path = Some("/events".to_owned());
    let expect = Expect::Requests { path: path.clone(), quantity: Quantity::Exactly(Count::Literal(1)) };
    let asked = |n: u32| (1..=n).map(|n| asks(n, 1_000 * u64::from(n), "GET /events")).collect::<String>();
    cases(
        &expect,
        &[
            ("pass", trace(&(asked(1) + &asks(2, 5_000, "GET /state")), 9_000)),
            ("too-few", trace(&asks(1, 0, "GET /state"), 9_000)),
            ("too-many", trace(&asked(2), 9_000)),
        ],
    );
    let at_most = Expect::Requests { path: path.clone(), quantity: Quantity::AtMost(Count::Literal(1)) };
    let never = Expect::Requests { path: path.clone(), quantity: Quantity::AtMost(Count::Literal(0)) };
    insta::assert_snapshot!(told(&never, &trace(&asked(1), 9_000)), @r"
    too-many
    expected: The client sends no request for `/events`.
    got:      It sent 1 for `/events`.
      c0 1000..1000 Tries: one too many for `/events`
    ");
    insta::assert_snapshot!(told(&at_most, &trace(&asked(3), 9_000)), @r"
    too-many
    expected: The client sends at most 1 request for `/events`.
    got:      It sent 3 for `/events`.
      c0 2000..2000 Tries: one too many for `/events`
    ");
}

#[test]
fn requests_answers_and_bodies_are_moments() {
    let text = asks(1, 1_000, "POST /say body \"hi\"") + &says(3_000, "connected");
    let comes = |moment: Moment| verdict(&Expect::Happens { moment, times: 1 }, &trace(&text, 9_000));
    assert_eq!(comes(Moment::Request("/say".into(), Nth::Any)), "pass");
    assert_eq!(comes(Moment::Request("/other".into(), Nth::Any)), "too-few");
    assert_eq!(comes(Moment::Answered(vec![200], Nth::Any)), "pass");
    assert_eq!(comes(Moment::Answered(vec![403, 200], Nth::Any)), "pass");
    assert_eq!(comes(Moment::Answered(vec![403, 401], Nth::Any)), "too-few");
    assert_eq!(comes(Moment::Received("hi".into(), Nth::Any)), "pass");
    assert_eq!(comes(Moment::Lost(Nth::Any)), "pass", "a stream that ends is lost");
    assert_eq!(comes(Moment::Status(StatusKind::Connected, Nth::Any)), "pass");
}

#[test]
fn an_answer_without_a_stream_opens_nothing() {
    let closed = "0 c0 #1 client attempt\n0 c0 #1 server accept\n0 c0 #1 client request GET /events\n\
                  0 c0 #1 server answer 204\n0 c0 #1 server fin\n";
    let lost = Expect::Happens { moment: Moment::Lost(Nth::Any), times: 1 };
    assert_eq!(verdict(&lost, &trace(closed, 9_000)), "too-few");
}
