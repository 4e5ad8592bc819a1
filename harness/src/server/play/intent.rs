//! What a step is about to do, for whoever watches: only where it takes time or shows later.

use super::{Player, next_multiple};
use crate::{
    scenario::{Expected, Step},
    server::expect,
    trace::Intent,
};

impl Player {
    /// Tells whoever watches that the script comes to a step.
    pub(super) fn announce(&self, step: &Step) {
        self.notes.turns_to(|| self.intent(step));
    }

    fn intent(&self, step: &Step) -> Option<Intent> {
        let ms = |span| self.values.ms(span);
        Some(match step {
            Step::AcceptSilent => Intent::LeaveUnread,
            Step::Wait(span) => Intent::Wait(ms(span)),
            Step::AtNext(span) => Intent::Wait(next_multiple(self.now(), ms(span)) - self.now()),
            // A connection that the server has ended is not held, though its client is waited for.
            Step::Hold if !self.ended && !self.valve.is_over() => Intent::Hold,
            // This looks at what has been read already.
            Step::Expect { what: Expected::Header { .. }, .. } => return None,
            Step::Expect { what, within, .. } if !self.valve.is_over() => {
                Intent::Expect { what: expect::name(what), within: within.as_ref().map(ms) }
            }
            Step::Pongs(pongs) => Intent::Pongs(*pongs),
            Step::CutAfter(bytes) if *bytes > 0 => Intent::CutAfter(*bytes),
            Step::Linger(span) => Intent::Linger(ms(span)),
            _ => return None,
        })
    }
}
