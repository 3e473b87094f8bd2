//! Rows of the indicators say the province of their district: surveys tell places apart by both.

use std::collections::HashMap;

use super::notes::Notes;
use super::table::Table;
use crate::issue::Severity;
use crate::packs::PackTables;

pub(super) fn check(tables: &[Table<'_>], below: &PackTables, notes: &mut Notes) {
    let columns = |table: &Table<'_>| Some((table.column("district_id")?, table.column("province")?));
    let mut provinces: HashMap<&str, &str> = below.rows("districts").map(|row| (row.get("district_id"), row.get("province"))).collect();
    for table in tables.iter().filter(|t| t.resource.name == "districts") {
        if let Some((district, province)) = columns(table) {
            provinces.extend(table.rows.iter().map(|row| (row.cell(district), row.cell(province))));
        }
    }
    for table in tables.iter().filter(|t| t.resource.name == "indicators") {
        let Some((district, province)) = columns(table) else { continue };
        for row in &table.rows {
            let (id, found) = (row.cell(district), row.cell(province));
            if let Some(expected) = provinces.get(id).filter(|expected| !id.is_empty() && !found.is_empty() && **expected != found) {
                let issue = table.issue("province_differs", Severity::Error, row, "province", found);
                notes.add(
                    issue.expected(format!("{expected}, the province of {id} in districts")).hint("correct the province or the district"),
                );
            }
        }
    }
}
