//! The page for a browser.

use maud::{DOCTYPE, html as markup};

use super::{Subject, Unjudged, entry::OURS};
use crate::report;

/// The report as a page.
#[must_use]
pub fn page(subject: &Subject<'_>) -> String {
    match subject {
        Subject::Judged { verdict, traces, .. } => report::html(verdict, traces),
        Subject::Unjudged(unjudged) => nothing_judged(unjudged),
    }
}

fn nothing_judged(unjudged: &Unjudged) -> String {
    let title = format!("{} was not graded", unjudged.challenge());
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                // Browsers ask for an icon if none is named, even for a file.
                link rel="icon" href="data:,";
            }
            body {
                main {
                    h1 { (title) }
                    p { (OURS) }
                    pre { (unjudged.why()) }
                }
            }
        }
    };
    page.into_string()
}
