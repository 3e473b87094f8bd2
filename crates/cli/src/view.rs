//! How numbers and tables look.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use tierlight_core::draws::Quantiles;
pub use tierlight_report::format::{count, percent, probability};

/// 90 % interval of draws, in the words of `show`.
pub fn interval(q: &Quantiles, show: fn(f64) -> String) -> String {
    format!("[{}, {}]", show(f64::from(q.p05)), show(f64::from(q.p95)))
}

/// A value with the 90 % interval of its draws, when there are any.
pub fn with_interval(x: f64, q: Option<&Quantiles>, show: fn(f64) -> String) -> String {
    q.map_or_else(|| show(x), |q| format!("{} {}", show(x), interval(q, show)))
}

/// A table: header, and rows of text. Columns whose header begins with `>` are set right.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().map(|h| h.trim_start_matches('>')));
    for row in rows {
        table.add_row(row.iter().map(|cell| plain(cell)));
    }
    for (k, h) in header.iter().enumerate() {
        if let (true, Some(column)) = (h.starts_with('>'), table.column_mut(k)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = String::new();
    for line in table.to_string().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// "and so many more" under a list that was cut.
pub fn more(total: usize, limit: usize) -> String {
    if total > limit { format!("… and {} more; --limit shows more, --format json all\n", total - limit) } else { String::new() }
}

/// Longest cell of a table.
const CELL: usize = 160;

/// Words without control characters: a name cannot steer the terminal or break the row.
pub fn clean(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn plain(cell: &str) -> String {
    short(&clean(cell), CELL)
}

/// Log-odds with sign.
pub fn log_odds(x: f64) -> String {
    if x.abs() < 0.0005 { " 0".to_owned() } else { format!("{x:+.3}") }
}

/// A name cut to a width.
pub fn short(text: &str, width: usize) -> String {
    if text.chars().count() <= width { text.to_owned() } else { text.chars().take(width - 1).chain(['…']).collect() }
}

/// A heading with a blank line before it.
pub fn heading(text: &str) -> String {
    format!("\n{text}\n")
}
