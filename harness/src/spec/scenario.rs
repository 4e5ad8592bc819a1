//! Scenarios: their values, their server and their user.

use std::ops::Range;

use super::{
    case,
    grammar::Node,
    language::{UNTIL, USER},
    moment::{self, Possible},
    play::Setting,
    problem::Problem,
    scope::{Notes, Scope},
    server,
    texts::Place,
    vary, view,
};
use crate::scenario::{Case, Entry, Length, LogSpec, Moment, Nth, Scenario, Step, Until, UserStep};

/// What is known of a scenario of the file, even if something is wrong with it.
pub(super) struct Known<'a> {
    /// Its id, and where it stands.
    pub(super) id: Option<(String, Range<usize>)>,
    /// The values that it knows.
    pub(super) scope: Scope,
    /// How long it lasts.
    pub(super) lasts: Option<Length>,
    /// Its cases, if it has any.
    pub(super) cases: Vec<case::Known<'a>>,
    /// The whole of it, if nothing is wrong.
    pub(super) whole: Option<Scenario>,
}

impl Known<'_> {
    /// Its log, if it is whole and has one.
    pub(super) fn log(&self) -> Option<&LogSpec> {
        self.whole.as_ref()?.log.as_ref()
    }
}

/// Reads a scenario.
pub(super) fn scenario<'a>(node: Node<'a>, base: &Scope, notes: &mut Notes<'_>) -> Known<'a> {
    let id = view::get(node, "id").and_then(|id| Some((view::text(id)?.to_owned(), id.span())));
    let scope = base.with(view::get(node, "client"), notes);
    let lasts = view::get(node, "lasts").and_then(|lasts| scope.positive(lasts, notes));
    let cases: Vec<_> = view::get(node, "case").map(view::items).unwrap_or_default().iter().map(case::case).collect();
    let log = view::get(node, "log").map(|log| super::log::log(log, &scope, notes));
    let setting = Setting { scope: &scope, lasts: lasts.as_ref(), log: log.as_ref().map(Option::as_ref) };
    let scripts = Scripts {
        setting,
        scenario: id.as_ref().map(|(id, _)| id.as_str()),
        server: view::get(node, "server"),
        user: view::get(node, "user"),
        vary: view::get(node, "vary"),
    };
    let acts = match cases.as_slice() {
        [] => scripts.alone(node, notes).map(|(server, user)| Acts { server, user, cases: Vec::new() }),
        cases => {
            clients_of_cases(node, notes);
            scripts.of(cases, notes).map(|cases| Acts { server: Vec::new(), user: Vec::new(), cases })
        }
    };
    let whole = whole(node, id.as_ref(), &scope, lasts.clone(), acts);
    if let (Some(log), Some(whole)) = (view::get(node, "log"), &whole) {
        super::log::unused(log.span(), whole, notes);
    }
    if let (Some(whole), None) = (&whole, virtual_only(node)) {
        whole_seconds(node, whole, notes);
    }
    if let Some(whole) = &whole {
        vary::check(node, whole, &cases, setting, notes);
    }
    let log = log.map_or(Some(None), |log| log.map(Some));
    let whole = whole.and_then(|whole| Some(Scenario { log: log?, ..whole }));
    // What a server that is not right yet can do is not known: no check is held against it.
    let whole = whole.filter(|_| !notes.any_in(&view::extent(node)));
    Known { id, scope, lasts, cases, whole }
}

/// What is done in a scenario.
struct Acts {
    server: Vec<Entry>,
    user: Vec<UserStep>,
    cases: Vec<Case>,
}

fn whole(
    node: Node<'_>,
    id: Option<&(String, Range<usize>)>,
    scope: &Scope,
    lasts: Option<Length>,
    acts: Option<Acts>,
) -> Option<Scenario> {
    let own = view::get(node, "client").map(view::entries).unwrap_or_default();
    let client = scope.draws().into_iter().filter(|(name, _)| own.iter().any(|(key, _)| key.get_ref() == name));
    let acts = acts?;
    Some(Scenario {
        id: id?.0.clone(),
        about: view::text(view::get(node, "about")?)?.to_owned(),
        lasts: lasts?,
        clients: view::get(node, "clients").map_or(Some(1), view::whole)?,
        client: client.collect(),
        log: None,
        server: acts.server,
        user: acts.user,
        cases: acts.cases,
        virtual_only: virtual_only(node),
        hidden: view::get(node, "hidden").is_some(),
    })
}

/// Notes a number of clients beside cases, which say how many there are.
fn clients_of_cases(node: Node<'_>, notes: &mut Notes<'_>) {
    if let Some(clients) = view::get(node, "clients") {
        let label = "each case has a client of its own";
        notes.push(Problem::at(clients.span(), "`clients` and `case` exclude each other", label).help("leave it out"));
    }
}

/// The scripts of a scenario, as they are written for all its cases.
struct Scripts<'s, 'a> {
    setting: Setting<'s>,
    scenario: Option<&'s str>,
    server: Option<Node<'a>>,
    user: Option<Node<'a>>,
    vary: Option<Node<'a>>,
}

