//! Several clients at once: each has the list of entries, the user and the bounds to itself.

use harness::{
    scenario::{Moment, Nth, Scenario, Step, Until, UserStep},
    trace::How,
};

use super::{
    raw::{Piece, UPGRADE},
    scenarios::{any, once, scenario, send, with_user},
    stage::on_both,
};

#[test]
fn each_client_goes_through_the_list_by_itself() {
    let list =
        vec![once(vec![Step::Accept, send("first"), Step::Reset]), any(vec![Step::Accept, send("later"), Step::Reset])];
    on_both(
        &Scenario { clients: 3, ..scenario(list) },
        |raw| {
            for (client, text) in [(2, "first"), (0, "first"), (2, "later"), (1, "first"), (0, "later")] {
                let line = raw.connect_as(client);
                raw.write(line, UPGRADE);
                raw.upgraded(line);
                assert_eq!(raw.frame_of(line), format!("text {text}"), "client {client}");
                assert_eq!(raw.end(line), Piece::Reset);
            }
        },
        |outcome| {
            let clients: Vec<_> = outcome.events.iter().filter(|event| event.conn == Some(3)).collect();
            assert!(!clients.is_empty() && clients.iter().all(|event| event.client == 2));
            assert_eq!(outcome.how, How::Returned);
        },
    );
}

#[test]
fn each_client_has_a_user_of_its_own() {
    let user = vec![UserStep::Until(Until::Moment(Moment::Attempt(Nth::Number(1)))), UserStep::Close];
    on_both(
        &Scenario { clients: 2, ..with_user(scenario(vec![any(vec![Step::Refuse])]), user) },
        |raw| {
            for client in [1, 0] {
                let line = raw.connect_as(client);
                raw.rest(line);
                assert_eq!(raw.act(), (client, "close".into()));
            }
        },
        |_| {},
    );
}
