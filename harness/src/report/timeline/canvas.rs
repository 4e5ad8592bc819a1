//! A row of the timeline: characters on a time axis.

use crate::{
    report::style::{Paint, Style},
    time::Millis,
};

/// A stretch of time and the columns that show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) from: Millis,
    pub(super) to: Millis,
    pub(super) columns: usize,
}

impl Scale {
    /// The column of a time; those outside fall on the nearest end.
    pub(super) fn column(&self, at: Millis) -> usize {
        let (span, columns) = (u128::from(self.to - self.from).max(1), self.columns as u128);
        let along = u128::from(at.clamp(self.from, self.to) - self.from);
        usize::try_from((along * columns / span).min(columns - 1)).unwrap_or(0)
    }

    /// The time at which a column begins.
    pub(super) fn begins(&self, column: usize) -> Millis {
        let along = u128::from(self.to - self.from) * column as u128;
        self.from + Millis::try_from(along.div_ceil(self.columns as u128)).unwrap_or(0)
    }

    /// Whether a time is on the axis.
    pub(super) fn shows(&self, at: Millis) -> bool {
        (self.from..=self.to).contains(&at)
    }

    /// The columns of what lasts from one time to another, at least one; none if it is not on the axis at all.
    pub(super) fn columns_of(&self, from: Millis, to: Millis) -> Option<std::ops::Range<usize>> {
        (from <= self.to && to >= self.from).then(|| {
            let first = self.column(from);
            first..self.column(to).max(first + 1)
        })
    }
}

/// A row of cells, each a character and its colour.
pub(super) struct Canvas(Vec<(char, Paint)>);

impl Canvas {
    pub(super) fn new(columns: usize) -> Self {
        Self(vec![(' ', Paint::Plain); columns])
    }

    pub(super) fn columns(&self) -> usize {
        self.0.len()
    }

    pub(super) fn set(&mut self, column: usize, c: char, paint: Paint) {
        if let Some(cell) = self.0.get_mut(column) {
            *cell = (c, paint);
        }
    }

    pub(super) fn fill(&mut self, columns: std::ops::Range<usize>, c: char, paint: Paint) {
        columns.for_each(|column| self.set(column, c, paint));
    }

    pub(super) fn write(&mut self, column: usize, text: &str, paint: Paint) {
        text.chars().enumerate().for_each(|(i, c)| self.set(column + i, c, paint));
    }

    pub(super) fn is_blank(&self) -> bool {
        self.0.iter().all(|(c, _)| *c == ' ')
    }

    /// Whether these columns are all blank; what is beyond the row is not.
    pub(super) fn is_free(&self, columns: std::ops::Range<usize>) -> bool {
        self.0.get(columns).is_some_and(|cells| cells.iter().all(|(c, _)| *c == ' '))
    }

    /// The row as text.
    pub(super) fn show(&self, style: Style) -> String {
        let used = self.0.iter().rposition(|(c, _)| *c != ' ').map_or(0, |last| last + 1);
        let runs = self.0[..used].chunk_by(|(_, a), (_, b)| a == b);
        runs.map(|run| style.paint(run[0].1, &run.iter().map(|(c, _)| c).collect::<String>())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_has_a_column_and_every_column_begins_in_itself() {
        for (from, to) in [(0, 1), (5, 5), (0, 66), (4_990, 61_003), (0, u64::MAX / 2)] {
            let scale = Scale { from, to, columns: 66 };
            assert_eq!((scale.column(0), scale.column(u64::MAX)), (0, if from == to { 0 } else { 65 }));
            if to - from >= 66 {
                (0..66).for_each(|column| assert_eq!(scale.column(scale.begins(column)), column));
            }
        }
    }

    #[test]
    fn what_lasts_no_time_takes_one_column() {
        let scale = Scale { from: 100, to: 200, columns: 10 };
        assert_eq!(scale.columns_of(150, 150), Some(5..6));
        assert_eq!(scale.columns_of(150, 170), Some(5..7));
        assert_eq!(scale.columns_of(0, 99), None);
        assert_eq!(scale.columns_of(200, 900), Some(9..10));
    }
}
