//! Time in a script. Only simulated time can be asserted; on sockets it is the order that counts.

use harness::scenario::{Length, Moment, Step, Until, UserStep};

use super::{
    raw::Piece,
    scenarios::{always, any, before, once, scenario, send, times, wait, with_user},
    stage::on_both,
};

#[test]
fn entries_are_used_up_one_after_the_other() {
    on_both(
        &scenario(vec![
            once(vec![Step::Accept, send("first"), Step::Reset]),
            times(2, vec![Step::Refuse]),
            any(vec![Step::Accept, send("last"), Step::Hold]),
        ]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text first");
            assert_eq!(raw.end(line), Piece::Reset);
            for _ in 0..2 {
                let line = raw.connect();
                assert!(matches!(raw.end(line), Piece::Refused | Piece::Reset));
            }
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text last");
        },
        |_| {},
    );
}

#[test]
fn until_governs_arrivals_and_not_what_is_already_playing() {
    let early = vec![Step::Accept, send("early"), wait(2_200), send("still playing"), Step::Reset];
    let user = vec![UserStep::Until(Until::Moment(Moment::At(Length::literal(2_000)))), UserStep::Online];
    let list = vec![before(2_000, early), any(vec![Step::Accept, send("late"), Step::Reset])];
    on_both(
        &with_user(scenario(list), user),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "text early");
            assert_eq!(raw.act().1, "online");
            let late = raw.open();
            assert_eq!(raw.frame_of(late), "text late");
            assert_eq!(raw.frame_of(line), "text still playing");
        },
        |_| {},
    );
}

#[test]
fn at_next_brings_connections_to_the_same_moment() {
    on_both(
        &always(vec![Step::Accept, Step::AtNext(Length::literal(150)), Step::Reset]),
        |raw| {
            let first = raw.open();
            raw.sleep(20);
            let second = raw.open();
            assert_eq!((raw.end(first), raw.end(second)), (Piece::Reset, Piece::Reset));
        },
        |outcome| {
            let resets: Vec<_> = outcome.lines().into_iter().filter(|line| line.ends_with("server reset")).collect();
            assert_eq!(resets, ["#1 server reset", "#2 server reset"]);
        },
    );
}

#[test]
fn a_wait_goes_on_after_the_connection() {
    on_both(
        &always(vec![Step::Accept, Step::Close { code: None, reason: "".into() }, wait(50), Step::End]),
        |raw| {
            let line = raw.open();
            assert_eq!(raw.frame_of(line), "close");
            raw.drop(line);
            raw.outlast();
        },
        |outcome| assert_eq!(outcome.how, harness::trace::How::Script),
    );
}
