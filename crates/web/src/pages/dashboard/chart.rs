//! Bars of who came, day by day and door by door, in numbers that an SVG is drawn from, and the table behind them.

use domain::Dialect;
use jiff::civil::Date;

use super::Day;
use crate::messages::Messages;

/// Height of the drawing, in its own units.
pub const HEIGHT: i64 = 100;
/// Width of a day in it.
pub const WIDTH: i64 = 10;

/// A count, and how much of the longest bar it fills.
pub struct Share {
    /// How many.
    pub count: i64,
    /// Percent of the most there is.
    pub percent: i64,
}

impl Share {
    /// Of the most there is.
    pub fn of(count: i64, most: i64) -> Self {
        Self { count, percent: count * 100 / most.max(1) }
    }
}

/// A piece of a bar: what came through one door.
pub struct Piece {
    /// The word of the door.
    pub door: &'static str,
    /// Its left edge.
    pub x: i64,
    /// Its upper edge.
    pub y: i64,
    /// Its height.
    pub height: i64,
}

/// A line of the table.
pub struct Line {
    /// The day as it stands in an address.
    pub day: String,
    /// As people read it.
    pub shown: String,
    /// How many came through each door, in the order of the chart's doors.
    pub counts: Vec<(&'static str, i64)>,
    /// All of them.
    pub total: i64,
}

/// Who came, by day and door.
pub struct Chart {
    /// `customer` or `lead`.
    pub noun: &'static str,
    /// Doors through which anybody came, with how many.
    pub doors: Vec<(&'static str, i64)>,
    /// What is drawn.
    pub pieces: Vec<Piece>,
    /// What is told, newest day first.
    pub lines: Vec<Line>,
    /// Width of the whole drawing.
    pub width: i64,
    /// The most that came on one day.
    pub most: i64,
    /// All of them.
    pub total: i64,
    /// Those of the last day.
    pub today: i64,
    /// What a listener hears instead of the drawing.
    pub told: String,
}

impl Chart {
    /// Of the arrivals of a noun.
    pub(super) fn of(days: &[Day], noun: &'static str, t: &'static Messages) -> Self {
        let all = Dialect::DOORS.into_iter().chain([Dialect::Web, Dialect::Cli]).map(Dialect::word);
        let count = |day: &Day, door: &str| -> i64 {
            day.found
                .iter()
                .filter(|found| found.subject == noun && found.dialect == door)
                .map(|found| found.count)
                .sum()
        };
        let doors = all.map(|door| (door, days.iter().map(|day| count(day, door)).sum::<i64>()));
        let doors: Vec<(&'static str, i64)> = doors.filter(|(_, count)| *count > 0).collect();
        let mut lines: Vec<Line> = days
            .iter()
            .map(|day| {
                let counts: Vec<_> = doors.iter().map(|(door, _)| (*door, count(day, door))).collect();
                let total = counts.iter().map(|(_, count)| count).sum();
                Line { day: day.day.to_string(), shown: shown(day.day), counts, total }
            })
            .collect();
        let most = lines.iter().map(|line| line.total).max().unwrap_or(0);
        let mut pieces = Vec::new();
        for (place, line) in lines.iter().enumerate() {
            let (x, mut below) = (place as i64 * WIDTH, 0);
            for (door, count) in &line.counts {
                // From sum to sum, so that rounding leaves no gap between the pieces.
                let top = (below + count) * HEIGHT / most.max(1);
                let bottom = below * HEIGHT / most.max(1);
                below += count;
                if top > bottom {
                    pieces.push(Piece { door, x, y: HEIGHT - top, height: top - bottom });
                }
            }
        }
        let (total, today) = (lines.iter().map(|line| line.total).sum(), lines.last().map_or(0, |line| line.total));
        let noun_label = if noun == "lead" { t.dashboard.leads_per_day } else { t.dashboard.customers_per_day };
        let told = t.dashboard.told(noun_label, crate::show::number(&total), crate::show::number(&most));
        lines.reverse();
        Self { noun, doors, pieces, width: lines.len() as i64 * WIDTH, lines, most, total, today, told }
    }

    /// The first and the last day, as people read them.
    pub fn ends(&self) -> [&str; 2] {
        [self.lines.last(), self.lines.first()].map(|line| line.map_or("", |line| line.shown.as_str()))
    }
}

fn shown(day: Date) -> String {
    day.strftime("%d/%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::VI;
    use hub::overview::Arrivals;

    #[test]
    fn bars_are_as_high_as_their_numbers() {
        let found = |dialect: &str, subject: &str, count| Arrivals {
            subject: subject.to_owned(),
            dialect: dialect.to_owned(),
            source: None,
            count,
        };
        let days = [
            Day {
                day: "2024-03-20".parse().unwrap(),
                found: vec![found("beeiq", "customer", 3), found("vbot", "customer", 1)],
            },
            Day {
                day: "2024-03-21".parse().unwrap(),
                found: vec![found("beeiq", "customer", 2), found("beeiq", "lead", 9)],
            },
        ];
        let chart = Chart::of(&days, "customer", &VI);
        assert_eq!((chart.total, chart.most, chart.today, chart.width), (6, 4, 2, 20));
        assert_eq!(chart.doors, [("vbot", 1), ("beeiq", 5)]);
        let drawn: Vec<_> = chart.pieces.iter().map(|piece| (piece.door, piece.x, piece.y, piece.height)).collect();
        assert_eq!(drawn, [("vbot", 0, 75, 25), ("beeiq", 0, 0, 75), ("beeiq", 10, 50, 50)]);
        assert_eq!(chart.ends(), ["20/03", "21/03"]);
        assert_eq!(chart.lines[0].counts, [("vbot", 0), ("beeiq", 2)]);
        let nothing = Chart::of(&[], "lead", &VI);
        assert_eq!((nothing.total, nothing.pieces.len(), nothing.ends()), (0, 0, ["", ""]));
    }
}
