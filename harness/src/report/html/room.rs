//! How much of a record there is room for: a page must be quick to open, however long the record is.

/// What is left of something that all scenarios share.
pub(super) struct Room {
    left: usize,
    scenarios: usize,
}

impl Room {
    pub(super) fn new(all: usize, scenarios: usize) -> Self {
        Self { left: all, scenarios }
    }

    /// The share of the next scenario: half of what is left where something went wrong, elsewhere a fair part.
    pub(super) fn share(&self, is_trouble: bool) -> usize {
        let part = self.left / self.scenarios.max(1);
        if is_trouble { part.max(self.left / 2) } else { part }
    }

    /// Notes how much of its share a scenario has used: what it leaves is for those after it.
    pub(super) fn take(&mut self, used: usize) {
        self.left = self.left.saturating_sub(used);
        self.scenarios = self.scenarios.saturating_sub(1);
    }
}

/// The room of a page.
pub(super) struct Rooms {
    /// For logs, in bytes.
    pub(super) logs: Room,
    /// For what is drawn on timelines, in stretches and moments.
    pub(super) timelines: Room,
}

impl Rooms {
    /// The bytes of all logs. What is left out can be kept with `--trace`.
    const LOGS: usize = 1_000_000;
    /// The stretches and moments on all timelines, of some two hundred bytes each.
    const TIMELINES: usize = 8_000;

    pub(super) fn for_all(scenarios: usize) -> Self {
        Self { logs: Room::new(Self::LOGS, scenarios), timelines: Room::new(Self::TIMELINES, scenarios) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_leaves_is_for_those_after_it() {
        let mut room = Room::new(1_000, 4);
        assert_eq!((room.share(false), room.share(true)), (250, 500));
        room.take(100);
        assert_eq!((room.share(false), room.share(true)), (300, 450));
        room.take(2_000);
        assert_eq!((room.share(false), room.share(true)), (0, 0));
        room.take(0);
        room.take(0);
        room.take(0);
        assert_eq!(room.share(false), 0);
    }
}
