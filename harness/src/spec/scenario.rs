//! Scenarios: their values, their server and their user.

use std::ops::Range;

use super::{
    grammar::Node,
    language::{UNTIL, USER},
    moment::{self, Possible},
    play::Setting,
    problem::Problem,
    scope::{Notes, Scope},
    server, view,
};
use crate::scenario::{Entry, Length, Moment, Nth, Scenario, Until, UserStep};

/// What is known of a scenario of the file, even if something is wrong with it.
pub(super) struct Known {
    /// Its id, and where it stands.
    pub(super) id: Option<(String, Range<usize>)>,
    /// The values that it knows.
    pub(super) scope: Scope,
    /// How long it lasts.
    pub(super) lasts: Option<Length>,
    /// The whole of it, if nothing is wrong.
    pub(super) whole: Option<Scenario>,
}

/// Reads a scenario.
pub(super) fn scenario(node: Node<'_>, base: &Scope, notes: &mut Notes<'_>) -> Known {
    let id = view::get(node, "id").and_then(|id| Some((view::text(id)?.to_owned(), id.span())));
    let scope = base.with(view::get(node, "client"), notes);
    let lasts = view::get(node, "lasts").and_then(|lasts| scope.positive(lasts, notes));
    let setting = Setting { scope: &scope, lasts: lasts.as_ref() };
    let server = view::get(node, "server").and_then(|list| server::entries(list, setting, notes));
    let user = match view::get(node, "user") {
        Some(list) => user(list, setting, id.as_ref().map(|id| id.0.as_str()), server.as_deref(), notes),
        None => Some(Vec::new()),
    };
    let whole = whole(node, id.as_ref(), &scope, lasts.clone(), server, user);
    // What a server that is not right yet can do is not known: no check is held against it.
    let whole = whole.filter(|_| !notes.any_in(&view::extent(node)));
    Known { id, scope, lasts, whole }
}

fn whole(
    node: Node<'_>,
    id: Option<&(String, Range<usize>)>,
    scope: &Scope,
    lasts: Option<Length>,
    server: Option<Vec<Entry>>,
    user: Option<Vec<UserStep>>,
) -> Option<Scenario> {
    let own = view::get(node, "client").map(view::entries).unwrap_or_default();
    let client = scope.draws().into_iter().filter(|(name, _)| own.iter().any(|(key, _)| key.get_ref() == name));
    Some(Scenario {
        id: id?.0.clone(),
        about: view::text(view::get(node, "about")?)?.to_owned(),
        lasts: lasts?,
        clients: view::get(node, "clients").map_or(Some(1), view::whole)?,
        client: client.collect(),
        server: server?,
        user: user?,
        virtual_only: virtual_only(node),
    })
}

/// Why a scenario or a mistake makes no sense in real time, if so.
pub(super) fn virtual_only(node: Node<'_>) -> Option<String> {
    view::text(view::get(view::get(node, "clock")?, "virtual")?).map(str::to_owned)
}

/// Reads a user's script.
fn user(
    node: Node<'_>,
    setting: Setting<'_>,
    scenario: Option<&str>,
    server: Option<&[Entry]>,
    notes: &mut Notes<'_>,
) -> Option<Vec<UserStep>> {
    let possible = scenario.zip(server).map(|(scenario, server)| Possible { scenario, server, user: &[] });
    let mut closed: Option<Range<usize>> = None;
    let mut steps = Vec::new();
    for item in node.get_ref().as_array()? {
        if let Some(at) = &closed {
            let problem = Problem::at(item.span(), "this step can never run", "the client is closed by then");
            notes.push(problem.note(at.clone(), "closed here"));
        }
        let step = user_step(item, setting, possible, notes);
        if step == Some(UserStep::Close) {
            closed = Some(item.span());
        }
        steps.push(step);
    }
    steps.into_iter().collect()
}

fn user_step(
    node: Node<'_>,
    setting: Setting<'_>,
    possible: Option<Possible<'_>>,
    notes: &mut Notes<'_>,
) -> Option<UserStep> {
    let (word, value) = USER.pick(node)?;
    let text = || value.and_then(view::text).map(str::to_owned);
    Some(match word.name {
        "until" => UserStep::Until(until(value?, setting, possible, notes)?),
        "wait" => UserStep::Wait(setting.within(value?, "the wait", notes)?),
        "close" => UserStep::Close,
        "send" => UserStep::Send(text()?),
        "online" => UserStep::Online,
        "do" => UserStep::Do(own_act(value?, notes)?),
        _ => return None,
    })
}

/// The name of an act of the challenge's own.
fn own_act(node: Node<'_>, notes: &mut Notes<'_>) -> Option<String> {
    let name = view::text(node)?;
    if ["close", "online", "send"].contains(&name) {
        let label = format!("`{name}` is a step of its own");
        let problem = Problem::at(node.span(), format!("`{name}` is no act of the challenge's own"), label);
        notes.push(problem.help("choose another name, or write the step"));
        return None;
    }
    Some(name.to_owned())
}

fn until(node: Node<'_>, setting: Setting<'_>, possible: Option<Possible<'_>>, notes: &mut Notes<'_>) -> Option<Until> {
    let (word, value) = UNTIL.pick(node)?;
    if word.name == "quiet" {
        return Some(Until::Quiet(setting.within(value?, "the quiet", notes)?));
    }
    let moment = moment::worded(&UNTIL, node, Nth::Number(1), setting, notes)?;
    if let Moment::User(..) = moment {
        let label = "the script would wait for itself";
        notes.push(Problem::at(node.span(), "a user cannot wait for the user", label));
        return None;
    }
    if !numbered(&moment) {
        let label = "`any` and `last` are known only when the run is over";
        let problem = Problem::at(node.span(), "a user waits for one moment", label);
        notes.push(problem.help("give it a number"));
        return None;
    }
    if let Some(possible) = possible {
        possible.check(&moment, node, notes);
    }
    Some(Until::Moment(moment))
}

/// Whether it is one certain moment.
fn numbered(moment: &Moment) -> bool {
    match moment {
        Moment::At(_) => true,
        Moment::Attempt(nth) | Moment::Lost(nth) | Moment::Accepted(nth) => matches!(nth, Nth::Number(_)),
        Moment::Status(_, nth) | Moment::Received(_, nth) | Moment::Sent(_, nth) | Moment::User(_, nth) => {
            matches!(nth, Nth::Number(_))
        }
        Moment::Shown(_, nth) => matches!(nth, Nth::Number(_)),
    }
}
