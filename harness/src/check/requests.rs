//! How many requests there are.
//!
//! **Asserts** that a client sends exactly, at least or at most so many requests, for one path or for any. A WebSocket's handshake is a
//! request too.
//!
//! **Measures** no time; there is no tolerance.
//!
//! **Findings**: `too-many`, `too-few`.
//!
//! **Chance of failing a correct client**: none by itself.

use super::{
    attempts::Bounds,
    case::{Case, Judged, Miss, TOO_FEW, moment},
    history::Client,
};
use crate::{
    scenario::Quantity,
    time::Millis,
    verdict::{Judgement, Lane},
};

pub(super) fn judge(case: &Case<'_>, path: Option<&str>, quantity: &Quantity) -> Judgement {
    let bounds = Bounds::of(case, quantity);
    let target = path.map_or_else(String::new, |path| format!(" for `{path}`"));
    let expected = format!("The client sends {}{target}.", bounds.words("request"));
    case.each_client(expected, |client| judge_client(case, client, path, &target, &bounds))
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, path: Option<&str>, target: &str, bounds: &Bounds) -> Judged {
    let fits = client.requests.iter().filter(|request| path.is_none_or(|path| request.is_for(path)));
    let times: Vec<Millis> = fits.map(|request| request.at).collect();
    let n = times.len() as u64;
    let sent = if n == 0 { "none".to_owned() } else { n.to_string() };
    let got = format!("It sent {sent}{target}.");
    if n > bounds.most {
        let first = times[usize::try_from(bounds.most).unwrap_or(usize::MAX)];
        return Err(Miss::new(
            "too-many",
            got,
            vec![moment(client, first, Lane::Tries, format!("one too many{target}"))],
        ));
    }
    if n < bounds.least {
        let end = case.history.end;
        return Err(Miss::new(
            TOO_FEW,
            got,
            vec![moment(client, end, Lane::Tries, format!("too few requests{target}"))],
        ));
    }
    Ok(got)
}
