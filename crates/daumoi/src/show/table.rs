//! Rows in aligned columns.

use std::io::{self, Write};

use anyhow::Result;

/// Letters of one cell at most.
const WIDEST: usize = 40;
/// The same for the last column, which no other follows.
const LAST: usize = 100;

/// A table that is printed when all its rows are known.
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column names.
    pub fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { head: head.map(str::to_uppercase).to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(
            cells
                .into_iter()
                .zip(1..)
                .map(|(cell, place)| one_line(&cell, if place == N { LAST } else { WIDEST }))
                .collect(),
        );
    }

    /// Prints it; of an empty one only that nothing is there.
    pub fn print(&self) -> Result<()> {
        Ok(self.write(&mut io::stdout().lock())?)
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return writeln!(out, "(none)");
        }
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&self.head]).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        for row in [&self.head].into_iter().chain(&self.rows) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

/// A cell without line breaks or control characters, cut where it is too long.
fn one_line(cell: &str, widest: usize) -> String {
    let plain: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= widest {
        return plain;
    }
    plain.chars().take(widest - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_control_characters_are_gone() {
        let mut table = Table::new(["number", "name"]);
        table.row(["1".into(), "Lê\u{1b}[31m Bình\nAn".into()]);
        table.row(["12".into(), "x".repeat(160)]);
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..2], ["NUMBER  NAME", "1       Lê [31m Bình An"]);
        assert_eq!(lines[2].chars().count(), 8 + LAST);
    }
}
