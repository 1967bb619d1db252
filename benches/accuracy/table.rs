//! What was measured, as a table.

/// One measured figure.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// On which material.
    pub on: String,
    /// The least (or, for errors and costs, the most) that is wanted, in words; empty where nothing is.
    pub wanted: String,
    /// The figure, in words.
    pub measured: String,
}

/// The rows as Markdown, or in columns for a terminal.
pub fn text(rows: &[Row], is_markdown: bool) -> String {
    let mut out = String::new();
    if is_markdown {
        out += "| what | on | wanted | measured |\n|---|---|---|---|\n";
        for row in rows {
            out += &format!("| {} | {} | {} | {} |\n", row.what, row.on, row.wanted, row.measured);
        }
        return out;
    }
    for row in rows {
        out += &format!("{:<44} {:<44} {:>18}   {}\n", row.what, row.on, row.wanted, row.measured);
    }
    out
}