impl<'a> Scripts<'_, 'a> {
    /// Reads the scripts of a scenario without cases.
    fn alone(&self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<(Vec<Entry>, Vec<UserStep>)> {
        if self.server.is_none() {
            lacks_server(node, "the scenario", notes);
        }
        if let Some(vary) = self.vary {
            let label = "the scenario has no cases";
            notes.push(Problem::at(vary.span(), "only the bytes of cases are varied", label));
        }
        for script in [self.server, self.user].into_iter().flatten() {
            case::names(script, &[], notes);
        }
        self.read(self.server, self.user, notes)
    }

    /// Reads the scripts of each case.
    fn of(&self, cases: &[case::Known<'a>], notes: &mut Notes<'_>) -> Option<Vec<Case>> {
        let right = ["server", "user"].map(|key| self.names(key, cases, notes));
        let right = right.into_iter().all(|right| right);
        let all: Vec<_> = cases.iter().collect();
        case::each(&all, notes, |case, notes| self.case(case, notes)).filter(|_| right)
    }

    /// Holds the names in the scripts against the cases that are played them.
    fn names(&self, key: &str, cases: &[case::Known<'a>], notes: &mut Notes<'_>) -> bool {
        let mut right = true;
        for case in cases {
            if let Some(own) = view::get(case.node, key) {
                right &= case::names(own, &[case], notes);
            }
        }
        let common = if key == "server" { self.server } else { self.user };
        let played: Vec<_> = cases.iter().filter(|case| view::get(case.node, key).is_none()).collect();
        match common {
            Some(common) if played.is_empty() => {
                let title = format!("this `{key}` is played to nobody");
                notes.push(Problem::at(common.span(), title, "every case has its own").help("remove it"));
                false
            }
            Some(common) => right & case::names(common, &played, notes),
            None => right,
        }
    }

    fn case(&self, case: &case::Known<'a>, notes: &mut Notes<'_>) -> Option<Case> {
        let script = |key, common: Option<Node<'a>>| view::get(case.node, key).or(common).map(|node| case.fill(node));
        let (server, user) = (script("server", self.server), script("user", self.user));
        if server.is_none() {
            lacks_server(case.node, "the case", notes);
        }
        let read = self.read(server.as_ref(), user.as_ref(), notes);
        let vary = match view::get(case.node, "vary").or(self.vary) {
            Some(vary) => vary::all(vary, self.setting, notes),
            None => Some(Vec::new()),
        };
        let told = view::get(case.node, "told").map_or(Some(Vec::new()), |told| self.setting.scope.told(told, notes));
        let (server, user) = read?;
        Some(Case { id: case.id.as_ref()?.0.clone(), server, user, vary: vary?, told: told? })
    }

    fn read(
        &self,
        server: Option<Node<'_>>,
        user: Option<Node<'_>>,
        notes: &mut Notes<'_>,
    ) -> Option<(Vec<Entry>, Vec<UserStep>)> {
        let server = server.and_then(|list| server::entries(list, self.setting, notes));
        let user = match user {
            Some(list) => self::user(list, self.setting, self.scenario, server.as_deref(), notes),
            None => Some(Vec::new()),
        };
        server.zip(user)
    }
}

/// Notes that nothing says what the server does.
fn lacks_server(node: Node<'_>, whose: &str, notes: &mut Notes<'_>) {
    let title = format!("{whose} lacks the key `server`");
    let help = match whose {
        "the case" => {
            "`server`: Which play a connection gets. It can stand in the scenario, for all cases that have none."
        }
        _ => {
            "`server`: Which play a connection gets: the first entry that is not used up. It must be a list of entries."
        }
    };
    notes.push(Problem::at(node.span(), title, "`server` is missing").help(help));
}

/// Notes if a scenario that is played in real time counts in seconds, which no speed makes shorter.
fn whole_seconds(node: Node<'_>, scenario: &Scenario, notes: &mut Notes<'_>) {
    let mut entries = scenario.server.iter().chain(scenario.cases.iter().flat_map(|case| &case.server));
    let Some(id) = view::get(node, "id").filter(|_| entries.any(asks_back)) else { return };
    let label = "a server of this scenario says `retry_after`";
    let problem = Problem::at(id.span(), "`retry_after` counts whole seconds, whatever the speed of the run", label);
    notes.push(problem.help("give the scenario `clock = { virtual = \"Retry-After counts whole seconds.\" }`"));
}

/// Whether an entry tells a client when to come back.
fn asks_back(entry: &Entry) -> bool {
    fn any(steps: &[Step]) -> bool {
        steps.iter().any(|step| match step {
            Step::Http { retry_after, .. } => retry_after.is_some(),
            Step::Expect { otherwise, .. } => any(otherwise),
            Step::Repeat { steps, .. } => any(steps),
            _ => false,
        })
    }
    match entry {
        Entry::Play { play, .. } => any(&play.steps),
        Entry::Group { entries, .. } => entries.iter().any(asks_back),
    }
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
    let possible = scenario.zip(server).map(|(scenario, server)| Possible { scenario, case: None, server, user: &[] });
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
    Some(match word.name {
        "until" => UserStep::Until(until(value?, setting, possible, notes)?),
        "wait" => UserStep::Wait(setting.within(value?, "the wait", notes)?),
        "close" => UserStep::Close,
        "send" => UserStep::Send(Place::outside(setting).template(value?, notes)?),
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
    matches!(moment.nth(), None | Some(Nth::Number(_)))
}
