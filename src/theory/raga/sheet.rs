//! The tables of facts, as comma-separated text compiled into the program.

use std::fmt;

/// A table: the names of its columns, and its rows of as many cells.
pub(super) struct Sheet {
    heads: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

/// A row of a [`Sheet`].
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    heads: &'a [&'static str],
    cells: &'a [&'static str],
}

impl Sheet {
    /// Reads text whose first line names the columns. A cell in quotes may hold commas.
    pub(super) fn read(text: &'static str) -> Self {
        let mut lines = text.lines().filter(|line| !line.is_empty()).map(cells);
        Self { heads: lines.next().unwrap_or_default(), rows: lines.collect() }
    }

    /// The rows in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { heads: &self.heads, cells })
    }
}

impl Row<'_> {
    /// The cell of a column; empty where there is none.
    pub(super) fn text(self, head: &str) -> &'static str {
        let at = self.heads.iter().position(|known| *known == head);
        at.and_then(|at| self.cells.get(at)).copied().unwrap_or_default()
    }

    /// The cell of a column as an owned text.
    pub(super) fn owned(self, head: &str) -> String {
        self.text(head).to_owned()
    }

    /// The cell of a column as a number; `None` where it is none.
    pub(super) fn number<T: std::str::FromStr>(self, head: &str) -> Option<T> {
        self.text(head).parse().ok()
    }

    /// The cell of a column as numbers between spaces; what is no number is left out.
    pub(super) fn numbers<T: std::str::FromStr>(self, head: &str) -> Vec<T> {
        self.text(head).split_whitespace().filter_map(|word| word.parse().ok()).collect()
    }
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cells.join(","))
    }
}

fn cells(line: &'static str) -> Vec<&'static str> {
    let mut cells = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let (cell, after) = match text.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
            Some((cell, after)) => (cell, after.strip_prefix(',')),
            None => text.split_once(',').map_or((text, None), |(cell, after)| (cell, Some(after))),
        };
        cells.push(cell);
        rest = after;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_do_not_end_a_cell() {
        let sheet = Sheet::read("id,words,count,last\nA,\"one, two\",3,\nB,,x,\"end\"\n");
        let read: Vec<_> = sheet.rows().map(|r| (r.text("id"), r.text("words"), r.text("last"))).collect();
        assert_eq!(read, [("A", "one, two", ""), ("B", "", "end")]);
        assert_eq!(sheet.rows().filter_map(|row| row.number::<u8>("count")).collect::<Vec<_>>(), [3]);
        assert!(sheet.rows().all(|row| row.text("no such column").is_empty()));
    }
}
