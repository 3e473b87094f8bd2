//! Ranges that depend on two columns, which a Table Schema cannot say.

use super::table::{Pack, text};

/// Name of indicators whose percentage may pass 100.
const GROSS: &str = "_gross";

/// Percentages above 100, and values outside their own bounds.
pub fn wrong(pack: &Pack) -> anyhow::Result<Vec<String>> {
    let mut wrong = Vec::new();
    for resource in pack.resources() {
        let table = pack.table(text(&resource["name"])?)?;
        let Some(value) = table.find("value") else {
            continue;
        };
        let bounds = [table.find("value_low"), table.find("value_high")];
        let (unit, indicator) = (table.find("unit"), table.find("indicator"));
        for (index, row) in table.rows.iter().enumerate() {
            let number = |column: usize| row[column].parse::<f64>().ok();
            let Some(value) = number(value) else {
                continue;
            };
            let [low, high] = bounds.map(|b| b.and_then(number));
            let percent = unit.is_some_and(|u| row[u] == "percent") && !indicator.is_some_and(|i| row[i].ends_with(GROSS));
            if low.is_some_and(|low| value < low) || high.is_some_and(|high| value > high) || (percent && value > 100.0) {
                let file = pack.folder.join(text(&resource["path"])?);
                wrong.push(format!("{}, row {}: {value} is out of range", file.display(), index + 2));
            }
        }
    }
    Ok(wrong)
}
