//! Months in which sites are shut or slack, or schools are.

use tierlight_core::parameters::{Parameters, Season, SeasonState};

use super::PackTables;
use super::parameters::{Cells, country_of, sector_of};
use crate::error::Result;

pub(super) fn read(tables: &PackTables, parameters: &Parameters) -> Result<Vec<Season>> {
    let one = |row| {
        let cells = Cells { table: "seasons", row };
        Ok(Season {
            sector: (!cells.text("sector_id").is_empty()).then(|| sector_of(&cells, parameters, "sector_id")).transpose()?,
            country: country_of(&cells, parameters)?.ok_or_else(|| cells.bad("country_iso3", "the country of the season"))?,
            province: cells.text("province"),
            from: cells.within("from_month", 1.0, 12.0)? as i8,
            to: cells.within("to_month", 1.0, 12.0)? as i8,
            state: SeasonState::from_slug(cells.row.get("state")).ok_or_else(|| cells.bad("state", "closed, slack or school_holidays"))?,
            note: cells.text("note"),
            provenance: cells.provenance()?,
        })
    };
    tables.rows("seasons").map(one).collect()
}
