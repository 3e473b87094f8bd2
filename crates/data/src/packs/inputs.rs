//! What bases and shares were derived from, by the tables that `cargo xtask packs` reads for them.

use tierlight_core::parameters::{InputRow, Inputs};

use super::parameters::Cells;
use super::{PackTables, Row};
use crate::error::Result;

/// Ages of the children that bases are derived from.
const AGES: &str = "5-17";
/// What stands behind every industry's base, beside the children found in it.
const INDUSTRY: [&str; 4] = ["employment", "industries", "districts", "derivation_inputs"];
/// What stands behind the split of an industry.
const SPLIT: [&str; 4] = ["sector_split", "sector_direct", "goods_listings", "sectors"];

/// What a row of `sector_base` was derived from. A pack without `derivation_inputs` states its bases itself.
pub(super) fn of_base(tables: &PackTables, cells: &Cells<'_>) -> Result<Inputs> {
    let mut found = Gathered { tables, inputs: Inputs::default() };
    found.reporting(cells)?;
    if derives(tables, cells.row) {
        found.base(cells.row)?;
    }
    Ok(found.inputs)
}

/// What a row of `sector_shares` was derived from.
pub(super) fn of_share(tables: &PackTables, cells: &Cells<'_>) -> Result<Inputs> {
    let mut found = Gathered { tables, inputs: Inputs::default() };
    if !derives(tables, cells.row) {
        return Ok(found.inputs);
    }
    let stated = tables.row("share_inputs", &[cells.text("sector_id"), cells.text("share")]);
    if let Some(row) = stated.filter(|row| row.pack == cells.row.pack) {
        found.push("share_inputs", row, "value")?;
    }
    // a share that is forced is in no survey, and one with a source of its own stands as it is
    let raked = cells.row.get("share") != "forced" && stated.is_none_or(|row| row.get("derivation") == "judged");
    let industry = tables.row("sector_split", &[cells.text("sector_id")]).map(|row| row.get("industry"));
    let surveyed = |row: &Row| Some(row.get("industry")) == industry && row.get("sex") == "girls";
    if raked && tables.rows("child_labour_by_industry").any(surveyed) {
        found.name(&["child_labour_by_industry", "sector_split", "share_inputs", "derivation_inputs"]);
    }
    Ok(found.inputs)
}

fn derives(tables: &PackTables, row: &Row) -> bool {
    tables.rows("derivation_inputs").any(|input| input.pack == row.pack)
}

struct Gathered<'a> {
    tables: &'a PackTables,
    inputs: Inputs,
}

impl Gathered<'_> {
    fn push(&mut self, table: &'static str, row: &Row, column: &str) -> Result<()> {
        let cells = Cells { table, row };
        let key: Vec<&str> = self.tables.primary_key(table).into_iter().map(|k| row.get(k)).collect();
        let input = InputRow {
            table: table.to_owned(),
            key: key.join(", "),
            column: column.to_owned(),
            value: cells.maybe(column)?,
            provenance: cells.provenance()?,
        };
        self.inputs.rows.push(input);
        Ok(())
    }

    fn name(&mut self, tables: &[&str]) {
        for table in tables {
            if !self.inputs.tables.iter().any(|t| t == table) {
                self.inputs.tables.push((*table).to_owned());
            }
        }
    }

    /// The parameter that the reporting factor is, if it is one.
    fn reporting(&mut self, cells: &Cells<'_>) -> Result<()> {
        let factor = cells.maybe("reporting")?;
        for name in ["reporting_proxy_respondent", "reporting_child_respondent"] {
            let Some(row) = self.tables.row("parameters", &[name.to_owned()]) else { continue };
            if factor.is_some() && factor == (Cells { table: "parameters", row }).maybe("mean")? {
                return self.push("parameters", row, "mean");
            }
        }
        Ok(())
    }

    fn base(&mut self, row: &Row) -> Result<()> {
        let (sector, country) = (row.get("sector_id"), row.get("country_iso3"));
        if self.direct(row)? {
            return Ok(());
        }
        let Some(split) = self.tables.row("sector_split", &[sector.to_owned()]) else { return Ok(()) };
        if country.is_empty() {
            self.name(&["countries", "indicators", "derivation_inputs"]);
            // the profile of the surveyed country, moved to the level of the world
            let of = |r: &&Row| r.get("sector_id") == sector && !r.get("country_iso3").is_empty() && r.pack == split.pack;
            if let Some(own) = self.tables.rows("sector_base").find(of).filter(|_| split.pack != row.pack) {
                self.push("sector_base", own, "base")?;
                return self.base(own);
            }
        } else if split.pack != row.pack {
            return Ok(());
        }
        self.split(split)
    }

    /// A base with its own arithmetic; false when it has none.
    fn direct(&mut self, base: &Row) -> Result<bool> {
        let key = [base.get("sector_id").to_owned(), base.get("country_iso3").to_owned()];
        let Some(direct) = self.tables.row("sector_direct", &key).filter(|row| row.pack == base.pack) else { return Ok(false) };
        self.push("sector_direct", direct, "value")?;
        let tables = self.tables;
        let of = |row: &&Row| row.get("sector_id") == key[0] && row.get("country_iso3") == key[1] && row.pack == base.pack;
        let counts: Vec<&Row> = tables.rows("sector_counts").filter(of).collect();
        for row in &counts {
            self.push("sector_counts", row, "count")?;
            if row.get("factor") != "1" {
                self.push("sector_counts", row, "factor")?;
            }
        }
        if direct.get("value").is_empty() && counts.is_empty() {
            let measured = |row: &&Row| row.get("sector_id") == key[0] && row.get("derivation") == "measured";
            for row in tables.rows("sector_base").filter(measured) {
                self.push("sector_base", row, "base_reported")?;
            }
        }
        Ok(true)
    }

    /// A base that comes from its industry: the offset, and the children that surveys found in the industry.
    fn split(&mut self, split: &Row) -> Result<()> {
        let tables = self.tables;
        let Some(industry) = tables.row("industries", &[split.get("industry").to_owned()]) else { return Ok(()) };
        if split.get("structure") == "direct" {
            return Ok(());
        }
        self.push("sector_split", split, "offset")?;
        for place in industry.get("places").split('|') {
            for (id, column) in [(split.get("industry"), "share"), ("all", "count")] {
                let wanted = [("place", place), ("industry", id), ("sex", "all"), ("age_group", AGES)];
                for row in tables.rows("child_labour_by_industry").filter(|row| wanted.iter().all(|(c, v)| row.get(c) == *v)) {
                    self.push("child_labour_by_industry", row, column)?;
                }
            }
        }
        self.name(&INDUSTRY);
        if split.get("structure") != "single" {
            self.name(&SPLIT);
        }
        Ok(())
    }
}
