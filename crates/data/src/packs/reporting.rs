//! From pack tables to what reports show.

use tierlight_core::decide::referral::Need;
use tierlight_core::parameters::{DistrictCells, Framework, FrameworkElement, Parameters, Referral, Reporting};

use super::PackTables;
use super::parameters::{Cells, country_of};
use crate::error::Result;

/// Status of districts of a territory.
const TERRITORY: &str = "territory";

pub(super) fn read(tables: &PackTables, parameters: &Parameters) -> Result<Reporting> {
    let rows = |table: &'static str| tables.rows(table).map(move |row| Cells { table, row });
    let mut out = Reporting::default();
    for cells in rows("frameworks") {
        out.frameworks.push(framework(&cells, tables)?);
    }
    for cells in rows("referral") {
        let country = country_of(&cells, parameters)?.ok_or_else(|| cells.bad("country_iso3", "the country of the service"))?;
        out.referrals.push(Referral {
            id: cells.text("service_id"),
            jurisdiction: cells.text("jurisdiction"),
            province: cells.text("province"),
            country,
            district: of_district(&cells, parameters)?,
            needs: needs(&cells)?,
            service: cells.text("service"),
            contact: cells.text("contact"),
            contact_type: cells.text("contact_type"),
            what: cells.text("what_it_does"),
            hours: cells.text("hours_note"),
            caveat: cells.text("caveat"),
            verification: cells.text("verification"),
            year: cells.text("source_year"),
            provenance: cells.provenance()?,
        });
    }
    for cells in rows("district_cells") {
        let district = parameters.district(cells.row.get("district_id"));
        let ends = (cells.maybe("lat")?, cells.maybe("lon_from")?, cells.maybe("lon_to")?);
        if let (Some(district), (Some(latitude), Some(from), Some(to))) = (district, ends) {
            out.cells.push(DistrictCells { latitude, from, to, district });
        }
    }
    let territories = tables.rows("districts").filter(|row| row.get("status") == TERRITORY);
    out.territories = territories.map(|row| row.get("province").to_owned()).collect();
    for (table, key, names) in [("sectors", "sector_id", &mut out.sectors_ur), ("districts", "district_id", &mut out.districts_ur)] {
        for row in tables.rows(table).filter(|row| !row.get("name_ur").is_empty()) {
            names.insert(row.get(key).to_owned(), row.get("name_ur").to_owned());
        }
    }
    Ok(out)
}

/// District of a service; a blank is the whole province or country.
fn of_district(cells: &Cells<'_>, parameters: &Parameters) -> Result<Option<u16>> {
    match cells.row.get("district_id") {
        "" => Ok(None),
        id => parameters.district(id).map(Some).ok_or_else(|| cells.bad("district_id", "a district of districts.csv")),
    }
}

fn needs(cells: &Cells<'_>) -> Result<Vec<Need>> {
    let find = |word: &str| Need::from_slug(word).ok_or_else(|| cells.bad("needs", "words like child_protection, joined by |"));
    cells.row.get("needs").split('|').filter(|word| !word.is_empty()).map(find).collect()
}

fn framework(cells: &Cells<'_>, tables: &PackTables) -> Result<Framework> {
    let id = cells.text("framework_id");
    let mut elements = Vec::new();
    for row in tables.rows("framework_elements").filter(|row| row.get("framework_id") == id) {
        let cells = Cells { table: "framework_elements", row };
        let position = cells.maybe("position")?.unwrap_or_default();
        let element = FrameworkElement {
            id: cells.text("element_id"),
            text: cells.text("text"),
            text_ur: cells.text("text_ur"),
            fills_from: cells.text("fills_from"),
            note: cells.text("note"),
            verification: cells.text("verification"),
            provenance: cells.provenance()?,
        };
        elements.push((position, element));
    }
    elements.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
    Ok(Framework {
        id,
        name: cells.text("name"),
        jurisdiction: cells.text("jurisdiction"),
        kind: cells.text("instrument_type"),
        status: cells.text("status"),
        in_force: cells.text("in_force_date"),
        applies_from: cells.text("applies_from"),
        thresholds: cells.text("thresholds"),
        scope: cells.text("scope_supply_chain"),
        enforcement: cells.text("enforcement"),
        caveat: cells.text("caveat"),
        verification: cells.text("verification"),
        provenance: cells.provenance()?,
        elements: elements.into_iter().map(|e| e.1).collect(),
    })
}
